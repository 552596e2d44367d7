import Alerts
import HTTPClient
import Ports
import Settings

/// `ingest alert test`: one message through each channel, now, with what came of it.
struct AlertTestVerb {
    struct Result {
        var channel: String
        /// Nil: it arrived, as far as the other side says.
        var failure: String?
        var notes: [String]
    }

    let arguments: ParsedArguments
    let program: Program

    func run() throws -> [Result] {
        let project = try ProjectSettings(arguments, program: program)
        guard project.settings.project.reason != .currentFolder else { throw UsageFault.noProject }
        let settings = try project.checked()
        let alerts = AlertSettings(project)
        let people = try OptionValue.names(arguments.values("to"), option: "to").map { text in
            guard let address = MailAddress(text), address.isASCII else {
                throw UsageFault("--to '\(text)' is no mail address that can be used")
            }
            return address
        }
        guard alerts.isOn else {
            throw UsageFault(
                "The settings name nobody to tell",
                remedy: "Set [alerts.email] or [alerts.webhooks.NAME]: docs/alerts.md.")
        }
        if !people.isEmpty, alerts.from == nil {
            throw UsageFault("--to is for mails, and alerts.email.smtp_url is not set")
        }
        let client = try HTTPClient(project, environment: program.environment)
        var results: [Result] = []
        if let from = alerts.from {
            let to = people.isEmpty ? alerts.to : people
            let channel = "mail to " + to.map(\.address).joined(separator: ", ")
            if to.isEmpty {
                results.append(
                    Result(channel: "mail", failure: "alerts.email.to names nobody; --to names somebody", notes: []))
            } else {
                let message = AlertTestMail(project: settings.project.path, from: from, to: to).message
                results.append(send([AlertParcel(message)], channel, alerts, client))
            }
        }
        guard people.isEmpty else { return results }
        let name = settings.project.path.split(separator: "/").last.map(String.init) ?? settings.project.path
        for webhook in alerts.webhooks {
            let bodies = webhook.kind.testBodies(
                project: name, host: HostFacts.name, now: SystemWallClock().unixMicroseconds)
            results.append(
                send(
                    bodies.map { .webhook(name: webhook.name, body: $0) },
                    "webhook \(webhook.name) (\(webhook.kind.rawValue))",
                    alerts, client))
        }
        return results
    }

    private func send(
        _ parcels: [AlertParcel], _ channel: String, _ alerts: AlertSettings, _ client: HTTPClient
    ) -> Result {
        var round = AlertRound(
            client: client, channels: alerts.channels, seconds: alerts.timeoutSeconds, stop: program.stop)
        var result = Result(channel: channel, failure: nil, notes: [])
        for parcel in parcels {
            switch round.send(parcel) {
            case .sent(let notes): result.notes += notes
            case .partly(_, let note): result.notes.append(note)
            case .impossible(let reason): result.failure = result.failure ?? reason
            case .waiting(let reason): result.failure = result.failure ?? reason ?? "there was no time for it"
            }
        }
        return result
    }
}

/// What `ingest alert test` mails.
struct AlertTestMail {
    let project: String
    let from: MailAddress
    let to: [MailAddress]

    var message: MailMessage {
        let now = SystemWallClock().unixMicroseconds
        return AlertTestMessage.message(
            project: project, host: HostFacts.name, version: Version.number, from: from, to: to, now: now)
    }
}
