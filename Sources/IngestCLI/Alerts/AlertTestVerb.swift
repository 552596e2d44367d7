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
        if !people.isEmpty, alerts.mail == nil {
            throw UsageFault("--to is for mails, and alerts.email.smtp_url is not set")
        }
        let client = try HTTPClient(project, environment: program.environment)
        let (name, now) = (settings.project.name, SystemWallClock().unixMicroseconds)
        var results: [Result] = []
        if let mail = alerts.mail {
            let to = people.isEmpty ? mail.to : people
            if to.isEmpty {
                results.append(
                    Result(channel: "mail", failure: "alerts.email.to names nobody; --to names somebody"))
            } else {
                do {
                    let message = AlertTestMessage.message(
                        project: name, folder: settings.project.path, host: HostFacts.name, version: Version.number,
                        from: try mail.from(), to: to, now: now)
                    results += send([AlertParcel(message)], "mail to", to.map(\.address), alerts, client)
                } catch {
                    results.append(Result(channel: "mail", failure: JobOutcome.Failure(error).text))
                }
            }
        }
        guard people.isEmpty else { return results }
        for webhook in alerts.webhooks {
            let bodies = webhook.kind.testBodies(project: name, host: HostFacts.name, now: now)
            results += send(
                bodies.map { .webhook(name: webhook.name, body: $0) }, "webhook",
                ["\(webhook.name) (\(webhook.kind.rawValue))"], alerts, client)
        }
        return results
    }

    /// One result for all who got it, or did not, and one for each recipient whom the server refused.
    private func send(
        _ parcels: [AlertParcel], _ channel: String, _ recipients: [String], _ alerts: AlertSettings,
        _ client: HTTPClient
    ) -> [Result] {
        var round = AlertRound(
            client: client, channels: alerts.channels, seconds: alerts.timeoutSeconds, stop: program.stop)
        var failure: String?
        var refused: [MailReceipt.Refusal] = []
        for parcel in parcels {
            switch round.send(parcel) {
            case .sent(let refusals), .partly(_, let refusals): refused += refusals
            case .impossible(let reason): failure = failure ?? reason
            case .waiting(let reason): failure = failure ?? reason ?? "there was no time for it"
            }
        }
        let others = recipients.filter { recipient in !refused.contains { $0.recipient == recipient } }
        return [Result(channel: "\(channel) \(others.joined(separator: ", "))", failure: failure)]
            + refused.map {
                Result(
                    channel: "\(channel) \($0.recipient)",
                    failure:
                        "the server refuses it (\($0.code) \($0.text))\($0.isTemporary ? "; it may take it later" : "")"
                )
            }
    }
}
