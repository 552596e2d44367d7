import Columnar
import Ports

// What a column becomes for which a rule asks for a type of its own. Only ways that keep every value, or stop at one that
// does not fit: a cast to numeric(p,s) or to a narrower integer would round or fail without naming the row.
extension TypeMapping {
    func plan(
        _ column: QueryResult.ColumnDescription, at index: Int, _ choice: ColumnChoices.Choice?
    ) throws(PostgresFault) -> ColumnPlan {
        var plan = try plan(column, at: index)
        if let wanted = choice?.type {
            guard let found = try self.plan(column, at: index, wanting: wanted) else {
                let readable = try readable(column, at: index)
                let refusal = TypeRefusal(wanted, column: column.name, sourceType: plan.sourceType) {
                    readable.contains($0)
                }
                throw PostgresFault(
                    .invalidUse, kind: .configuration, refusal.message, remedy: refusal.remedy, column: column.name)
            }
            plan = found
        }
        plan.isConcealed = choice?.isConcealed ?? false
        return plan
    }

    /// What a rule may ask for.
    func readable(
        _ column: QueryResult.ColumnDescription, at index: Int
    ) throws(PostgresFault) -> [ColumnRule.ColumnType] {
        var found: [ColumnRule.ColumnType] = []
        for type in ColumnRule.ColumnType.examples where try plan(column, at: index, wanting: type) != nil {
            found.append(type)
        }
        return found
    }

    private func plan(
        _ column: QueryResult.ColumnDescription, at index: Int, wanting wanted: ColumnRule.ColumnType
    ) throws(PostgresFault) -> ColumnPlan? {
        let mapping = TypeMapping(choices: choices.wanting(wanted), catalog: catalog, checksText: checksText)
        var plan = try mapping.plan(column, at: index)
        let (oid, modifier) = catalog.base(of: column.type, modifier: column.modifier)
        if wanted == .keepPadding { return oid == 1042 ? plan : nil }
        if plan.type == wanted.columnType { return plan }
        guard let (kind, selection) = Self.conversion(of: oid, modifier: modifier, to: wanted) else { return nil }
        plan.type = wanted.columnType
        plan.kind = checksText && kind == .bytes ? .checkedText : kind
        plan.selection = selection
        return plan
    }

    private static func conversion(
        of oid: UInt32, modifier: Int, to wanted: ColumnRule.ColumnType
    ) -> (FieldKind, ColumnPlan.Selection)? {
        let (int8, int2, int4, numeric, money, float4): (UInt32, UInt32, UInt32, UInt32, UInt32, UInt32) =
            (20, 21, 23, 1700, 790, 700)
        switch (wanted, oid) {
        // How bytea is written depends on a setting.
        case (.string, 17): return nil
        case (.string, _): return (.bytes, .cast("pg_catalog.text"))
        case (.int16, int4), (.int16, int8), (.int32, int8): return (.narrowInteger, .plain)
        case (.int32, int2): return (.int32, .cast("pg_catalog.int4"))
        case (.int64, int2), (.int64, int4): return (.int64, .cast("pg_catalog.int8"))
        case (.double, int2), (.double, int4), (.double, float4), (.double, numeric):
            return (.float64, .cast("pg_catalog.float8"))
        case (.decimal(let precision, _), numeric): return (decimal(precision), .plain)
        case (.decimal(let precision, _), int2), (.decimal(let precision, _), int4), (.decimal(let precision, _), int8),
            (.decimal(let precision, _), money):
            return (decimal(precision), .cast("pg_catalog.numeric"))
        case (.timestamp, 1082): return (.timestamp, .cast("pg_catalog.timestamp"))
        default: return nil
        }
    }

    private static func decimal(_ precision: Int) -> FieldKind {
        precision <= 9 ? .decimal32 : precision <= 18 ? .decimal64 : .decimal128
    }
}
