import Ports

extension CommitRecord {
    package var bytes: [UInt8] { json.bytes + [0x0A] }

    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("format", .int(Self.format)), .init("number", .int(number)), .init("previous", .optional(previous)),
            .init("load_id", .string(loadID)),
        ]
        switch kind {
        case .load(let load): members += [.init("kind", .string("load")), .init("load", load.json)]
        case .void: members.append(.init("kind", .string("void")))
        case .withdrawal(let number):
            members += [.init("kind", .string("withdrawal")), .init("withdraws", .int(number))]
        case .decision(let decision):
            members += [.init("kind", .string("decision")), .init("decision", decision.json)]
        }
        members += [
            .init("watermark", watermark?.json ?? .null), .init("writer", writer.json),
            .init("written_at", .string(writtenAt)),
        ]
        return .object(members)
    }

    package init(key: String, bytes: [UInt8]) throws(LedgerFault) {
        let reader = try RecordReader(key, bytes)
        let number = try reader.int("number")
        let kind: Kind
        switch try reader.string("kind") {
        case "load": kind = .load(try Load(try reader.object("load"), commit: number))
        case "void": kind = .void
        case "withdrawal": kind = .withdrawal(of: try reader.int("withdraws"))
        case "decision": kind = .decision(try Decision(try reader.object("decision")))
        default: throw reader.missing("kind")
        }
        self.init(
            number: number, previous: try reader.optionalString("previous"), loadID: try reader.string("load_id"),
            kind: kind, watermark: try .optional(reader, "watermark"), writer: try Writer(try reader.object("writer")),
            writtenAt: try reader.string("written_at"))
    }
}

extension CommitRecord.Load {
    fileprivate var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("mode", .string(mode.rawValue)), .init("origin", origin.json),
            .init("source_rows", .optional(sourceRows)), .init("source_clock", .optional(sourceClock)),
            .init("slices", .array(slices.map(\.json))), .init("replaces", .array(replaces.map(\.json))),
            .init("removes", .array(removes.map { .string($0) })), .init("attempt", .int(attempt)),
            .init("schema", .array(schema.map(\.json))), .init("quarantined", .array(quarantined.map(\.json))),
        ]
        if isBackfill { members.append(.init("backfill", .bool(true))) }
        return .object(members)
    }

    fileprivate init(_ reader: RecordReader, commit: Int) throws(LedgerFault) {
        guard let mode = WriteMode(rawValue: try reader.string("mode")) else { throw reader.missing("mode") }
        var slices: [Slice] = []
        for slice in try reader.objects("slices") { slices.append(try Slice(slice, commit: commit)) }
        var replaces: [Slice.ID] = []
        for id in try reader.objects("replaces") { replaces.append(try Slice.ID(id)) }
        var schema: [CommitRecord.SchemaColumn] = []
        for column in try reader.objects("schema") { schema.append(try CommitRecord.SchemaColumn(column)) }
        var quarantined: [DataFile] = []
        for file in try reader.optionalObjects("quarantined") { quarantined.append(try DataFile(file)) }
        self.init(
            mode: mode, slices: slices, replaces: replaces, removes: try reader.strings("removes"),
            origin: try LoadOrigin(try reader.object("origin")), schema: schema,
            sourceRows: try reader.optionalInt("source_rows"), sourceClock: try reader.optionalString("source_clock"),
            quarantined: quarantined)
        // Records of the first versions do not say it.
        attempt = try reader.optionalInt("attempt") ?? 1
        isBackfill = reader.value["backfill"] == nil ? false : try reader.bool("backfill")
    }
}

extension CommitRecord.Decision {
    fileprivate var json: JSONValue {
        let job: String? = if case .job(let job) = what { job } else { nil }
        return .members(["job": .optional(job), "reason": .optional(reason)])
    }

    fileprivate init(_ reader: RecordReader) throws(LedgerFault) {
        let job = try reader.optionalString("job")
        self.init(job.map { .job($0) } ?? .watermark, reason: try reader.optionalString("reason"))
    }
}

extension CommitRecord.SchemaColumn {
    var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("name", .string(name)), .init("type", .string(type)), .init("source_type", .optional(sourceType)),
        ]
        if isMissing { members.append(.init("missing", .bool(true))) }
        return .object(members)
    }

    init(_ reader: RecordReader) throws(LedgerFault) {
        self.init(
            name: try reader.string("name"), type: try reader.string("type"),
            sourceType: try reader.optionalString("source_type"),
            isMissing: reader.value["missing"] == nil ? false : try reader.bool("missing"))
    }
}

extension LoadIntent {
    package var bytes: [UInt8] {
        JSONValue.members([
            "format": .int(CommitRecord.format), "load_id": .string(loadID), "number": .int(number),
            "job": .string(job), "attempt": .int(attempt), "uploads": .array(uploads.map { .string($0) }),
            "writer": writer.json, "written_at": .string(writtenAt),
        ]).bytes + [0x0A]
    }

    package init(key: String, bytes: [UInt8]) throws(LedgerFault) {
        let reader = try RecordReader(key, bytes)
        self.init(
            loadID: try reader.string("load_id"), number: try reader.int("number"), job: try reader.string("job"),
            attempt: try reader.int("attempt"), uploads: try reader.strings("uploads"),
            writer: try Writer(try reader.object("writer")), writtenAt: try reader.string("written_at"))
    }
}
