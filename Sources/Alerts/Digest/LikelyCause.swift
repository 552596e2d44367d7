import Ports

/// Guesses what is behind a failure, from facts: the kind of the error, how the other jobs of the source fared, and whether
/// the job ever worked. It adds to the error's own words, and stays silent where it knows nothing more.
struct LikelyCause {
    private struct Tally {
        var failed = 0
        /// Of them those that a connection or a server may be behind.
        var unreachable = 0
        /// Of them those that something is behind that is not there, or not allowed.
        var misconfigured = 0
        var succeeded = 0
    }

    private let bySource: [String: Tally]

    init(_ outcomes: [JobOutcome]) {
        var tallies: [String: Tally] = [:]
        for outcome in outcomes {
            switch outcome.status {
            case .success: tallies[outcome.job.source, default: Tally()].succeeded += 1
            case .failed:
                tallies[outcome.job.source, default: Tally()].failed += 1
                switch outcome.failure?.kind {
                case .transient?: tallies[outcome.job.source]?.unreachable += 1
                case .configuration?: tallies[outcome.job.source]?.misconfigured += 1
                default: break
                }
            default: break
            }
        }
        bySource = tallies
    }

    func text(of outcome: JobOutcome, _ standing: AlertLedger.Standing) -> String? {
        if outcome.status == .invalid {
            return "The row of the workbook says something that cannot be done; source and lake have no part in it."
        }
        let source = VisibleText.shown(outcome.job.source)
        let tally = bySource[outcome.job.source] ?? Tally()
        if tally.failed > 1, tally.succeeded == 0, tally.unreachable == tally.failed {
            return
                "All \(tally.failed) jobs of the source \(source) failed in this run and none succeeded: it is the source or the "
                + "network, rather than this table."
        }
        if tally.failed > 1, tally.succeeded == 0, tally.misconfigured == tally.failed {
            return
                "All \(tally.failed) jobs of the source \(source) failed for something that is not there or not allowed. Where they "
                + "say the same, look at the source's settings, its user and what that may read; else at each row."
        }
        switch outcome.failure?.kind {
        case .transient?:
            var text =
                "The connection or the server failed in a way that may pass by itself"
                + (outcome.attempt > 1 ? "; \(outcome.attempt) attempts did not help" : "") + "."
            if tally.succeeded > 0 {
                text +=
                    " Other jobs of the source \(source) succeeded: look for locks on this table, or a query that takes too long."
            }
            return text
        case .configuration?:
            if case .failedAgain = standing {
                return "It will fail like this until the row, the settings or the grants are changed."
            }
            return
                "What the row or the settings name is not there, or is not allowed: something was renamed, moved or revoked, "
                + "or it is a typing mistake."
        case .permanent?:
            return "What the source holds does not fit what the job expects, or something has run out, as a disk does. "
                + "Another try alone will not help."
        case .cancelled?, nil: return nil
        }
    }
}
