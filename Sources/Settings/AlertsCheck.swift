import Ports

/// Looks at the settings of alerts: an alert that cannot be sent is worst noticed when something has failed.
struct AlertsCheck {
    let settings: EffectiveSettings
    /// Keys whose values were refused: nothing more is to be said of them.
    let refused: Set<String>

    var findings: [Finding] { email + settings.webhookNames.flatMap(webhook) }

    private var email: [Finding] {
        var findings: [Finding] = []
        let table = ["alerts", "email"]
        func set(_ key: String) -> SettingEntry? {
            settings.entry(table + [key]).flatMap { $0.origin == .fallback ? nil : $0 }
        }
        let server = set("smtp_url")
        if let entry = set("from"), case .text(let text) = entry.value, let refusal = Self.refusal(of: text) {
            findings.append(finding(.error, entry, "alerts.email.from: \(refusal)"))
        }
        if let entry = set("to"), case .texts(let texts) = entry.value {
            for text in texts {
                guard let refusal = Self.refusal(of: text) else { continue }
                findings.append(finding(.error, entry, "alerts.email.to: \(refusal)"))
            }
        }
        guard let server else {
            if let entry = set("to") ?? set("from"), !refused.contains("alerts.email.smtp_url") {
                findings.append(finding(.warning, entry, "no mail is sent: alerts.email.smtp_url is not set"))
            }
            return findings
        }
        if set("from") == nil, !refused.contains("alerts.email.from") {
            let message = "alerts.email.from is missing; write for instance from = \"ingest@example.com\""
            findings.append(finding(.error, server, message))
        }
        if set("to") == nil, !refused.contains("alerts.email.to") {
            let message = "alerts.email.to is missing: only the addresses of the workbook's column notify get mail"
            findings.append(finding(.warning, server, message))
        }
        if let entry = set("password"), set("username") == nil {
            findings.append(
                finding(.warning, entry, "alerts.email.password has no effect without alerts.email.username"))
        }
        if let entry = set("starttls"), case .text("off") = entry.value, case .text(let url) = server.value,
            url.lowercased().hasPrefix("smtp://"), !Self.isLocal(url)
        {
            let what = set("username") == nil ? "mails go" : "the password and mails go"
            findings.append(
                finding(.warning, entry, "alerts.email.starttls = \"off\": \(what) over the network unprotected"))
        }
        return findings
    }

    private func webhook(_ name: String) -> [Finding] {
        let table = SettingKeys.webhooks + [name]
        let shown = SettingEntry.key(table)
        func set(_ key: String) -> SettingEntry? {
            settings.entry(table + [key]).flatMap { $0.origin == .fallback ? nil : $0 }
        }
        func missing(_ key: String) -> Bool { set(key) == nil && !refused.contains("\(shown).\(key)") }
        guard let first = ["kind", "url", "routing_key", "on"].compactMap(set).first else { return [] }
        guard let kind = set("kind") else {
            guard missing("kind") else { return [] }
            return [finding(.error, first, "[\(shown)] has no kind; it must be one of slack, teams, pagerduty, json")]
        }
        if kind.value == .text("pagerduty") {
            guard missing("routing_key") else { return [] }
            return [
                finding(.error, kind, "[\(shown)] has no routing_key: the integration key of PagerDuty's Events API v2")
            ]
        }
        var findings: [Finding] = []
        if missing("url") {
            findings.append(
                finding(.error, kind, "[\(shown)] has no url; write url = \"${env:NAME}\" and set that variable"))
        }
        if let entry = set("routing_key") {
            findings.append(finding(.warning, entry, "\(entry.key) has an effect with kind = \"pagerduty\" only"))
        }
        return findings
    }

    private static func refusal(of text: String) -> String? {
        guard let address = MailAddress(text) else {
            return "\(VisibleText.quoted(text)) is no mail address; write ana@example.com, or Ana <ana@example.com>"
        }
        guard address.isASCII else {
            return
                "\(VisibleText.quoted(text)) has letters beyond ASCII in the address itself, which most mail servers "
                + "refuse; a domain can be written as xn--…"
        }
        return nil
    }

    private static func isLocal(_ url: String) -> Bool {
        let rest = url.dropFirst("smtp://".count).prefix { $0 != "/" }
        let host = rest.hasPrefix("[") ? String(rest.prefix { $0 != "]" }) + "]" : String(rest.prefix { $0 != ":" })
        return ConnectionProtection.isLocal(host)
    }

    private func finding(_ severity: Finding.Severity, _ entry: SettingEntry, _ message: String) -> Finding {
        Finding(
            severity, place: entry.origin.place, row: entry.origin.line, column: entry.key, message: message)
    }
}
