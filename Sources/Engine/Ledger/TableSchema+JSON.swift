import Ports

extension TableSchema.Step {
    var json: JSONValue {
        .members([
            "commit": .int(commit), "load_id": .string(loadID), "written_at": .string(writtenAt),
            "changes": .array(changes.map(\.json)),
        ])
    }

    init(_ reader: RecordReader) throws(LedgerFault) {
        var changes: [ColumnChange] = []
        for change in try reader.objects("changes") { changes.append(try ColumnChange(change)) }
        self.init(
            commit: try reader.int("commit"), loadID: try reader.string("load_id"),
            writtenAt: try reader.string("written_at"), changes: changes)
    }
}

extension ColumnChange {
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("change", .string(what.word)), .init("column", .string(column)), .init("type", .string(type)),
        ]
        if case .retyped(let before) = what { members.append(.init("was", .string(before))) }
        return .object(members)
    }

    init(_ reader: RecordReader) throws(LedgerFault) {
        let what: What
        switch try reader.string("change") {
        case What.added.word: what = .added
        case What.removed.word: what = .removed
        case What.missing.word: what = .missing
        case What.returned.word: what = .returned
        case What.retyped(from: "").word: what = .retyped(from: try reader.string("was"))
        default: throw reader.missing("change")
        }
        self.init(try reader.string("column"), try reader.string("type"), what)
    }
}
