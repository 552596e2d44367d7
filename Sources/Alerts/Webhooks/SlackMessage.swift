import Ports

/// A digest for an incoming webhook of Slack (https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
struct SlackMessage {
    let digest: RunDigest

    // Slack's limits: 50 blocks; 150 characters in a header; 3,000 in a section; and, found by those who passed it, about
    // 13,000 in all blocks together.
    private static let mostBlocks = 45
    private static let mostInAll = 11_000

    var json: JSONValue {
        let title = DigestHTML.title(digest)
        var blocks: [JSONValue] = [
            .members([
                "type": .string("header"),
                "text": .members([
                    "type": .string("plain_text"), "text": .string(Figures.cut(HeaderText.oneLine(title), 150)),
                    "emoji": .bool(false),
                ]),
            ])
        ]
        var used = 200
        let texts = sections
        for (index, text) in texts.enumerated() {
            let cut = Figures.cut(text, 2900)
            guard blocks.count < Self.mostBlocks, used + cut.utf8.count <= Self.mostInAll else {
                blocks.append(
                    Self.section("… and \(texts.count - index) more, in the mail and the log.")
                )
                break
            }
            used += cut.utf8.count
            blocks.append(Self.section(cut))
        }
        let run = digest.run
        blocks.append(
            .members([
                "type": .string("context"),
                "elements": .array([
                    .members([
                        "type": .string("mrkdwn"),
                        "text": .string(
                            Self.escaped(
                                "Run of \(Figures.moment(run.facts.startedAt, run.zone)) (\(run.zone.name)) on \(run.facts.host)"
                            )),
                    ])
                ]),
            ]))
        return .members(["text": .string(Self.escaped(Figures.cut(title, 300))), "blocks": .array(blocks)])
    }

    private var sections: [String] {
        var texts: [String] = []
        if let failure = digest.startFailure { texts.append(Self.escaped(Figures.cut(failure.text, 2500))) }
        if let streak = digest.startRecovered {
            texts.append(Self.escaped(DigestHTML.startsAgain(streak, digest.run.zone)))
        }
        for item in digest.failures {
            let outcome = item.job.outcome
            var text = "*\(Self.escaped(outcome.job.id))* \(item.job.state)"
            if let cell = item.job.cell { text += " · \(Self.escaped(cell))" }
            if case .failedAgain(let streak) = item.standing {
                text += " · " + Self.escaped(DigestHTML.streak(streak, digest.run.zone))
            }
            text += "\n" + Self.escaped(Figures.cut(item.job.failure?.text ?? "", 600))
            if let retry = item.job.retry { text += "\n`\(Self.escaped(retry.replacing("`", with: "'")))`" }
            texts.append(text)
        }
        if !digest.recovered.isEmpty {
            texts.append("*Recovered:* " + names(digest.recovered))
        }
        for item in digest.drifted {
            texts.append(
                "*\(Self.escaped(item.job.outcome.job.id))* schema: "
                    + Self.escaped(Figures.cut(item.job.outcome.schemaChanges.joined(separator: "; "), 600)))
        }
        for item in digest.warned {
            texts.append(
                "*\(Self.escaped(item.job.outcome.job.id))* warning: "
                    + Self.escaped(Figures.cut(item.job.outcome.warnings.joined(separator: "; "), 600)))
        }
        if texts.isEmpty { texts.append(Self.escaped(digest.headline)) }
        return texts
    }

    private func names(_ items: [RunDigest.Item]) -> String {
        Self.escaped(Figures.cut(items.map(\.job.outcome.job.id).joined(separator: ", "), 2000))
    }

    private static func section(_ text: String) -> JSONValue {
        .members([
            "type": .string("section"), "text": .members(["type": .string("mrkdwn"), "text": .string(text)]),
        ])
    }

    /// "Slack uses three characters as control characters": with these escaped, nobody is mentioned and nothing is linked.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
