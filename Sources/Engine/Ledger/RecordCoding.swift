import Ports

/// Reads the members of a record, and says which one is missing or wrong.
struct RecordReader {
    let key: String
    let value: JSONValue

    init(_ key: String, _ bytes: [UInt8]) throws(LedgerFault) {
        self.key = key
        do throws(JSONFault) {
            value = try JSONValue(parsing: bytes)
        } catch {
            throw .damaged(key, "is no JSON document: \(error.message) at byte \(error.offset)")
        }
        guard let format = value["format"]?.int else { throw .damaged(key, "does not say its format") }
        guard format == CommitRecord.format else {
            throw LedgerFault(
                .damaged, .configuration,
                "'\(key)' has the format \(format); this version of ingest knows \(CommitRecord.format)",
                remedy: "A later version of ingest has loaded this table: use that one.")
        }
    }

    private init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }

    func string(_ name: String) throws(LedgerFault) -> String {
        guard let text = value[name]?.string else { throw missing(name) }
        return text
    }

    func optionalString(_ name: String) throws(LedgerFault) -> String? {
        switch value[name] {
        case nil, .null: return nil
        case .string(let text): return text
        default: throw missing(name)
        }
    }

    func int(_ name: String) throws(LedgerFault) -> Int {
        // Sums of thousands of them stay numbers.
        guard let number = value[name]?.int, number >= 0, number <= 1 << 53 else { throw missing(name) }
        return number
    }

    func bool(_ name: String) throws(LedgerFault) -> Bool {
        guard let flag = value[name]?.bool else { throw missing(name) }
        return flag
    }

    func optionalInt(_ name: String) throws(LedgerFault) -> Int? {
        switch value[name] {
        case nil, .null: return nil
        default: return try int(name)
        }
    }

    func object(_ name: String) throws(LedgerFault) -> RecordReader {
        guard let member = value[name], case .object = member else { throw missing(name) }
        return RecordReader(key, member)
    }

    func optionalObject(_ name: String) throws(LedgerFault) -> RecordReader? {
        switch value[name] {
        case nil, .null: return nil
        default: return try object(name)
        }
    }

    func objects(_ name: String) throws(LedgerFault) -> [RecordReader] {
        guard let values = value[name]?.array else { throw missing(name) }
        return values.map { RecordReader(key, $0) }
    }

    /// None where there is no such member.
    func optionalObjects(_ name: String) throws(LedgerFault) -> [RecordReader] {
        value[name] == nil ? [] : try objects(name)
    }

    func strings(_ name: String) throws(LedgerFault) -> [String] {
        guard let values = value[name]?.array else { throw missing(name) }
        let texts = values.compactMap(\.string)
        guard texts.count == values.count else { throw missing(name) }
        return texts
    }

    func missing(_ name: String) -> LedgerFault { .damaged(key, "has no valid '\(name)'") }
}

extension WatermarkText {
    var json: JSONValue { .members(["value": .string(value), "type": .string(type)]) }

    init(_ reader: RecordReader) throws(LedgerFault) {
        self.init(value: try reader.string("value"), type: try reader.string("type"))
    }

    static func optional(_ reader: RecordReader, _ name: String) throws(LedgerFault) -> WatermarkText? {
        guard let member = try reader.optionalObject(name) else { return nil }
        return try WatermarkText(member)
    }
}

extension Slice.ID {
    var json: JSONValue { .members(["commit": .int(commit), "part": .int(part)]) }

    init(_ reader: RecordReader) throws(LedgerFault) {
        self.init(commit: try reader.int("commit"), part: try reader.int("part"))
    }
}

extension Slice {
    var json: JSONValue {
        var members: [JSONValue.Member] = [.init("part", .int(id.part))]
        switch coverage {
        case .whole: members.append(.init("covers", .string("whole")))
        case .day(let day): members += [.init("covers", .string("day")), .init("day", .string(day))]
        case .nulls: members.append(.init("covers", .string("nulls")))
        case .adopted: members.append(.init("covers", .string("adopted")))
        case .window(let low, let high):
            members += [
                .init("covers", .string("window")), .init("low", low?.json ?? .null),
                .init("high", high?.json ?? .null),
            ]
        }
        members += [.init("provisional", .bool(isProvisional)), .init("files", .array(files.map(\.json)))]
        return .object(members)
    }

    init(_ reader: RecordReader, commit: Int) throws(LedgerFault) {
        let coverage: Coverage
        switch try reader.string("covers") {
        case "whole": coverage = .whole
        case "day": coverage = .day(try reader.string("day"))
        case "nulls": coverage = .nulls
        case "adopted": coverage = .adopted
        case "window":
            coverage = .window(low: try .optional(reader, "low"), high: try .optional(reader, "high"))
        default: throw reader.missing("covers")
        }
        var files: [DataFile] = []
        for file in try reader.objects("files") { files.append(try DataFile(file)) }
        self.init(
            id: ID(commit: commit, part: try reader.int("part")), coverage: coverage,
            isProvisional: try reader.bool("provisional"), files: files)
    }
}

extension DataFile {
    var json: JSONValue {
        .members([
            "name": .string(object.name), "rows": .int(rows), "bytes": .int(object.bytes),
            "digest": .string(object.digest), "upload": .string(object.token),
        ])
    }

    init(_ reader: RecordReader) throws(LedgerFault) {
        self.init(
            object: StagedObject(
                name: try reader.string("name"), token: try reader.string("upload"), bytes: try reader.int("bytes"),
                digest: try reader.string("digest")),
            rows: try reader.int("rows"))
    }
}

extension LoadOrigin {
    var json: JSONValue {
        .members([
            "job": .string(job), "source": .string(source), "object": .string(object), "query": .bool(isQuery),
            "filter": .optional(filter), "watermark": .optional(watermark),
        ])
    }

    init(_ reader: RecordReader) throws(LedgerFault) {
        self.init(
            job: try reader.string("job"), source: try reader.string("source"), object: try reader.string("object"),
            isQuery: try reader.bool("query"), filter: try reader.optionalString("filter"),
            watermark: try reader.optionalString("watermark"))
    }
}

extension Writer {
    var json: JSONValue {
        .members([
            "run": .string(run), "host": .string(host), "process": .int(process), "user": .string(user),
            "version": .string(version),
        ])
    }

    init(_ reader: RecordReader) throws(LedgerFault) {
        self.init(
            run: try reader.string("run"), host: try reader.string("host"), process: try reader.int("process"),
            user: try reader.string("user"), version: try reader.string("version"))
    }
}
