import Columnar
import Ports

/// What is said of a column before it is read: how faithful the mapping is, and whether its values can tell new rows from
/// old. The mapping itself is the one that reading uses.
extension TypeMapping {
    func catalogColumn(
        _ column: QueryResult.ColumnDescription, at index: Int
    ) throws(PostgresFault) -> CatalogColumn {
        let plan = try plan(column, at: index)
        let (oid, modifier) = catalog.base(of: column.type, modifier: column.modifier)
        var found = CatalogColumn(
            name: column.name, sourceType: plan.sourceType, type: plan.type,
            verdict: verdict(oid, modifier: modifier, plan), nature: nature(oid, modifier: modifier))
        found.readable = try readable(column, at: index)
        return found
    }

    private func verdict(_ oid: UInt32, modifier: Int, _ plan: ColumnPlan) -> TypeVerdict {
        if let entry = catalog.entries[oid], entry.isArray {
            if plan.type == .text { return TypeVerdict(.text, "the database's own text of the whole array") }
            let (element, elementModifier) = catalog.base(of: entry.element, modifier: modifier)
            var verdict = scalarVerdict(element, modifier: elementModifier, plan.type.innermost)
            if !verdict.reason.isEmpty { verdict.reason = "each element: " + verdict.reason }
            return verdict
        }
        return scalarVerdict(oid, modifier: modifier, plan.type)
    }

    private func scalarVerdict(_ oid: UInt32, modifier: Int, _ type: ColumnType) -> TypeVerdict {
        switch oid {
        case 1700: return numericVerdict(modifier, type)
        case 26: return TypeVerdict(.widened, "an unsigned number, in the next wider signed type")
        case 1042:
            return choices.keepPadding ? .exact : TypeVerdict(.exact, "without the blanks it is padded with")
        case 114, 3802: return type == .text ? TypeVerdict(.text, "the JSON document as text") : .exact
        case 2950: return type == .text ? TypeVerdict(.text, "36 characters, lower case") : .exact
        case 1083: return type == .text ? TypeVerdict(.text, "HH:MM:SS.ffffff") : .exact
        case 1186: return TypeVerdict(.text, "ISO 8601, such as P1Y2M3DT4H5M6.7S")
        case 1082, 1114, 1184:
            return type == .text ? TypeVerdict(.text, "the database's own text, as was chosen") : .exact
        case 16, 17, 18, 19, 20, 21, 23, 25, 142, 700, 701, 790, 1043: return .exact
        default:
            let name = catalog.entries[oid]?.name
            if catalog.entries[oid]?.sort == "e" || name == "citext" { return .exact }
            return TypeVerdict(.text, "the database's own text")
        }
    }

    private func numericVerdict(_ modifier: Int, _ type: ColumnType) -> TypeVerdict {
        let declared = Self.declaredNumeric(modifier)
        if type == .text { return TypeVerdict(.text, "all digits, as text") }
        if type == .double {
            return TypeVerdict(.decision, "read as double: what has more than 15 digits is rounded")
        }
        let isBounded = declared.map { max($0.precision, $0.precision - $0.scale, $0.scale) <= 38 } ?? false
        guard isBounded, let declared else {
            let why = declared == nil ? "declared without a precision" : "declared with more than 38 digits"
            return TypeVerdict(
                .decision,
                "\(why); read as \(type), and a value that does not fit stops the load. Choose decimal(P,S), string or double"
            )
        }
        if declared.scale < 0 || declared.scale > declared.precision {
            return TypeVerdict(.widened, "a scale outside of its digits, in a decimal that holds them all")
        }
        return .exact
    }

    private func nature(_ oid: UInt32, modifier: Int) -> ValueNature {
        let fraction = (0...6).contains(modifier) ? modifier : 6
        switch oid {
        case 1184: return .instant(fraction: fraction)
        case 1114: return .localTime(fraction: fraction)
        case 1082: return .date
        case 20, 21, 23, 26: return .integer
        case 1700: return .exactNumeric(scale: Self.declaredNumeric(modifier)?.scale)
        case 19, 25, 1042, 1043: return .text
        case 2950: return .uuid
        case 700, 701: return .float
        case 16: return .boolean
        default: return catalog.entries[oid]?.name == "citext" ? .text : .other
        }
    }
}
