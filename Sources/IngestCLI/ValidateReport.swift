import Ports
import Workbook

/// What `ingest validate` says.
struct ValidateReport {
    /// As it was named, or found.
    var workbook: String
    /// Of the settings, of what lies around the workbook, then of the workbook.
    var findings: [Finding]
    var jobs: [CheckedJob]
    var isStrict: Bool
    /// How many jobs were compared with their sources; nil where that was not asked for.
    var jobsConnected: Int?
    /// The copy with comments, where one was asked for.
    var annotated: String?

    private func has(_ severity: Finding.Severity) -> Bool { findings.contains { $0.severity == severity } }

    var exitCode: Int32 {
        has(.error) || isStrict && has(.warning) ? ExitCode.usage : ExitCode.done
    }

    func text(colours: Bool) -> String {
        var text = FindingsText(findings: findings, colours: colours).text
        if !text.isEmpty { text += "\n" }
        text += PrintableText.escaped("\(workbook): \(jobsText); \(FindingsText.counts(findings)).") + "\n"
        if let annotated { text += PrintableText.escaped("Marked copy: \(annotated)") + "\n" }
        return text
    }

    private var jobsText: String {
        var enabled = 0
        var refused = 0
        for index in jobs.indices where jobs[index].isEnabled {
            enabled += 1
            if jobs[index].refusal != nil { refused += 1 }
        }
        return "\(NumberText.counted(jobs.count, "job")), \(NumberText.grouped(enabled)) enabled"
            + (refused == 0 ? "" : ", \(NumberText.grouped(refused)) refused")
            + (jobsConnected.map { ", \(NumberText.grouped($0)) compared with their sources" } ?? "")
    }

    var json: JSONText {
        func count(_ severity: Finding.Severity) -> JSONText {
            .int(findings.reduce(0) { $0 + ($1.severity == severity ? 1 : 0) })
        }
        return .object([
            ("workbook", .string(workbook)), ("valid", .bool(exitCode == ExitCode.done)),
            ("errors", count(.error)), ("warnings", count(.warning)), ("notes", count(.note)),
            ("connected", .optional(jobsConnected)),
            ("findings", .array(findings.map(\.json))),
            (
                "jobs",
                .array(
                    jobs.map {
                        .object([
                            ("row", .int($0.row)), ("job_id", .string($0.id)), ("enabled", .bool($0.isEnabled)),
                            ("refusal", .optional($0.refusal)),
                        ])
                    })
            ), ("annotated", .optional(annotated)),
        ])
    }
}
