import Alerts
import HTTPClient
import Ports
import Settings

/// What the settings say of alerts.
struct AlertSettings {
    struct Mail {
        /// Those who get everything.
        var to: [MailAddress]
        var topics: Set<AlertTopic>
        /// Who sends it: fetched when a mail is written, as it may be a reference.
        var from: () throws -> MailAddress
    }

    /// Nil: no mail is sent.
    var mail: Mail?
    /// In order.
    var webhooks: [(name: String, kind: WebhookKind, topics: Set<AlertTopic>)] = []
    var repeatSeconds: Double
    var timeoutSeconds: Double
    var channels: AlertChannels

    init(_ project: ProjectSettings) {
        let settings = project.settings
        repeatSeconds = settings.seconds("alerts", "repeat_after") ?? 14_400
        timeoutSeconds = settings.seconds("alerts", "timeout") ?? 20
        channels = AlertChannels(mail: nil, webhooks: [:])
        if settings["alerts", "email", "smtp_url"] != nil {
            var to: [MailAddress] = []
            if case .texts(let texts)? = settings["alerts", "email", "to"] {
                to = texts.compactMap { MailAddress($0) }.filter(\.isASCII)
            }
            mail = Mail(to: to, topics: Self.topics(settings["alerts", "email", "on"])) { try Self.sender(project) }
            channels.mail = { times in try Self.server(project, times) }
        }
        for name in settings.webhookNames {
            let table = ["alerts", "webhooks", name]
            guard let kind = settings.entry(table + ["kind"]).flatMap({ WebhookKind(rawValue: $0.value.shown) }) else {
                continue
            }
            webhooks.append((name, kind, Self.topics(settings.entry(table + ["on"])?.value)))
            channels.webhooks[name] = AlertChannels.Webhook(
                kind: kind,
                address: {
                    if let address = try settings.text(table + ["url"], secrets: project.secrets) { return address }
                    guard kind == .pagerduty else {
                        throw SettingsFault("[alerts.webhooks.\(name)] has no url")
                    }
                    return WebhookKind.pagerDutyAddress
                }, routingKey: { try settings.text(table + ["routing_key"], secrets: project.secrets) ?? "" })
        }
    }

    var isOn: Bool { mail != nil || !webhooks.isEmpty }

    private static func topics(_ value: SettingValue?) -> Set<AlertTopic> {
        guard case .texts(let texts)? = value else { return [] }
        return Set(texts.compactMap { AlertTopic(rawValue: $0) })
    }

    private static func sender(_ project: ProjectSettings) throws -> MailAddress {
        let remedy = "Write for instance from = \"ingest@example.com\"."
        guard let text = try project.settings.text(["alerts", "email", "from"], secrets: project.secrets) else {
            throw SettingsFault("alerts.email.from is not set", remedy: remedy)
        }
        guard let address = MailAddress(text), address.isASCII else {
            throw SettingsFault(
                "alerts.email.from: \(VisibleText.quoted(text)) is no mail address that can be used", remedy: remedy)
        }
        return address
    }

    private static func server(_ project: ProjectSettings, _ times: HTTPTimes) throws -> MailServer {
        let settings = project.settings
        func text(_ key: String) throws -> String? {
            try settings.text(["alerts", "email", key], secrets: project.secrets)
        }
        let address = try MailServer.address(try text("smtp_url") ?? "")
        let protection: MailServer.Protection =
            if address.scheme == "smtps" {
                .implicit
            } else {
                switch settings["alerts", "email", "starttls"]?.shown {
                case "required"?: .startTLS
                case "off"?: .none
                default: address.isLoopback ? .none : .startTLS
                }
            }
        let user = try text("username")
        return MailServer(
            address, protection: protection,
            credentials: try user.map { ($0, try text("password") ?? "") }, times: times)
    }
}
