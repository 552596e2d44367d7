import Ports

/// Something to be sent, as it waits on the disk: no address of a webhook, no password, no key is in it.
package enum AlertParcel: Equatable, Sendable {
    case mail(from: String, to: [String], message: String)
    case webhook(name: String, body: JSONValue)

    package init(_ message: MailMessage) {
        self = .mail(
            from: message.from.address, to: message.to.map(\.address),
            message: String(decoding: message.bytes, as: UTF8.self))
    }

    /// Nil for what another version may have written.
    package init?(_ json: JSONValue) {
        switch json["kind"]?.string {
        case "mail":
            guard let from = json["from"]?.string, let message = json["message"]?.string,
                let to = json["to"]?.array?.compactMap(\.string), !to.isEmpty
            else { return nil }
            self = .mail(from: from, to: to, message: message)
        case "webhook":
            guard let name = json["name"]?.string, let body = json["body"] else { return nil }
            self = .webhook(name: name, body: body)
        default: return nil
        }
    }

    package var json: JSONValue {
        switch self {
        case .mail(let from, let to, let message):
            .members([
                "kind": .string("mail"), "from": .string(from), "to": .array(to.map { .string($0) }),
                "message": .string(message),
            ])
        case .webhook(let name, let body):
            .members(["kind": .string("webhook"), "name": .string(name), "body": body])
        }
    }

    /// For messages.
    package var shown: String {
        switch self {
        case .mail(_, let to, _): "mail to " + Figures.cut(to.joined(separator: ", "), 200)
        case .webhook(let name, _): "webhook " + name
        }
    }

    var channel: String { if case .webhook(let name, _) = self { "webhook " + name } else { "mail" } }
}
