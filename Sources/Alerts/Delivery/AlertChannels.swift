import HTTPClient
import Ports

/// Where alerts go, as the settings say: resolved when something is sent, not before.
package struct AlertChannels: Sendable {
    package struct Webhook: Sendable {
        package var kind: WebhookKind
        /// The whole address, which is a secret.
        package var address: @Sendable () throws -> String
        /// PagerDuty's.
        package var routingKey: (@Sendable () throws -> String)?

        package init(
            kind: WebhookKind, address: @escaping @Sendable () throws -> String,
            routingKey: (@Sendable () throws -> String)? = nil
        ) {
            self.kind = kind
            self.address = address
            self.routingKey = routingKey
        }
    }

    /// Nil: no mail.
    package var mail: (@Sendable (HTTPTimes) throws -> MailServer)?
    package var webhooks: [String: Webhook]

    package init(mail: (@Sendable (HTTPTimes) throws -> MailServer)?, webhooks: [String: Webhook]) {
        self.mail = mail
        self.webhooks = webhooks
    }
}
