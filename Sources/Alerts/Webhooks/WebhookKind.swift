import Ports

/// Who reads what is posted, and so in which form.
package enum WebhookKind: String, CaseIterable, Sendable {
    case slack, teams, pagerduty, json

    /// Where PagerDuty listens unless the settings say otherwise.
    package static let pagerDutyAddress = "https://events.pagerduty.com/v2/enqueue"

    /// One body per request. None of them holds a secret: PagerDuty's key is added when it is sent.
    package func bodies(_ digest: RunDigest) -> [JSONValue] {
        switch self {
        case .slack: [SlackMessage(digest: digest).json]
        case .teams: [TeamsCard(digest: digest).json]
        case .pagerduty: PagerDutyEvents(digest: digest).events
        case .json: [RunNotice(digest: digest).json]
        }
    }

    /// The jobs of which the bodies open incidents that have to be resolved.
    package func incidents(_ digest: RunDigest) -> [String] {
        self == .pagerduty ? PagerDutyEvents(digest: digest).incidents : []
    }

    /// What a test posts.
    package func testBodies(project: String, host: String, now: Int) -> [JSONValue] {
        let text = "A test from ingest: alerts of the project \(project) on \(host) arrive here."
        switch self {
        case .slack: return [.members(["text": .string(SlackMessage.escaped(text))])]
        case .teams: return [TeamsCard.card([TeamsCard.paragraph(text)])]
        case .pagerduty:
            let key = PagerDutyEvents.testKey(project)
            let payload = PagerDutyEvents.payload(text, source: host, severity: "info", at: now)
            return [
                PagerDutyEvents.event("trigger", key, payload), PagerDutyEvents.event("resolve", key, nil),
            ]
        case .json:
            return [
                .members([
                    "event": .string("test"), "project": .string(project), "host": .string(host),
                    "time": .string(CivilTime(unixMicroseconds: now).iso()), "message": .string(text),
                ])
            ]
        }
    }
}
