import Ports

/// A digest for a channel of Microsoft Teams: an adaptive card for a webhook of the Workflows app
/// (https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/add-incoming-webhook).
struct TeamsCard {
    let digest: RunDigest

    /// "The message size limit is 28 KB".
    private static let mostBytes = 24_000

    var json: JSONValue {
        let run = digest.run
        var elements = [
            Self.paragraph(
                DigestHTML.title(digest), size: "large", weight: "bolder", colour: digest.isBad ? "attention" : "good"),
            Self.paragraph(
                "Run of \(Figures.moment(run.facts.startedAt, run.zone)) (\(run.zone.name)) on \(run.facts.host)",
                isSubtle: true),
        ]
        var used = elements.reduce(600) { $0 + $1.bytes.count }
        let parts = self.parts
        for (index, part) in parts.enumerated() {
            let size = part.reduce(0) { $0 + $1.bytes.count + 1 }
            guard used + size <= Self.mostBytes else {
                elements.append(
                    Self.paragraph(
                        "… and \(parts.count - index) more, in the mail and the log."))
                break
            }
            used += size
            elements += part
        }
        return Self.card(elements)
    }

    private var parts: [[JSONValue]] {
        var parts: [[JSONValue]] = []
        if let failure = digest.startFailure { parts.append([Self.paragraph(Figures.cut(failure.text, 2500))]) }
        if let streak = digest.startRecovered {
            parts.append([Self.paragraph(DigestHTML.startsAgain(streak, digest.run.zone))])
        }
        for item in digest.failures {
            let outcome = item.job.outcome
            var head = "\(outcome.job.id) \(item.job.state)"
            if let cell = item.job.cell { head += " · \(cell)" }
            if case .failedAgain(let streak) = item.standing {
                head += " · " + DigestHTML.streak(streak, digest.run.zone)
            }
            var part = [
                Self.paragraph(head, weight: "bolder", colour: "attention", isSeparate: true),
                Self.paragraph(Figures.cut(item.job.failure?.text ?? "", 600)),
            ]
            if let retry = item.job.retry { part.append(Self.paragraph(retry, isCode: true)) }
            parts.append(part)
        }
        if !digest.recovered.isEmpty {
            let names = digest.recovered.map(\.job.outcome.job.id).joined(separator: ", ")
            parts.append([
                Self.paragraph("Recovered", weight: "bolder", colour: "good", isSeparate: true),
                Self.paragraph(Figures.cut(names, 2000)),
            ])
        }
        for (title, items, texts) in [
            ("schema", digest.drifted, { $0.schemaChanges }), ("warning", digest.warned, { $0.warnings }),
        ] as [(String, [RunDigest.Item], (JobOutcome) -> [String])] {
            for item in items {
                parts.append([
                    Self.paragraph(
                        "\(item.job.outcome.job.id): \(title)", weight: "bolder", colour: "warning", isSeparate: true),
                    Self.paragraph(Figures.cut(texts(item.job.outcome).joined(separator: "; "), 600)),
                ])
            }
        }
        return parts
    }

    static func card(_ elements: [JSONValue]) -> JSONValue {
        .members([
            "type": .string("message"),
            "attachments": .array([
                .members([
                    "contentType": .string("application/vnd.microsoft.card.adaptive"), "contentUrl": .null,
                    "content": .members([
                        "$schema": .string("http://adaptivecards.io/schemas/adaptive-card.json"),
                        "type": .string("AdaptiveCard"), "version": .string("1.4"), "body": .array(elements),
                        "msteams": .members(["width": .string("Full")]),
                    ]),
                ])
            ]),
        ])
    }

    /// A RichTextBlock, as a TextBlock would take what a source said for Markdown: links, images, bold letters.
    static func paragraph(
        _ text: String, size: String = "default", weight: String = "default", colour: String = "default",
        isSubtle: Bool = false, isSeparate: Bool = false, isCode: Bool = false
    ) -> JSONValue {
        .members([
            "type": .string("RichTextBlock"), "separator": .bool(isSeparate),
            "inlines": .array([
                .members([
                    "type": .string("TextRun"), "text": .string(text), "size": .string(size), "weight": .string(weight),
                    "color": .string(colour), "isSubtle": .bool(isSubtle),
                    "fontType": .string(isCode ? "monospace" : "default"),
                ])
            ]),
        ])
    }
}
