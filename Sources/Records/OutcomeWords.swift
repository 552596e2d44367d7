import Ports

/// An outcome in a sentence, for logs; and in names and values, for programs that read them.
enum OutcomeWords {
    static func sentence(_ outcome: JobOutcome) -> String {
        var text = outcome.status.rawValue + " after \(NumberWords.seconds(outcome.seconds)) s"
        if outcome.status == .success {
            text += ": \(outcome.rows) rows, \(outcome.files) files, \(outcome.bytes) bytes"
            if let path = outcome.partitionPath { text += " in \(path)" }
            if let watermark = outcome.watermarkTo { text += ", watermark \(watermark.value)" }
        }
        if !outcome.schemaChanges.isEmpty { text += "; schema: " + outcome.schemaChanges.joined(separator: ", ") }
        if let failure = outcome.failure { text += ": " + failure.text }
        if let wait = outcome.retryAfterSeconds { text += " (tried again in \(NumberWords.seconds(wait)) s)" }
        return text
    }

    static func facts(_ outcome: JobOutcome) -> [JSONValue.Member] {
        var facts: [JSONValue.Member] = [
            .init("status", .string(outcome.status.rawValue)), .init("rows", .int(outcome.rows)),
            .init("files", .int(outcome.files)), .init("bytes", .int(outcome.bytes)),
            .init("duration_seconds", .number(NumberWords.seconds(outcome.seconds))),
        ]
        if let load = outcome.loadID { facts.append(.init("load_id", .string(load))) }
        if let watermark = outcome.watermarkTo { facts.append(.init("watermark_to", .string(watermark.value))) }
        if let failure = outcome.failure {
            facts.append(.init("error", .string(failure.message)))
            if let remedy = failure.remedy { facts.append(.init("remedy", .string(remedy))) }
        }
        return facts
    }
}
