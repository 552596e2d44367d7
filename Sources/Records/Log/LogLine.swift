import Ports

/// A line of `logs/ingest.log`.
struct LogLine: Sendable {
    var level: RunRemark.Level
    var message: String
    var run: String
    var job: JobLabel?
    var attempt: Int?
    /// Besides the message, for programs; the message says it in words.
    var facts: [JSONValue.Member] = []

    /// With its end of line.
    func bytes(_ form: LogForm, at moment: CivilTime, redact: (String) -> String) -> [UInt8] {
        let message = redact(message)
        switch form {
        case .text:
            let name = level.rawValue.uppercased()
            var text = moment.iso(digits: 3) + " " + name + String(repeating: " ", count: 8 - name.utf8.count)
            text += "run=" + Self.word(run)
            if let job { text += " job=" + Self.word(redact(job.id)) }
            if let attempt { text += " attempt=\(attempt)" }
            return Array((text + " " + VisibleText.escaped(message) + "\n").utf8)
        case .json:
            var members: [JSONValue.Member] = [
                .init("time", .string(moment.iso())), .init("level", .string(level.rawValue)),
                .init("run", .string(run)),
            ]
            if let job {
                members += [
                    .init("job", .string(redact(job.id))), .init("job_name", .string(redact(job.name))),
                ]
            }
            if let attempt { members.append(.init("attempt", .int(attempt))) }
            members.append(.init("message", .string(message)))
            for fact in facts {
                members.append(.init(fact.key, fact.value.string.map { .string(redact($0)) } ?? fact.value))
            }
            return JSONValue.object(members).bytes + [0x0A]
        }
    }

    /// One word: what follows cannot be taken for a part of it.
    private static func word(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0 != "\"" && $0 != "=" && $0.value < 0x7F }
        guard !isPlain || text.isEmpty else { return text }
        return "\"" + VisibleText.escaped(text).replacing("\"", with: "\\\"") + "\""
    }
}
