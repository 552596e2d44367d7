import Ports

/// Who takes mail for delivery.
package struct MailServer: Sendable {
    package enum Protection: Equatable, Sendable {
        /// From the first byte on: `smtps://`.
        case implicit
        /// STARTTLS, or nothing is sent.
        case startTLS
        /// None: for this machine, or where somebody said so.
        case none
    }

    package var address: WebAddress
    package var protection: Protection
    package var credentials: (user: String, password: String)?
    package var times: HTTPTimes

    package init(
        _ address: WebAddress, protection: Protection, credentials: (user: String, password: String)? = nil,
        times: HTTPTimes = HTTPTimes()
    ) {
        self.address = address
        self.protection = protection
        self.credentials = credentials
        self.times = times
    }

    /// `smtp://` and `smtps://` alone.
    package static func address(_ text: String) throws(HTTPFault) -> WebAddress {
        try WebAddress(text, schemes: ["smtp", "smtps"])
    }
}

/// What a server did not take of a mail that it took for others.
package struct MailReceipt: Equatable, Sendable {
    package struct Refusal: Equatable, Sendable {
        package var recipient: String
        /// From 400 on; below 500 it may take it later.
        package var code: Int
        package var text: String

        package init(recipient: String, code: Int, text: String) {
            self.recipient = recipient
            self.code = code
            self.text = text
        }

        package var isTemporary: Bool { code < 500 }

        /// For messages.
        package var shown: String { "\(recipient): \(code) \(text)" }
    }

    package var refusals: [Refusal] = []
}
