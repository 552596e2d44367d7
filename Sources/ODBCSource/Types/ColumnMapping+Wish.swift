import Columnar
import Ports
import SQLDialects

/// What a column becomes for which a rule asks for a type of its own: only ways that keep every value, or stop at one that does
/// not fit.
extension ColumnMapping {
    init(
        _ column: DescribedColumn, reading: ColumnReading, choices: TypeChoices, quirks: Quirks,
        _ choice: ColumnChoices.Choice?
    ) throws(ODBCFault) {
        self.init(column, reading: reading, choices: choices, quirks: quirks)
        if let wanted = choice?.type {
            guard
                let found = Self.mapping(column, reading: reading, choices: choices, quirks: quirks, wanting: wanted)
            else {
                let readable = Self.readable(column, reading: reading, choices: choices, quirks: quirks)
                let refusal = TypeRefusal(wanted, column: name, sourceType: sourceType) { readable.contains($0) }
                throw ODBCFault(.configuration, refusal.message, remedy: refusal.remedy, column: name)
            }
            self = found
        }
        isConcealed = choice?.isConcealed ?? false
    }

    /// What a rule may ask for.
    static func readable(
        _ column: DescribedColumn, reading: ColumnReading, choices: TypeChoices, quirks: Quirks
    ) -> [ColumnRule.ColumnType] {
        ColumnRule.ColumnType.examples.filter {
            mapping(column, reading: reading, choices: choices, quirks: quirks, wanting: $0) != nil
        }
    }

    private static func mapping(
        _ column: DescribedColumn, reading: ColumnReading, choices: TypeChoices, quirks: Quirks,
        wanting wanted: ColumnRule.ColumnType
    ) -> ColumnMapping? {
        var mapping = ColumnMapping(column, reading: reading, choices: choices.wanting(wanted), quirks: quirks)
        if wanted == .keepPadding {
            let isPadded = [.paddedNarrowText, .paddedWideText].contains(
                ColumnMapping(column, reading: reading, choices: TypeChoices(), quirks: quirks).kind)
            return isPadded ? mapping : nil
        }
        if mapping.type == wanted.columnType { return mapping }
        guard let kind = kind(of: mapping, wanting: wanted, quirks: quirks) else { return nil }
        mapping.type = wanted.columnType
        mapping.kind = kind
        return mapping
    }

    private static func kind(
        of mapping: ColumnMapping, wanting wanted: ColumnRule.ColumnType, quirks: Quirks
    ) -> CellKind? {
        switch (wanted, mapping.kind) {
        case (.decimal, .decimalText), (.decimal, .int32), (.decimal, .int64), (.decimal, .integerText),
            (.decimal, .unsigned64):
            return .decimalText
        case (.int64, .int32): return quirks.refuses64BitIntegers ? .integerText : .int64
        case (.int16, .int32), (.int16, .int64), (.int16, .integerText), (.int16, .decimalText), (.int32, .int64),
            (.int32, .integerText), (.int32, .decimalText):
            return .narrowIntegerText
        case (.int32, .int32): return .int32
        case (.int64, .decimalText): return .integerText
        case (.double, .float32), (.double, .decimalText), (.double, .int32): return .float64
        // The driver's own text of an integer is its digits.
        case (.string, .int32), (.string, .int64), (.string, .integerText), (.string, .unsigned64):
            return quirks.deliversUTF8 ? .narrowText : .wideText
        case (.nanoseconds, .timestamp), (.nanosecondsUTC, .instant): return mapping.kind
        default: return nil
        }
    }
}
