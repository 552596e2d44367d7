import Columnar
import Ports

/// What each type of PostgreSQL becomes: the table of docs/types.md, applied to a described result.
struct TypeMapping {
    let choices: TypeChoices
    let catalog: TypeCatalog
    /// The database has no encoding, so its text may be anything.
    let checksText: Bool

    /// A scalar's mapping, before it is known whether it stands alone or in an array.
    private struct Scalar {
        var type: ColumnType
        var kind: FieldKind
        var selection: ColumnPlan.Selection
        /// The oid that array elements then have; nil: that of the element type itself.
        var castOID: UInt32?

        static let castToText = Scalar(type: .text, kind: .bytes, selection: .cast("pg_catalog.text"), castOID: 25)
    }

    func plan(_ column: QueryResult.ColumnDescription, at index: Int) throws(PostgresFault) -> ColumnPlan {
        let shown = catalog.displayNames.indices.contains(index) ? catalog.displayNames[index] : "unknown"
        let (oid, modifier) = catalog.base(of: column.type, modifier: column.modifier)
        var plan: ColumnPlan
        if let entry = catalog.entries[oid], entry.isArray {
            plan = array(entry, modifier: modifier, depth: max(1, catalog.dimensions[index]), column.name, shown)
        } else {
            let scalar = scalar(oid, modifier: modifier)
            plan = ColumnPlan(
                name: column.name, type: scalar.type, kind: scalar.kind, selection: scalar.selection, sourceType: shown)
        }
        if checksText {
            plan.kind = checked(plan.kind, plan.type)
            plan.elementKind = checked(plan.elementKind, plan.type.innermost)
        }
        return plan
    }

    private func checked(_ kind: FieldKind, _ type: ColumnType) -> FieldKind {
        switch kind {
        case .bytes where type == .text || type == .json: .checkedText
        case .paddedText: .checkedPaddedText
        case .jsonb: .checkedJSONB
        default: kind
        }
    }

    private func array(
        _ entry: TypeCatalog.Entry, modifier: Int, depth: Int, _ name: String, _ shown: String
    ) -> ColumnPlan {
        if choices.unrepresentable == .text {
            return ColumnPlan(
                name: name, type: .text, kind: .bytes, selection: .cast("pg_catalog.text"), sourceType: shown)
        }
        let (elementOID, elementModifier) = catalog.base(of: entry.element, modifier: modifier)
        // Arrays of box, of PostGIS' geometry and a few more are not written with commas.
        let hasCommas = (catalog.entries[entry.element]?.delimiter ?? ",") == ","
        var scalar = scalar(elementOID, modifier: elementModifier)
        if catalog.entries[elementOID]?.isArray == true { scalar = .castToText }
        var type = scalar.type
        for _ in 0..<depth { type = .list(type) }
        let selection: ColumnPlan.Selection
        switch scalar.selection {
        case .plain: selection = .plain
        case .cast("pg_catalog.text") where !hasCommas: selection = .cast("pg_catalog.text[]")
        case .cast("pg_catalog.text"), .outputFunction:
            // By way of the array's own text form: it shows elements as the database does.
            selection = .doubleCast("pg_catalog.text", "pg_catalog.text[]")
        case .cast(let target), .doubleCast(_, let target): selection = .cast(target + "[]")
        }
        return ColumnPlan(
            name: name, type: type, kind: .list, selection: selection, sourceType: shown, elementKind: scalar.kind,
            elementOID: scalar.castOID ?? entry.element)
    }

    private func scalar(_ oid: UInt32, modifier: Int) -> Scalar {
        func plain(_ type: ColumnType, _ kind: FieldKind) -> Scalar {
            Scalar(type: type, kind: kind, selection: .plain)
        }
        /// Types some of whose values no column can hold: text throughout where the user chose that.
        func bounded(_ type: ColumnType, _ kind: FieldKind) -> Scalar {
            choices.unrepresentable == .text ? .castToText : plain(type, kind)
        }
        switch oid {
        case 16: return plain(.boolean, .bool)
        case 17: return plain(.binary, .bytes)
        case 20: return plain(.int64, .int64)
        case 21: return plain(.int16, .int16)
        case 23: return plain(.int32, .int32)
        case 26: return plain(.int64, .unsigned32)
        case 700: return plain(.float, .float32)
        case 701: return plain(.double, .float64)
        case 19, 25, 1043: return plain(.text, .bytes)
        case 1042: return plain(.text, choices.keepPadding ? .bytes : .paddedText)
        case 114: return plain(choices.json ? .json : .text, .bytes)
        case 3802: return plain(choices.json ? .json : .text, .jsonb)
        case 2950: return choices.uuid ? plain(.uuid, .uuid) : plain(.text, .uuidText)
        case 1082: return bounded(.date, .date)
        case 1083: return choices.time ? bounded(.time, .time) : plain(.text, .timeText)
        case 1114: return bounded(.timestamp(.microseconds, utc: false), .timestamp)
        case 1184: return bounded(.timestamp(.microseconds, utc: true), .timestamp)
        case 1700: return choices.unrepresentable == .text ? .castToText : numeric(modifier)
        case 790:
            // Its binary form depends on lc_monetary; the cast knows.
            return Scalar(
                type: .decimal(precision: 19, scale: 2), kind: .decimal128, selection: .cast("pg_catalog.numeric"),
                castOID: 1700)
        case 869, 650:
            // The cast to text adds a netmask that the type itself does not show.
            return Scalar(
                type: .text, kind: .bytes,
                selection: .outputFunction(oid == 869 ? "pg_catalog.inet_out" : "pg_catalog.cidr_out"), castOID: 25)
        default:
            if catalog.entries[oid]?.sort == "e" { return plain(.text, .bytes) }
            return .castToText
        }
    }

    private func numeric(_ modifier: Int) -> Scalar {
        guard let (precision, scale) = Self.declaredNumeric(modifier) else { return wideNumeric() }
        if scale < 0 { return decimal(precision - scale, 0) }
        return decimal(max(precision, scale), scale)
    }

    /// numeric(p, s): the modifier is ((p << 16) | (s & 0x7FF)) + 4, s signed (since PostgreSQL 15, −1000…1000). Nil: neither
    /// was declared.
    static func declaredNumeric(_ modifier: Int) -> (precision: Int, scale: Int)? {
        guard modifier >= 4 else { return nil }
        return ((modifier - 4) >> 16 & 0xFFFF, ((modifier - 4) & 0x7FF ^ 0x400) - 0x400)
    }

    private func decimal(_ precision: Int, _ scale: Int) -> Scalar {
        guard precision <= ColumnType.maximumDecimalPrecision else { return wideNumeric() }
        return Scalar(
            type: .decimal(precision: precision, scale: scale),
            kind: precision <= 9 ? .decimal32 : precision <= 18 ? .decimal64 : .decimal128, selection: .plain)
    }

    private func wideNumeric() -> Scalar {
        switch choices.wideNumeric {
        case .decimal(let precision, let scale): return decimal(min(38, precision), scale)
        case .text: return .castToText
        case .double:
            return Scalar(type: .double, kind: .float64, selection: .cast("pg_catalog.float8"), castOID: 701)
        }
    }
}
