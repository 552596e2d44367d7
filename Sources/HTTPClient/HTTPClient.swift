import CCurl
import Ports
import Synchronization

/// Asks HTTP servers. Any number of threads share one client; each request blocks the thread that sends it.
///
/// Connections stay open and are used again by later requests to the same place. Nothing is read from the environment, and
/// certificates are always checked.
package final class HTTPClient: Sendable {
    package struct Options: Sendable {
        package var userAgent: String
        /// Certificates of the authorities that are trusted; nil: the system's.
        package var authorities: String?
        package var proxy: ProxyRules?
        /// Channels, with their open connections, that are kept while nobody uses them.
        package var idleChannels = 8
        package var clock: any MonotonicClock = SystemClock()

        package init(userAgent: String, authorities: String? = nil, proxy: ProxyRules? = nil) {
            self.userAgent = userAgent
            self.authorities = authorities
            self.proxy = proxy
        }
    }

    /// Who stands between this machine and others.
    package struct ProxyRules: Equatable, Sendable {
        package var http: String?
        package var https: String?
        /// Hosts that are asked directly, with commas between, as in NO_PROXY.
        package var except: String?

        package init(http: String?, https: String?, except: String?) {
            self.http = http
            self.https = https
            self.except = except
        }

        func address(for scheme: String) -> String? { scheme == "https" ? https : http }
    }

    private struct Idle {
        var origin: String
        var channel: CurlChannel
    }

    let options: Options
    /// The last used at the end.
    private let shelf = Mutex<[Idle]>([])

    package init(_ options: Options) { self.options = options }

    /// The server's answer, whatever its status (`HTTPResponse.checked()`). Throws an `HTTPFault` where there is none, and what
    /// the caller's own streams throw.
    package func send(_ request: HTTPRequest, stop: StopSignal? = nil) throws -> HTTPResponse {
        var request = request
        var followed = 0
        while true {
            let (response, next) = try withChannel(request.address.origin) {
                try HTTPTransfer(request: request, options: options, stop: stop).run(on: $0)
            }
            guard case .sameOrigin(let most) = request.redirects, let next,
                Self.repeats(request.method, response.status)
            else { return response }
            followed += 1
            guard followed <= most else {
                throw HTTPFault(
                    .permanent, .redirect, "\(request.shown): the server sends on more than \(most) times")
            }
            try Self.follow(next, &request)
        }
    }

    /// Whether the new place is asked the same thing. RFC 9110, 15.4: 307 and 308 repeat the request as it is; of the others
    /// "a user agent MAY change the request method from POST to GET", and who does so loses what was to be said.
    private static func repeats(_ method: HTTPRequest.Method, _ status: Int) -> Bool {
        switch status {
        case 307, 308: true
        case 301, 302, 303: method == .get || method == .head
        default: false
        }
    }

    private static func follow(_ next: String, _ request: inout HTTPRequest) throws(HTTPFault) {
        let address = try WebAddress(next)
        // Credentials and secret bodies go along.
        let isProtectedNow =
            request.address.origin == "http://" + address.host && address.origin == "https://" + address.host
        guard address.origin == request.address.origin || isProtectedNow else {
            throw HTTPFault(
                .configuration, .redirect,
                "\(request.shown): the server sends to another place, \(address.origin), which is not followed",
                remedy: "Use the address that it sends to, if it is to be trusted.")
        }
        if case .stream(_, let source) = request.body, !source.rewind() {
            throw HTTPFault(.transient, .redirect, "\(request.shown): the server sends on what cannot be sent twice")
        }
        request.address = address
    }

    /// - Note: A channel whose transfer failed is used again: libcurl has closed the connection that it was about.
    private func withChannel<R>(_ origin: String, _ body: (CurlChannel) throws -> R) throws -> R {
        let channel = try take(origin) ?? CurlChannel()
        defer { put(Idle(origin: origin, channel: channel)) }
        return try body(channel)
    }

    /// One that was last used for the same place has an open connection to it.
    private func take(_ origin: String) -> CurlChannel? {
        shelf.withLock { shelf in
            guard let index = shelf.lastIndex(where: { $0.origin == origin }) else { return nil }
            return shelf.remove(at: index).channel
        }
    }

    private func put(_ idle: Idle) {
        // Closing connections takes time, and is done outside of the lock.
        let surplus = shelf.withLock { shelf in
            shelf.append(idle)
            let count = max(0, shelf.count - options.idleChannels)
            defer { shelf.removeFirst(count) }
            return Array(shelf.prefix(count))
        }
        _ = surplus
    }
}

extension HTTPClient.Options {
    /// What every transfer has, of HTTP and of mail.
    func setUp(_ channel: CurlChannel, times: HTTPTimes) {
        // "Applications that use standard timeout options but never get signals" need it where there are threads.
        channel.set(CURLOPT_NOSIGNAL, 1)
        // A name service that hangs is not waited for when the time is over: its thread ends by itself.
        channel.set(CURLOPT_QUICK_EXIT, 1)
        channel.set(CURLOPT_CONNECTTIMEOUT_MS, milliseconds: times.connectSeconds)
        if let seconds = times.totalSeconds { channel.set(CURLOPT_TIMEOUT_MS, milliseconds: seconds) }
        channel.set(CURLOPT_TCP_KEEPALIVE, 1)
        // 6: TLS 1.2 at least (CURL_SSLVERSION_TLSv1_2).
        channel.set(CURLOPT_SSLVERSION, 6)
        if let authorities {
            channel.set(CURLOPT_CAINFO, authorities)
            channel.set(CURLOPT_CAPATH, nil)
        }
    }
}
