import Ports

/// What is asked of a server.
package struct HTTPRequest {
    package enum Method: String, CaseIterable, Sendable {
        case get = "GET", head = "HEAD", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
    }

    package enum Body {
        case none
        case bytes([UInt8])
        /// Sent as it is read; `length` nil: in chunks.
        case stream(length: Int?, any UploadSource)
    }

    /// What becomes of an answer's body. That of an error is never taken for what was asked for: it is kept, in part, in the
    /// response.
    package enum Destination {
        /// Held in memory; more than this is an error.
        case memory(limit: Int)
        /// Handed over piece by piece, in order. What it throws ends the transfer and comes out of `send`.
        case stream((UnsafeRawBufferPointer) throws -> Void)
    }

    package enum Redirects: Equatable, Sendable {
        /// A redirection is an answer like any other.
        case none
        /// Up to so many, within one origin: the same scheme, host and port, or from http to https at their usual ports. What
        /// would turn the request into another one (a POST into a GET, without its body) is an answer all the same.
        case sameOrigin(most: Int)
    }

    package struct Header: Equatable, Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var method: Method
    package var address: WebAddress
    package var headers: [Header]
    package var body: Body
    package var destination = Destination.memory(limit: 16 << 20)
    package var redirects = Redirects.none
    package var times = HTTPTimes()
    /// For servers that ask for them in the header of HTTP's Basic scheme.
    package var credentials: (user: String, password: String)?
    /// Lets the server compress what it sends; the body is what was compressed.
    package var acceptsCompressed = true
    /// The path is a secret, as those of webhooks are: messages name the host only.
    package var hidesPath = false

    package init(_ method: Method, _ address: WebAddress, headers: [Header] = [], body: Body = .none) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
    }

    /// For messages: `POST https://api.example.com/v1/items`.
    package var shown: String { method.rawValue + " " + (hidesPath ? address.origin : address.shown) }
}

/// How long a request may take.
package struct HTTPTimes: Equatable, Sendable {
    /// Until the connection stands, its protection included.
    package var connectSeconds: Double
    /// Without a byte in either direction.
    package var stallSeconds: Double
    /// All in all; nil: as long as bytes come.
    package var totalSeconds: Double?

    package init(connectSeconds: Double = 15, stallSeconds: Double = 60, totalSeconds: Double? = nil) {
        self.connectSeconds = connectSeconds
        self.stallSeconds = stallSeconds
        self.totalSeconds = totalSeconds
    }
}

/// Gives a request's body, a piece at a time.
package protocol UploadSource: AnyObject {
    /// Fills the beginning of `buffer` and returns how much; 0 is the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
    /// Begins anew, for a connection that the server had closed before it took anything. False: it cannot.
    func rewind() -> Bool
}
