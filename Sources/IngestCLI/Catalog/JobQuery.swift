import Engine
import Ports
import Settings

/// What a job reads, as a request that a catalog can describe.
struct JobQuery {
    let job: Job
    let project: ProjectFolder?

    /// To be described: what stands in the places of a query is of every type, and selects nothing. Throws where a query's
    /// file cannot be read.
    func request() throws(SettingsFault) -> ReadRequest { try request(from: "NULL", to: "NULL") }

    /// To be read from the beginning to the end. `nature`: what the watermark's values are, where that is known.
    func request(everythingOf nature: ValueNature?) throws(SettingsFault) -> ReadRequest {
        switch nature {
        case .integer, .exactNumeric: try request(from: "-9223372036854775807", to: "9223372036854775807")
        case .text: try request(from: "''", to: "'zzzzzzzz'")
        default: try request(from: "'1900-01-01'", to: "'9998-12-31'")
        }
    }

    /// Whether the query says itself where the watermark is compared. Its column then need not be among the query's own.
    func placesWatermark() throws(SettingsFault) -> Bool { try written()?.contains("{watermark_from}") ?? false }

    /// To be loaded: the places of the watermark are left for the source, which knows how its values are written.
    func text() throws(SettingsFault) -> JobText {
        guard let text = try written() else {
            let name = TableName(schema: job.object.schema, name: job.object.table)
            return JobText(object: .table(name), filter: job.object.filter)
        }
        guard text.contains("{filter}") else { return JobText(object: .query(text), filter: job.object.filter) }
        return JobText(object: .query(text.replacingPlace("{filter}", by: job.object.filter ?? "1 = 1")))
    }

    /// As it is written; nil for a table.
    private func written() throws(SettingsFault) -> String? {
        switch job.object.query {
        case nil: nil
        case .text(let written): written
        case .file(let path): try Self.read(project?.path(of: path) ?? path, shown: path)
        }
    }

    private func request(from: String, to: String) throws(SettingsFault) -> ReadRequest {
        guard let text = try written() else {
            let name = TableName(schema: job.object.schema, name: job.object.table)
            return ReadRequest(object: .table(name), filter: job.object.filter)
        }
        let filled = Self.filled(text, from, to)
        // A query that places the filter itself has it inside.
        let hasFilter = text.contains("{filter}")
        return ReadRequest(
            object: .query(hasFilter ? filled.replacingPlace("{filter}", by: job.object.filter ?? "1 = 1") : filled),
            filter: hasFilter ? nil : job.object.filter)
    }

    private static func filled(_ text: String, _ from: String, _ to: String) -> String {
        var text = text
        for (name, value) in [("{watermark_from}", from), ("{watermark_to}", to)] {
            text = text.replacingPlace("'" + name + "'", by: value).replacingPlace(name, by: value)
        }
        return text
    }

    private static let longest = 1 << 20

    private static func read(_ path: String, shown: String) throws(SettingsFault) -> String {
        let file: SmallFile
        do throws(SmallFile.Refusal) { file = try SmallFile.read(path, limit: longest) } catch {
            let why =
                switch error {
                case .missing: "there is no such file"
                case .unreadable(let reason): reason
                case .tooLong: "it is longer than 1 MiB"
                }
            throw SettingsFault("The query's file \(VisibleText.quoted(shown)) cannot be read: \(why)")
        }
        var bytes = file.bytes[...]
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SettingsFault(
                "The query's file \(VisibleText.quoted(shown)) is not UTF-8", remedy: "Save it as UTF-8.")
        }
        return text
    }
}

extension String {
    fileprivate func replacingPlace(_ place: String, by text: String) -> String {
        var result = ""
        var rest = self[...]
        while let found = rest.firstRange(of: place) {
            result += rest[..<found.lowerBound] + text
            rest = rest[found.upperBound...]
        }
        return result + rest
    }
}
