import Ports

/// What a run says while it goes on, a line per event; each stands for itself in a log.
struct RunLines: RunRecorder {
    let console: Console
    let isQuiet: Bool
    let colours: Bool

    func runBegan(_ run: RunFacts) {}
    func jobBegan(_ job: JobLabel, attempt: Int) {}
    func loadRecovered(_ outcome: JobOutcome) {}
    func runEnded(_ end: RunEnd) {}

    func attemptEnded(_ outcome: JobOutcome) {
        guard !isQuiet || outcome.status != .success else { return }
        console.error(text(outcome))
    }

    func remark(_ remark: RunRemark) {
        guard !isQuiet || remark.level != .info else { return }
        let job = remark.job.map { $0.id + ": " } ?? ""
        let label = remark.level == .info ? "note" : remark.level.rawValue
        console.error(PrintableText.escaped("\(label): \(job)\(remark.message)") + "\n")
    }

    private func text(_ outcome: JobOutcome) -> String {
        var head = outcome.job.id
        switch outcome.status {
        case .success where outcome.loadID == nil: head += ": nothing new"
        case .success:
            head +=
                ": \(NumberText.counted(outcome.rows, "row")), \(NumberText.bytes(outcome.bytes)) in "
                + "\(NumberText.counted(outcome.files, "file")), \(NumberText.duration(outcome.seconds))"
            if let high = outcome.watermarkTo { head += ", up to \(high.value)" }
        case .retried:
            head += ": attempt \(outcome.attempt) failed"
            if let pause = outcome.retryAfterSeconds { head += ", again in \(NumberText.duration(pause))" }
        case .failed where outcome.attempt > 1: head += ": \(outcome.attempt) attempts"
        case .failed, .invalid, .skipped, .locked, .cancelled: break
        }
        var lines = [mark(outcome.status) + PrintableText.escaped(head)]
        if let failure = outcome.failure { lines.append("    " + PrintableText.escaped(failure.text)) }
        lines += outcome.schemaChanges.map { "    schema: " + PrintableText.escaped($0) }
        lines += outcome.warnings.map { "    warning: " + PrintableText.escaped($0) }
        if !isQuiet { lines += outcome.notes.map { "    note: " + PrintableText.escaped($0) } }
        return lines.joined(separator: "\n") + "\n"
    }

    private func mark(_ status: JobStatus) -> String {
        let (sign, colour) =
            switch status {
            case .success: ("ok     ", "32")
            case .failed: ("FAILED ", "31")
            case .invalid: ("INVALID", "31")
            case .retried: ("retry  ", "33")
            case .skipped: ("skipped", "33")
            case .locked: ("locked ", "33")
            case .cancelled: ("stopped", "33")
            }
        return (colours ? "\u{1b}[\(colour)m\(sign)\u{1b}[0m" : sign) + " "
    }
}

/// Several recorders, one after the other.
struct RecorderFan: RunRecorder {
    let recorders: [any RunRecorder]

    func runBegan(_ run: RunFacts) { recorders.forEach { $0.runBegan(run) } }
    func jobBegan(_ job: JobLabel, attempt: Int) { recorders.forEach { $0.jobBegan(job, attempt: attempt) } }
    func attemptEnded(_ outcome: JobOutcome) { recorders.forEach { $0.attemptEnded(outcome) } }
    func loadRecovered(_ outcome: JobOutcome) { recorders.forEach { $0.loadRecovered(outcome) } }
    func remark(_ remark: RunRemark) { recorders.forEach { $0.remark(remark) } }
    func runEnded(_ end: RunEnd) { recorders.forEach { $0.runEnded(end) } }
}
