import Columnar
import Ports
import SQLDialects

/// What becomes of one column of a result: its type in the lake, and how its cells are read. The table of docs/types.md.
package struct ColumnMapping: Equatable, Sendable {
    package var name: String
    package var type: ColumnType
    package var kind: CellKind
    /// For messages and previews: "decimal(20,4)".
    package var sourceType: String
    package var verdict: TypeVerdict
    package var nature: ValueNature
    /// No message may show a value of it.
    package var isConcealed = false

    /// - Parameters:
    ///   - column: as the driver describes the column itself.
    ///   - reading: how the dialect selects it.
    package init(
        _ column: DescribedColumn, reading: ColumnReading = .plain, choices: TypeChoices, quirks: Quirks
    ) {
        name = column.name
        sourceType = column.typeName.isEmpty ? "unknown" : column.databaseType.description
        let table = MappingTable(column: column, choices: choices, quirks: quirks)
        let found =
            switch reading.arrival {
            case .text: table.text(.other, reason: reading.note ?? "the database's own text")
            case .decimalText: table.decimalText()
            case .utc: table.timestamp(isInstant: true)
            case .dateText: table.date(.dateText)
            case .timestampText(let utc): table.timestamp(isInstant: utc, .timestampText)
            case .timeText: table.time()
            case .durationText: table.timeText()
            case .decimal(let precision, let scale): table.decimal(precision, scale)
            case .asDescribed: table.described()
            }
        type = found.type
        kind = found.kind
        verdict = found.verdict
        nature = found.nature
    }

    func binding(_ described: DescribedColumn, quirks: Quirks) -> Binding {
        Binding(kind, size: described.size, digits: described.digits, quirks: quirks)
    }
}

/// The table itself.
private struct MappingTable {
    let column: DescribedColumn
    let choices: TypeChoices
    let quirks: Quirks

    typealias Found = (type: ColumnType, kind: CellKind, verdict: TypeVerdict, nature: ValueNature)

    func described() -> Found {
        switch column.sqlType {
        // By its declaration alone: its values are any numbers.
        case -7 where name == "tinyint": return bounded(.boolean, .flag, .boolean)
        case -7: return (.boolean, quirks.readsNumbersAsBits ? .flag : .bit, .exact, .boolean)
        case -6: return integer(column.isUnsigned ? .int16 : .int8, .int32)
        // 1901 to 2155, whatever is said of its sign.
        case 5 where name == "year": return (.int16, .int32, .exact, .integer)
        case 5: return integer(column.isUnsigned ? .int32 : .int16, .int32)
        case 4 where quirks.integersAre64Bit: return integer(.int64, .int64)
        // 24 bits.
        case 4 where name == "mediumint": return integer(.int32, .int32)
        case 4: return column.isUnsigned ? integer(.int64, .int64) : integer(.int32, .int32)
        case -5 where column.isUnsigned:
            return (
                .decimal(precision: 20, scale: 0), quirks.refuses64BitIntegers ? .decimalText : .unsigned64,
                TypeVerdict(.widened, "unsigned 64-bit integers as decimal(20,0)"), .integer
            )
        case -5: return integer(.int64, .int64)
        case 7: return (.float, .float32, .exact, .float)
        case 6, 8:
            let isDecimal = quirks.describesNumbersAsDoubles && ["number", "float"].contains(name)
            return isDecimal ? wideNumeric() : (.double, .float64, .exact, .float)
        case 2, 3: return decimal()
        case 1, -8: return isPadded ? padded() : text(.text)
        case -2, -3, -4:
            return (.binary, .binary, .exact, name == "timestamp" || name == "rowversion" ? .rowversion : .other)
        case 9, 91: return date(quirks.hidesZeroDates ? .dateText : .date)
        case 10, 92, -154: return time()
        case 11, 93: return timestamp(isInstant: quirks.describesInstantsAsLocalTimes && hasZone)
        case 95, -155: return instant()
        case -11:
            return choices.uuid
                ? (.uuid, .guid, .exact, .uuid)
                : (.text, .guidText, TypeVerdict(.text, "36 characters, lower case"), .uuid)
        case 12, -9, -1, -10: return text(.text)
        default: return text(.other, reason: "the driver's own text of this type")
        }
    }

    func text(_ nature: ValueNature, reason: String? = nil) -> Found {
        let verdict = reason.map { TypeVerdict(.text, $0) } ?? .exact
        return (.text, quirks.deliversUTF8 ? .narrowText : .wideText, verdict, nature)
    }

    /// Selected as digits: the type is that of the column itself.
    func decimalText() -> Found { [6, 7, 8].contains(column.sqlType) ? wideNumeric() : decimal() }

    func date(_ kind: CellKind) -> Found { bounded(.date, kind, .date) }

    func timestamp(isInstant: Bool, _ kind: CellKind? = nil) -> Found {
        let fraction = min(column.digits, 9)
        let verdict = fraction > 6 ? Self.cutFraction : .exact
        return bounded(
            .timestamp(.microseconds, utc: isInstant), kind ?? (quirks.hidesZeroDates ? .timestampText : .timestamp),
            isInstant ? .instant(fraction: fraction) : .localTime(fraction: fraction), verdict)
    }

    private var name: String { column.databaseType.name }
    private var hasZone: Bool {
        name == "timestamptz" || name.contains("with time zone") || name.contains("with local time zone")
    }
    private var isPadded: Bool { !choices.keepPadding && !["enum", "set", "uuid"].contains(name) }

    private static let cutFraction = TypeVerdict(
        .decision, "digits beyond microseconds are cut, and counted; the type nanoseconds or string keeps them")

    private func integer(_ type: ColumnType, _ kind: CellKind) -> Found {
        let kind = kind == .int64 && quirks.refuses64BitIntegers ? CellKind.integerText : kind
        let verdict = column.isUnsigned ? TypeVerdict(.widened, "unsigned, in the next wider integer") : .exact
        return (type, kind, verdict, .integer)
    }

    private func padded() -> Found {
        let kind: CellKind = quirks.deliversUTF8 ? .paddedNarrowText : .paddedWideText
        return (.text, kind, TypeVerdict(.text, "without the blanks it is padded with"), .text)
    }

    private func decimal() -> Found {
        let precision = column.size
        // No database has as many places; half of the offset tells the two apart.
        let scale =
            quirks.scaleOffset.map { column.digits >= $0 / 2 ? column.digits - $0 : column.digits } ?? column.digits
        let isGuess = !column.isDeclared && precision == quirks.unboundNumericPrecision
        if precision <= 0 || isGuess || precision > 38 || (scale < 0 && precision - scale > 38) || scale > 38 {
            return wideNumeric()
        }
        return decimal(precision, scale)
    }

    func decimal(_ precision: Int, _ scale: Int) -> Found {
        if choices.unrepresentable == .text { return text(.exactNumeric(scale: scale), reason: "chosen") }
        // numeric(2,5) holds 0.00012; numeric(2,−3) holds 12000.
        let type: ColumnType =
            scale < 0
            ? .decimal(precision: precision - scale, scale: 0)
            : .decimal(precision: max(precision, scale), scale: scale)
        return (type, .decimalText, .exact, .exactNumeric(scale: max(0, scale)))
    }

    private func wideNumeric() -> Found {
        let nature = ValueNature.exactNumeric(scale: nil)
        if choices.unrepresentable == .text { return text(nature, reason: "chosen") }
        switch choices.wideNumeric {
        case .decimal(let precision, let scale):
            return (
                .decimal(precision: min(38, precision), scale: scale), .decimalText,
                TypeVerdict(
                    .decision,
                    "no precision of its own: a value that does not fit stops the load; decimal(38,s), string or double"
                ),
                nature
            )
        case .text: return text(nature, reason: "chosen")
        case .double: return (.double, .float64, TypeVerdict(.decision, "digits beyond the 17th are lost"), nature)
        }
    }

    /// Types some of whose values no column can hold: text throughout where the user chose that.
    private func bounded(
        _ type: ColumnType, _ kind: CellKind, _ nature: ValueNature, _ verdict: TypeVerdict = .exact
    ) -> Found {
        choices.unrepresentable == .text ? text(nature, reason: "chosen") : (type, kind, verdict, nature)
    }

    func time() -> Found {
        if choices.time && choices.unrepresentable != .text {
            return (.time, .time, column.digits > 6 ? Self.cutFraction : .exact, .other)
        }
        return timeText()
    }

    func timeText() -> Found { (.text, .timeText, TypeVerdict(.text, "HH:MM:SS.ffffff"), .other) }

    private func instant() -> Found {
        let fraction = min(column.digits, 9)
        return bounded(
            .timestamp(.microseconds, utc: true), .instant, .instant(fraction: fraction),
            fraction > 6 ? Self.cutFraction : .exact)
    }
}
