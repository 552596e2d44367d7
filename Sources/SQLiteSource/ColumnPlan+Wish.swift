import Columnar
import Ports

/// What a column becomes for which a rule asks for a type of its own. SQLite's declarations are wishes already: another one is
/// checked value by value just the same.
extension ColumnPlan {
    init(name: String, declared: String?, choices: TypeChoices, _ choice: ColumnChoices.Choice?) throws(SQLiteFault) {
        self.init(name: name, declared: declared, choices: choices)
        isConcealed = choice?.isConcealed ?? false
        guard let wanted = choice?.type else { return }
        guard let (type, kind) = Self.reading(DeclaredType(declared), as: wanted) else {
            let readable = readable
            let refusal = TypeRefusal(
                wanted, column: name, sourceType: self.declared.isEmpty ? "of no type" : self.declared
            ) {
                readable.contains($0)
            }
            throw SQLiteFault(.configuration, refusal.message, remedy: refusal.remedy)
        }
        (self.type, self.kind) = (type, kind)
    }

    /// What a rule may ask for.
    var readable: [ColumnRule.ColumnType] {
        let declared = DeclaredType(declared.isEmpty ? nil : declared)
        return ColumnRule.ColumnType.examples.filter { Self.reading(declared, as: $0) != nil }
    }

    private static func reading(
        _ declared: DeclaredType, as wanted: ColumnRule.ColumnType
    ) -> (ColumnType, ValueKind)? {
        let isNumber =
            switch declared {
            case .integer, .boolean, .double, .decimal, .wideNumeric: true
            default: false
            }
        // Whatever the declaration says of its values.
        let isOpen = declared == .text || declared == .untyped
        let isMoment =
            switch declared {
            case .date, .timestamp: true
            default: false
            }
        let kind: ValueKind
        switch wanted {
        case .boolean where isNumber || isOpen: kind = .boolean
        case .int16 where isNumber || isOpen, .int32 where isNumber || isOpen: kind = .narrowInteger
        case .int64 where isNumber || isOpen: kind = .int64
        case .double where isNumber || isOpen: kind = .double
        case .decimal(let precision, _) where isNumber || isOpen:
            kind = precision <= 9 ? .decimal32 : precision <= 18 ? .decimal64 : .decimal128
        case .string where declared != .binary: kind = .anyText
        case .date where isNumber || isOpen || isMoment: kind = .date
        case .timestamp where isNumber || isOpen || isMoment, .timestampUTC where isNumber || isOpen || isMoment:
            kind = .timestamp
        case .time where declared == .time || isOpen: kind = .time
        case .json where declared == .json: kind = .anyText
        case .uuid where declared == .uuid || declared == .binary || isOpen: kind = .uuid
        case .binary where declared == .binary || isOpen: kind = .bytes
        default: return nil
        }
        return (wanted.columnType, kind)
    }
}
