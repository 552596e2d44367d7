import HTTPClient
import Ports

/// One round of sending. A channel that fails in a way that will not be better for the next parcel is left alone for the rest
/// of the round, and so is one that has had its time: what is behind a server that hangs waits for the next run.
package struct AlertRound: ~Copyable {
    package enum Result: Equatable {
        /// But not to those whom the server refused for good.
        case sent(refusals: [MailReceipt.Refusal])
        /// `rest` is for those whom the server refused for now; they are among the refusals.
        case partly(rest: AlertParcel, refusals: [MailReceipt.Refusal])
        /// Nobody has it, for this reason; nil: it was not tried.
        case waiting(reason: String?)
        /// It can never be sent.
        case impossible(reason: String)
    }

    private let client: HTTPClient
    private let channels: AlertChannels
    private let clock: any MonotonicClock
    private let stop: StopSignal?
    /// For each channel.
    private let seconds: Double
    private var closed: Set<String> = []
    private var spent: [String: Double] = [:]

    package init(
        client: HTTPClient, channels: AlertChannels, seconds: Double, clock: any MonotonicClock = SystemClock(),
        stop: StopSignal? = nil
    ) {
        self.client = client
        self.channels = channels
        self.seconds = seconds
        self.clock = clock
        self.stop = stop
    }

    package mutating func send(_ parcel: AlertParcel) -> Result {
        let channel = parcel.channel
        let left = seconds - spent[channel, default: 0]
        guard !closed.contains(channel), left > 0, stop?.isRaised != true else { return .waiting(reason: nil) }
        let began = clock.seconds
        defer { spent[channel, default: 0] += clock.seconds - began }
        let times = HTTPTimes(connectSeconds: min(left, 10), stallSeconds: left, totalSeconds: left)
        do {
            switch parcel {
            case .mail(let from, let to, let message): return try send(message, from: from, to: to, times)
            case .webhook(let name, let body): return try post(body, to: name, times)
            }
        } catch {
            let fault = error as? HTTPFault
            // Of an answer to this very parcel the next one may be spared.
            if !isAboutParcel(fault) { closed.insert(channel) }
            return .waiting(reason: Self.reason(error))
        }
    }

    private func isAboutParcel(_ fault: HTTPFault?) -> Bool {
        switch fault?.reason {
        case .status(let code)?: (400..<500).contains(code) && ![401, 403, 404, 410, 429].contains(code)
        case .reply(let code)?: code >= 500
        default: false
        }
    }

    private func send(_ message: String, from: String, to: [String], _ times: HTTPTimes) throws -> Result {
        guard let server = channels.mail else { return .impossible(reason: "no mail server is set any more") }
        let receipt = try client.send(mail: Array(message.utf8), from: from, to: to, by: server(times), stop: stop)
        let later = receipt.refusals.filter(\.isTemporary)
        guard !later.isEmpty else { return .sent(refusals: receipt.refusals) }
        return .partly(
            rest: .mail(from: from, to: later.map(\.recipient), message: message), refusals: receipt.refusals)
    }

    private func post(_ body: JSONValue, to name: String, _ times: HTTPTimes) throws -> Result {
        guard let webhook = channels.webhooks[name] else {
            return .impossible(reason: "the settings have no webhook '\(name)' any more")
        }
        var body = body
        if webhook.kind == .pagerduty, case .object(let members) = body {
            guard let key = try webhook.routingKey?() else {
                return .impossible(reason: "the webhook '\(name)' has no routing_key")
            }
            body = .object([.init("routing_key", .string(key))] + members)
        }
        var request = HTTPRequest(
            .post, try WebAddress(webhook.address()), headers: [.init("Content-Type", "application/json")],
            body: .bytes(body.bytes))
        request.hidesPath = true
        request.times = times
        request.destination = .memory(limit: 64 << 10)
        request.redirects = .sameOrigin(most: 3)
        _ = try client.send(request, stop: stop).checked()
        return .sent(refusals: [])
    }

    private static func reason(_ error: any Error) -> String {
        guard let fault = error as? any Fault else { return String(describing: error) }
        var text = fault.message
        if let excerpt = (fault as? HTTPFault)?.excerpt, !excerpt.isEmpty {
            text += ": " + VisibleText.quoted(excerpt, limit: 120)
        }
        return text + (fault.remedy.map { ". " + $0 } ?? "")
    }
}
