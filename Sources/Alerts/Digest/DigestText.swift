import Ports

/// A digest as plain text: for mail programs without HTML, and for those who read it aloud.
struct DigestText {
    let digest: RunDigest

    private var run: AlertRun { digest.run }

    func text() -> String {
        var lines = [
            DigestHTML.title(digest), "",
            "Run of \(Figures.moment(run.facts.startedAt, run.zone)) (\(run.zone.name)), \(Figures.duration(run.seconds)), on \(run.facts.host)",
        ]
        if let workbook = run.facts.workbook { lines.append("Workbook: " + workbook) }
        if let failure = digest.startFailure {
            lines += ["", "NOTHING WAS LOADED", "", failure.message]
            if let remedy = failure.remedy { lines.append("What to do: " + remedy) }
        }
        if let streak = digest.startRecovered { lines += ["", DigestHTML.startsAgain(streak, run.zone)] }
        failures("FAILED", digest.failedFirst, &lines)
        failures("STILL FAILING", digest.failedAgain, &lines)
        if !digest.skipped.isEmpty {
            lines += [
                "",
                "Not begun because of others: "
                    + digest.skipped.prefix(200).map(\.job.outcome.job.id).joined(separator: ", "),
            ]
        }
        section("RECOVERED", digest.recovered, &lines) { item in
            guard case .recovered(let streak) = item.standing else { return [] }
            return [
                "had failed \(NumberText.counted(streak.count, "time")) since \(Figures.moment(streak.since, run.zone))"
            ]
        }
        section("SCHEMA CHANGES", digest.drifted, &lines) { Array($0.job.outcome.schemaChanges.prefix(20)) }
        section("WARNINGS", digest.warned, &lines) { Array($0.job.outcome.warnings.prefix(20)) }
        section("ALL JOBS OF THIS RUN", digest.all, &lines) { item in
            let outcome = item.job.outcome
            return [
                "\(item.job.state), \(NumberText.counted(outcome.rows, "row")), \(Figures.duration(outcome.seconds))"
            ]
        }
        lines += ["", "Run \(run.facts.runID), exit code \(run.exitCode), ingest \(run.facts.version)."]
        if let log = run.log { lines.append("All errors: " + log) }
        return lines.map { Self.clean($0) }.joined(separator: "\n") + "\n"
    }

    private func failures(_ title: String, _ items: [RunDigest.Item], _ lines: inout [String]) {
        guard !items.isEmpty else { return }
        lines += ["", "\(title) (\(NumberText.grouped(items.count)))"]
        for (index, item) in items.enumerated() {
            let outcome = item.job.outcome
            let message = Figures.cut(item.job.failure?.message ?? "", index < DigestHTML.mostCards ? 2000 : 160)
            guard index < DigestHTML.mostCards else {
                if index < DigestHTML.mostCards + DigestHTML.mostRows {
                    lines.append("\(outcome.job.id)\(item.job.cell.map { " (\($0))" } ?? ""): \(message)")
                }
                continue
            }
            var places = [outcome.job.name]
            if let cell = item.job.cell { places.append(cell) }
            if let owner = item.job.owner { places.append(owner) }
            lines += ["", "\(outcome.job.id): \(item.job.state) (\(places.joined(separator: ", ")))"]
            if case .failedAgain(let streak) = item.standing {
                lines.append("  " + DigestHTML.streak(streak, run.zone) + ".")
            }
            lines.append("  " + message)
            if let remedy = item.job.failure?.remedy, !remedy.isEmpty { lines.append("  What to do: " + remedy) }
            if let cause = item.cause { lines.append("  Likely cause: " + cause) }
            if let retry = item.job.retry { lines.append("  Try it again: " + retry) }
        }
    }

    private func section(
        _ title: String, _ items: [RunDigest.Item], _ lines: inout [String], _ texts: (RunDigest.Item) -> [String]
    ) {
        guard !items.isEmpty else { return }
        lines += ["", "\(title) (\(NumberText.grouped(items.count)))", ""]
        for item in items.prefix(DigestHTML.mostRows) {
            let found = texts(item)
            lines.append("\(item.job.outcome.job.id): " + found.map { Figures.cut($0, 500) }.joined(separator: "; "))
        }
    }

    /// Line breaks stay.
    private static func clean(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { HeaderText.oneLine(String($0)) }
            .joined(separator: "\n")
    }
}
