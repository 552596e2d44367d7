import Engine
import Ports

/// What `ingest adopt` says.
struct AdoptionReport {
    let job: Job
    let outcome: TableAdoption.Outcome

    var text: String {
        let size =
            "\(NumberText.counted(outcome.rows, "row")) in \(NumberText.counted(outcome.files, "file")), "
            + NumberText.bytes(outcome.bytes)
        var lines = [
            outcome.formerJob.map { "\(job.id): took '\(job.target.table)' over from the job '\($0)': \(size)" }
                ?? "\(job.id): took over \(size)"
        ]
        if let watermark = outcome.watermark { lines.append("    the next load goes on at \(watermark.value)") }
        lines += outcome.notes.map { "    note: \($0)" }
        return lines.map { PrintableText.escaped($0) + "\n" }.joined()
    }

    var json: JSONText {
        .object([
            ("job", .string(job.id)), ("table", .string(job.target.table)),
            ("former_job", .optional(outcome.formerJob)),
            ("files", .int(outcome.files)), ("rows", .int(outcome.rows)), ("bytes", .int(outcome.bytes)),
            ("watermark", .optional(outcome.watermark?.value)), ("number", .int(outcome.number)),
            ("notes", .array(outcome.notes.map { .string($0) })),
        ])
    }
}
