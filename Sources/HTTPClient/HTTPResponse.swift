import Ports

/// What a server answered.
package struct HTTPResponse: Sendable {
    package var status: Int
    /// In the order of the answer; names as they came.
    package var headers: [HTTPRequest.Header]
    /// Of a streamed answer empty; of an error its beginning.
    package var body: [UInt8]
    /// The header Retry-After, whether it named seconds or a date.
    package var retryAfterSeconds: Double?
    /// For messages.
    package var request: String

    package init(
        status: Int, headers: [HTTPRequest.Header], body: [UInt8], retryAfterSeconds: Double?, request: String
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.retryAfterSeconds = retryAfterSeconds
        self.request = request
    }

    package var isSuccess: Bool { (200..<300).contains(status) }

    package var text: String { String(decoding: body, as: UTF8.self) }

    /// The first of that name, whatever its case.
    package func header(_ name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }

    /// The response where its status is a success; throws what it means otherwise.
    package func checked() throws(HTTPFault) -> HTTPResponse {
        if isSuccess { return self }
        throw fault
    }

    /// What a status that is no success means. One place decides what is worth trying again: what the server says of its own
    /// state (408, 425, 429, 500, 502 to 504 and what proxies add), not what it says of the request.
    package var fault: HTTPFault {
        let (kind, what, remedy): (FaultKind, String, String?) =
            switch status {
            case 300..<400: (.configuration, "sends to another place", "Use the address that it sends to.")
            case 401, 407: (.configuration, "refuses the credentials", "Check user, password or token.")
            case 403: (.configuration, "denies access", "Check the token, and what it is allowed to do.")
            case 404, 410: (.configuration, "knows no such place", "Check the address.")
            case 408, 425, 429: (.transient, "asks to come again later", nil)
            case 500, 502, 503, 504, 507, 509, 520...530: (.transient, "has a problem of its own", nil)
            default: (.permanent, "refuses the request", nil)
            }
        var fault = HTTPFault(
            kind, status == 401 || status == 407 ? .credentials : .status(status),
            "\(request): the server \(what) (status \(status))", remedy: remedy)
        fault.retryAfterSeconds = retryAfterSeconds
        fault.excerpt = String(decoding: body.prefix(400), as: UTF8.self)
        return fault
    }
}
