import Columnar
import Ports

/// What is different from the columns that the table had with its last load, and whether the job's policy lets it pass.
enum SchemaChange {
    static func check(
        _ schema: Schema, against state: TableState, policy: SchemaPolicy
    ) throws(EngineFault) -> [String] {
        let before = state.schema.filter { !LoadColumns.names.contains($0.name) }
        guard !before.isEmpty else { return [] }
        let types = Dictionary(before.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        let now = Set(schema.fields.map(\.name))
        var changes: [String] = []
        for field in schema.fields {
            switch types[field.name] {
            case nil: changes.append("column '\(field.name)' appeared, \(field.type)")
            case let type? where type != field.type.description:
                changes.append("column '\(field.name)' is \(field.type) and was \(type)")
            default: break
            }
        }
        for column in before where !now.contains(column.name) {
            changes.append("column '\(column.name)' is gone, \(column.type)")
        }
        guard policy == .freeze, !changes.isEmpty else { return changes }
        throw EngineFault(
            .permanent, "The columns have changed, and schema_policy is freeze: " + changes.joined(separator: "; "),
            remedy: "Nothing was loaded. Set schema_policy to evolve or ignore_new, or list the columns to take.")
    }
}

/// Columns that mark the rows of a load.
package enum LoadColumns {
    package static let loadID = "_load_id"
    package static let loadedAt = "_loaded_at"
    package static let names: Set = [loadID, loadedAt]
}
