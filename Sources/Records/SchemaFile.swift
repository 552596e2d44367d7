import Ports

/// `metadata/schema/{job}.json`: a table's columns and how they came to be, for people and programs. The lake's own record
/// decides; this file can be made again from it.
package struct SchemaFile: Sendable {
    private let folder: RecordFolder
    private let redact: @Sendable (String) -> String

    package init(metadata: String, redact: @escaping @Sendable (String) -> String) {
        folder = RecordFolder(path: RecordFolder(path: metadata).file("schema"))
        self.redact = redact
    }

    package static func name(of job: String) -> String { RecordFolder.name(of: job, ".json") }

    /// Nothing is touched where the file says the same already.
    package func write(_ schema: TableSchema, job: String, table: String) throws(RecordFault) {
        let value = JSONValue.members([
            "format": .int(1), "job_id": text(job), "table": text(table),
            "columns": .array(schema.columns.map(column)), "history": .array(schema.history.map(step)),
        ])
        let bytes = value.bytes + [0x0A]
        let name = Self.name(of: job)
        guard try folder.read(name) != bytes else { return }
        try folder.make()
        try folder.replace(name, with: bytes, sync: true)
    }

    private func column(_ column: TableSchema.Column) -> JSONValue {
        .members([
            "name": text(column.name), "type": .string(column.type),
            "source_type": column.sourceType.map(text) ?? .null, "missing": .bool(column.isMissing),
        ])
    }

    private func step(_ step: TableSchema.Step) -> JSONValue {
        .members([
            "commit": .int(step.commit), "load_id": .string(step.loadID), "written_at": .string(step.writtenAt),
            "changes": .array(
                step.changes.map { change in
                    var members: [JSONValue.Member] = [
                        .init("change", .string(change.what.word)), .init("column", text(change.column)),
                        .init("type", .string(change.type)),
                    ]
                    if case .retyped(let before) = change.what { members.append(.init("was", .string(before))) }
                    return .object(members)
                }),
        ])
    }

    private func text(_ text: String) -> JSONValue { .string(redact(text)) }
}
