import Ports

/// A digest as the HTML of a mail.
struct DigestHTML {
    let digest: RunDigest

    /// Beyond these, failures are lines of a table: mail programs cut what is long, Gmail at 102 kB.
    static let mostCards = 40
    static let mostRows = 1000

    private var run: AlertRun { digest.run }

    func text() -> String {
        var page = HTMLPage(title: Self.title(digest), preview: preview)
        if let failure = digest.startFailure {
            page.heading("Nothing was loaded", .bad)
            page.card(Self.message(failure), .bad)
        }
        if let streak = digest.startRecovered { page.paragraph(HTMLPage.escaped(Self.startsAgain(streak, run.zone))) }
        failures(&page, "Failed", digest.failedFirst, cards: Self.mostCards)
        failures(
            &page, "Still failing", digest.failedAgain, cards: max(0, Self.mostCards - digest.failedFirst.count))
        skipped(&page)
        recovered(&page)
        lists(&page, "Schema changes", digest.drifted, .warn) { $0.schemaChanges }
        lists(&page, "Warnings", digest.warned, .warn) { $0.warnings }
        summary(&page)
        return page.text(
            digest.isBad ? .bad : digest.warned.isEmpty && digest.drifted.isEmpty ? .good : .warn, subtitle: subtitle,
            footer: footer)
    }

    static func title(_ digest: RunDigest) -> String {
        let headline = digest.headline
        return digest.run.project + ": " + headline
    }

    static func startsAgain(_ streak: AlertLedger.Streak, _ zone: ZoneRules) -> String {
        "Runs start again: \(NumberText.counted(streak.count, "run")) before this one could not, since "
            + Figures.moment(streak.since, zone) + "."
    }

    private var preview: String {
        digest.startFailure?.message
            ?? digest.failures.prefix(5).map { $0.job.outcome.job.id + ": " + ($0.job.failure?.message ?? "") }
            .joined(separator: " · ")
    }

    private var subtitle: String {
        var parts = [
            "Run of " + Figures.moment(run.facts.startedAt, run.zone) + " (\(run.zone.name)), "
                + Figures.duration(run.seconds)
        ]
        parts.append("on " + run.facts.host)
        if let workbook = run.facts.workbook { parts.append(workbook) }
        return parts.map { HTMLPage.escaped($0) }.joined(separator: " · ")
    }

    private var footer: String {
        var text =
            "Run " + HTMLPage.escaped(run.facts.runID) + ", exit code \(run.exitCode), ingest "
            + HTMLPage.escaped(run.facts.version) + "."
        if let log = run.log { text += " All errors: " + HTMLPage.escaped(log) + "." }
        return text + " What each message means: docs/troubleshooting.md."
    }

    // MARK: - Parts

    private func failures(_ page: inout HTMLPage, _ title: String, _ items: [RunDigest.Item], cards: Int) {
        guard !items.isEmpty else { return }
        page.heading("\(title) (\(NumberText.grouped(items.count)))", .bad)
        for item in items.prefix(cards) { page.card(card(item), .bad) }
        let rest = items.dropFirst(cards)
        guard !rest.isEmpty else { return }
        // A line each: a table's cells would weigh more than what they say.
        page.card(
            rest.prefix(Self.mostRows).map { item in
                let cell = item.job.cell.map { " " + HTMLPage.muted(HTMLPage.escaped($0)) } ?? ""
                return "<strong>" + HTMLPage.escaped(item.job.outcome.job.id) + "</strong>" + cell + " "
                    + HTMLPage.escaped(Figures.cut(item.job.failure?.message ?? "", 160))
            }.joined(separator: "<br>\n"), .bad)
        if rest.count > Self.mostRows {
            page.paragraph("… and \(NumberText.counted(rest.count - Self.mostRows, "job")) more, in the log.")
        }
    }

    private func card(_ item: RunDigest.Item) -> String {
        let outcome = item.job.outcome
        var places = [outcome.job.name]
        if let cell = item.job.cell { places.append(cell) }
        if let owner = item.job.owner { places.append(owner) }
        var html =
            "<strong>" + HTMLPage.escaped(outcome.job.id) + "</strong> "
            + HTMLPage.badge(item.job.state, .bad) + "<br>"
            + HTMLPage.muted(places.map { HTMLPage.escaped($0) }.joined(separator: " · "))
        if case .failedAgain(let streak) = item.standing {
            html += "<br>" + HTMLPage.muted(HTMLPage.escaped(Self.streak(streak, run.zone)))
        }
        if let failure = item.job.failure {
            html += #"<div style="margin-top:8px">"# + Self.message(failure) + "</div>"
        }
        if let cause = item.cause {
            html +=
                #"<div style="margin-top:6px">"# + HTMLPage.muted("Likely cause: ") + HTMLPage.escaped(cause) + "</div>"
        }
        if let retry = item.job.retry {
            html +=
                #"<div style="margin-top:8px">"# + HTMLPage.muted("Try it again: ") + HTMLPage.code(retry) + "</div>"
        }
        return html
    }

    private static func message(_ failure: JobOutcome.Failure) -> String {
        var html = HTMLPage.escapedLines(Figures.cut(failure.message, 2000))
        if let remedy = failure.remedy, !remedy.isEmpty {
            html +=
                #"<div style="margin-top:6px">"# + HTMLPage.muted("What to do: ")
                + HTMLPage.escapedLines(Figures.cut(remedy, 1000)) + "</div>"
        }
        return html
    }

    private func skipped(_ page: inout HTMLPage) {
        guard !digest.skipped.isEmpty else { return }
        let names = digest.skipped.prefix(200).map { HTMLPage.escaped($0.job.outcome.job.id) }.joined(separator: ", ")
        let more = digest.skipped.count > 200 ? " and \(NumberText.grouped(digest.skipped.count - 200)) more" : ""
        page.paragraph("Not begun because of others: " + names + more + ".")
    }

    private func recovered(_ page: inout HTMLPage) {
        guard !digest.recovered.isEmpty else { return }
        page.heading("Recovered (\(NumberText.grouped(digest.recovered.count)))", .good)
        page.table(
            ["job", "had failed", "loaded now"],
            digest.recovered.prefix(Self.mostRows).map { item in
                var before = ""
                if case .recovered(let streak) = item.standing {
                    before =
                        NumberText.counted(streak.count, "time") + " since " + Figures.moment(streak.since, run.zone)
                }
                return [
                    "<strong>" + HTMLPage.escaped(item.job.outcome.job.id) + "</strong>", before,
                    NumberText.counted(item.job.outcome.rows, "row"),
                ]
            })
    }

    private func lists(
        _ page: inout HTMLPage, _ title: String, _ items: [RunDigest.Item], _ tone: HTMLPage.Tone,
        _ texts: (JobOutcome) -> [String]
    ) {
        guard !items.isEmpty else { return }
        page.heading("\(title) (\(NumberText.grouped(items.count)))", tone)
        for item in items.prefix(Self.mostCards) {
            let outcome = item.job.outcome
            let place = item.job.cell.map { " " + HTMLPage.muted(HTMLPage.escaped($0)) } ?? ""
            let lines = texts(outcome).prefix(20).map { HTMLPage.escaped(Figures.cut($0, 500)) }
            page.card(
                "<strong>" + HTMLPage.escaped(outcome.job.id) + "</strong>" + place + "<br>"
                    + lines.joined(separator: "<br>"), tone)
        }
        if items.count > Self.mostCards {
            let rest = items.dropFirst(Self.mostCards)
            page.paragraph(
                "Also: "
                    + rest.prefix(Self.mostRows).map { HTMLPage.escaped($0.job.outcome.job.id) }.joined(separator: ", ")
                    + ".")
        }
    }

    private func summary(_ page: inout HTMLPage) {
        guard !digest.all.isEmpty else { return }
        page.heading("All jobs of this run (\(NumberText.grouped(digest.all.count)))", .plain)
        page.table(
            ["job", "state", "rows", "took"],
            digest.all.prefix(Self.mostRows).map { item in
                let outcome = item.job.outcome
                return [
                    HTMLPage.escaped(outcome.job.id),
                    HTMLPage.badge(item.job.state, item.job.isSetAside ? .bad : outcome.status.tone),
                    NumberText.grouped(outcome.rows), Figures.duration(outcome.seconds),
                ]
            }, numbers: [2, 3])
    }

    static func streak(_ streak: AlertLedger.Streak, _ zone: ZoneRules) -> String {
        "Failed in the \(streak.count)\(ordinal(streak.count)) run in a row, since "
            + Figures.moment(streak.since, zone)
    }

    private static func ordinal(_ number: Int) -> String {
        switch (number % 10, number % 100) {
        case (1, let tens) where tens != 11: "st"
        case (2, let tens) where tens != 12: "nd"
        case (3, let tens) where tens != 13: "rd"
        default: "th"
        }
    }
}

extension JobStatus {
    var tone: HTMLPage.Tone {
        switch self {
        case .success: .good
        case .failed, .invalid: .bad
        case .retried, .skipped, .locked, .cancelled: .warn
        }
    }
}
