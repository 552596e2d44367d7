import Ports

/// One outcome as a line of the audit trail.
struct AuditLine: Sendable {
    /// Whose repetition is no news: a load that was finished by a later run may have been told before.
    struct Key: Hashable, Sendable {
        var loadID: String
        var attempt: Int
        var status: JobStatus
    }

    /// Of the day whose file it goes into: `20261121`.
    let day: String
    /// Nil where no load was begun.
    let key: Key?
    /// With its end of line.
    let text: String
    /// Its load stands in the lake and will not be told again.
    let isDurable: Bool

    init(_ outcome: JobOutcome, run: RunFacts, zone: ZoneRules, redact: (String) -> String) {
        let ended = zone.civil(outcome.endedAt)
        day = ended.compactDate
        key = outcome.loadID.map { Key(loadID: $0, attempt: outcome.attempt, status: outcome.status) }
        isDurable = outcome.loadID != nil || outcome.failure != nil
        func list(_ texts: [String]) -> String { texts.joined(separator: " | ") }
        func number(_ value: Int?) -> String { value.map { String($0) } ?? "" }
        text =
            AuditColumn.allCases.map { column in
                let value: String =
                    switch column {
                    case .timestamp: ended.iso()
                    case .jobName: outcome.job.name
                    case .status: outcome.status.rawValue
                    case .rows: String(outcome.rows)
                    case .seconds: NumberWords.seconds(outcome.seconds)
                    case .partitionPath: outcome.partitionPath ?? ""
                    case .errorMessage: outcome.failure?.text ?? ""
                    case .jobID: outcome.job.id
                    case .runID: outcome.runID
                    case .loadID: outcome.loadID ?? ""
                    case .attempt: String(outcome.attempt)
                    case .loadType: outcome.loadWord ?? ""
                    case .writeMode: outcome.writeMode?.rawValue ?? ""
                    case .sourceRows: number(outcome.sourceRows)
                    case .files: String(outcome.files)
                    case .bytes: String(outcome.bytes)
                    case .watermarkFrom: outcome.watermarkFrom?.value ?? ""
                    case .watermarkTo: outcome.watermarkTo?.value ?? ""
                    case .nullWatermarks: number(outcome.nullWatermarks)
                    case .schemaChange: list(outcome.schemaChanges)
                    case .warnings: list(outcome.warnings)
                    case .host: run.host
                    case .user: run.user
                    case .version: run.version
                    case .workbookSHA256: run.workbookSHA256 ?? ""
                    }
                return value.isEmpty ? "" : CSVField.line(redact(value))
            }.joined(separator: ",") + "\r\n"
    }
}
