import Alerts
import Ports
import Settings
import Workbook

/// Joins what a run's jobs did with what their rows say of people and places.
struct AlertJobs {
    let project: ProjectSettings
    let rows: [CheckedJob]
    let tables: [SheetTable]
    let redact: (String) -> String

    /// Each job's last final outcome, in the order of the workbook.
    func jobs(_ outcomes: [JobOutcome]) -> [AlertJob] {
        let byID = Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        var order: [String] = []
        var last: [String: JobOutcome] = [:]
        for outcome in outcomes where outcome.status.isFinal {
            if last.updateValue(outcome, forKey: outcome.job.id) == nil { order.append(outcome.job.id) }
        }
        return order.sorted { (byID[$0]?.row ?? .max) < (byID[$1]?.row ?? .max) }
            .compactMap { id in last[id].map { job($0, byID[id]) } }
    }

    private func job(_ outcome: JobOutcome, _ row: CheckedJob?) -> AlertJob {
        let people = row?.job?.people
        return AlertJob(
            outcome.redacted(redact), cell: row.flatMap(cell), owner: people?.owner, notify: people?.notify ?? [],
            retry: [.invalid, .success].contains(outcome.status) ? nil : retry(outcome.job.id))
    }

    private func cell(_ row: CheckedJob) -> String? {
        tables.first { $0.name == JobColumn.sheet || tables.count == 1 }?
            .place(CellReference(row: row.row, column: 1))
    }

    private func retry(_ job: String) -> String {
        var words = ["ingest", "run", job, "--project", project.settings.project.path]
        if let environment = project.settings.environment { words += ["--env", environment] }
        return words.map(Self.quoted).joined(separator: " ")
    }

    /// As a shell takes it for one word.
    private static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil
                    || "-_./:@%+=,".unicodeScalars.contains($0)
            }
        return isPlain ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
}
