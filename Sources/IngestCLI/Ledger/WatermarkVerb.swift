import Engine
import Ports

/// `ingest watermark`: shows where the next loads go on, and lets a person decide that it is elsewhere.
struct WatermarkVerb {
    let arguments: ParsedArguments
    let program: Program

    enum Action: String, CaseIterable { case show, set, reset }

    struct Shown {
        var job: String
        var table: String
        var watermark: WatermarkText?
        var isLoaded: Bool
        var rows: Int
        /// Of the record that it stands in.
        var number: Int
        var writtenAt: String?
        var writtenBy: String?
        var reason: String?
        var failure: JobOutcome.Failure?
    }

    var action: Action {
        get throws(UsageFault) {
            let text = arguments.operands[0]
            guard let action = Action(rawValue: text) else {
                throw UsageFault("'\(text)' is not one of show, set, reset", verb: "watermark")
            }
            let wanted: ClosedRange<Int> =
                switch action {
                case .show: 1...Int.max
                case .set: 3...3
                case .reset: 2...2
                }
            guard wanted.contains(arguments.operands.count) else {
                throw UsageFault(
                    action == .set
                        ? "Say the job and the value: watermark set JOB VALUE" : "Say one job: watermark reset JOB",
                    verb: "watermark")
            }
            return action
        }
    }

    func show() throws -> [Shown] {
        let project = try ProjectTables(arguments, program: program)
        let named = arguments.operands.dropFirst()
        let jobs =
            try named.isEmpty
            ? project.jobs.filter { $0.loadType == .incremental } : named.map(project.job)
        return jobs.map { job in
            var shown = Shown(job: job.id, table: job.target.table, isLoaded: false, rows: 0, number: 0)
            do {
                let ledger = try project.surroundings.place(of: job).ledger
                let state = try ledger.state()
                shown.watermark = state.watermark
                shown.isLoaded = state.origin != nil
                shown.rows = state.rows
                shown.number = state.number
                if let record = try ledger.read(state.number)?.record {
                    shown.writtenAt = record.writtenAt
                    shown.writtenBy = "\(record.writer.user)@\(record.writer.host)"
                    if case .decision(let decision) = record.kind { shown.reason = decision.reason }
                }
            } catch {
                shown.failure = JobOutcome.Failure(error)
            }
            return shown
        }
    }

    func change(_ action: Action) throws -> (job: Job, outcome: WatermarkSetting.Outcome) {
        let project = try ProjectTables(arguments, program: program)
        let job = try project.job(arguments.operands[1])
        let setting = WatermarkSetting(
            job: job, surroundings: project.surroundings, terms: project.terms, stop: program.stop)
        let reason = arguments.value("reason")
        let outcome =
            action == .set
            ? try setting.set(arguments.operands[2], reason: reason, acceptsGap: arguments.has("yes"))
            : try setting.reset(reason: reason)
        return (job, outcome)
    }

    // MARK: - Words

    static func text(_ shown: [Shown]) -> String {
        guard !shown.isEmpty else { return "There are no incremental jobs.\n" }
        var table = TextTable([
            ("JOB", .left), ("WATERMARK", .left), ("TYPE", .left), ("ROWS", .right), ("WRITTEN", .left), ("BY", .left),
        ])
        for line in shown {
            let value =
                line.failure != nil
                ? "?" : line.watermark?.value ?? (line.isLoaded ? "(from the beginning)" : "(never loaded)")
            table.add([
                line.job, value, line.watermark?.type ?? "", NumberText.grouped(line.rows), line.writtenAt ?? "",
                line.writtenBy ?? "",
            ])
        }
        var lines = table.lines(indent: 0)
        for line in shown {
            if let failure = line.failure { lines.append("\(line.job): \(failure.text)") }
            if let reason = line.reason { lines.append("\(line.job): set by hand: \(reason)") }
        }
        return lines.map { PrintableText.escaped($0) + "\n" }.joined()
    }

    static func text(_ job: Job, _ outcome: WatermarkSetting.Outcome) -> String {
        func value(_ text: WatermarkText?) -> String { text?.value ?? "the beginning" }
        var lines = [
            outcome.number == nil
                ? "\(job.id): \(value(outcome.before))"
                : "\(job.id): \(value(outcome.before)) -> \(value(outcome.after))"
        ]
        lines += outcome.notes.map { "    note: \($0)" }
        return lines.map { PrintableText.escaped($0) + "\n" }.joined()
    }

    static func json(_ shown: [Shown]) -> JSONText {
        .object([
            (
                "jobs",
                .array(
                    shown.map { line in
                        .object([
                            ("job", .string(line.job)), ("table", .string(line.table)),
                            ("watermark", .optional(line.watermark?.value)), ("type", .optional(line.watermark?.type)),
                            ("loaded", .bool(line.isLoaded)), ("rows", .int(line.rows)), ("number", .int(line.number)),
                            ("written_at", .optional(line.writtenAt)), ("written_by", .optional(line.writtenBy)),
                            ("reason", .optional(line.reason)), ("error", .optional(line.failure?.message)),
                        ])
                    })
            )
        ])
    }

    static func json(_ job: Job, _ outcome: WatermarkSetting.Outcome) -> JSONText {
        .object([
            ("job", .string(job.id)), ("before", .optional(outcome.before?.value)),
            ("after", .optional(outcome.after?.value)), ("type", .optional(outcome.after?.type)),
            ("number", .optional(outcome.number)), ("notes", .array(outcome.notes.map { .string($0) })),
        ])
    }
}
