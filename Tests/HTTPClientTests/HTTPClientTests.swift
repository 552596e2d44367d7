import Glibc
import HTTPClient
import Ports
import Synchronization
import Testing

private let client = HTTPClient(.init(userAgent: "ingest-test/1"))

private func address(_ server: ScriptedServer, _ path: String = "/") throws -> WebAddress {
    try WebAddress("http://127.0.0.1:\(server.port)\(path)")
}

private func answer(_ status: String, _ headers: [String] = [], _ body: String = "") -> String {
    (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers).joined(separator: "\r\n") + "\r\n\r\n"
        + body
}

/// Answers everything alike, on connections that stay open.
private func server(_ answer: String) -> ScriptedServer {
    ScriptedServer { connection in while connection.request() != nil { connection.write(answer) } }
}

private final class Pieces: UploadSource {
    private let pieces: [String]
    private var index = 0
    private(set) var rewinds = 0
    init(_ pieces: [String]) { self.pieces = pieces }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        guard index < pieces.count else { return 0 }
        defer { index += 1 }
        let bytes = Array(pieces[index].utf8)
        buffer.copyBytes(from: bytes)
        return bytes.count
    }

    func rewind() -> Bool {
        index = 0
        rewinds += 1
        return true
    }
}

@Suite("HTTP", .timeLimit(.minutes(1)))
struct HTTPClientTests {
    private func fault(_ body: () throws -> HTTPResponse) -> HTTPFault? {
        do {
            _ = try body()
            return nil
        } catch { return error as? HTTPFault }
    }

    @Test("an answer comes with its status, headers and body; the request is as it was asked for")
    func plain() throws {
        let server = server(answer("201 Created", ["X-Thing: a: b ", "x-thing: second"], "hello"))
        defer { server.stop() }
        let response = try client.send(
            HTTPRequest(
                .post, address(server, "/a%20b?c=d"), headers: [.init("X-Empty", ""), .init("X-One", "1")],
                body: .bytes(Array("body".utf8))))
        #expect(response.status == 201 && response.isSuccess && response.text == "hello")
        #expect(response.header("X-THING") == "a: b " && response.headers.count == 3)
        let request = try #require(server.received.first)
        #expect(request.hasPrefix("POST /a%20b?c=d HTTP/1.1\n") && request.hasSuffix("\n\nbody"))
        for line in ["User-Agent: ingest-test/1", "X-Empty:", "X-One: 1", "Content-Type: application/octet-stream"] {
            #expect(request.contains("\n" + line + "\n"), "\(line) in \(request)")
        }
        #expect(!request.contains("Expect") && !request.contains("urlencoded"))
    }

    @Test("each method sends what it should", arguments: HTTPRequest.Method.allCases)
    func methods(method: HTTPRequest.Method) throws {
        let server = ScriptedServer { connection in
            while let request = connection.request() {
                connection.write(
                    request.hasPrefix("HEAD")
                        ? "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n" : answer("200 OK", [], "x"))
            }
        }
        defer { server.stop() }
        // Twice: what one request has set must not be left for the next.
        for _ in 0..<2 { #expect(try client.send(HTTPRequest(method, address(server))).status == 200) }
        #expect(try client.send(HTTPRequest(.get, address(server))).text == "x")
        #expect(server.received.map { $0.prefix { $0 != " " } } == [method.rawValue[...], method.rawValue[...], "GET"])
        let sends = [.post, .put, .patch].contains(method)
        #expect(server.received[0].contains("Content-Length: 0") == sends)
        #expect(!server.received[2].contains("Content-"))
    }

    @Test("connections are used again, also by other threads, and no more are open than threads")
    func keepsConnections() throws {
        let server = server(answer("200 OK", [], "ok"))
        defer { server.stop() }
        let own = HTTPClient(.init(userAgent: "t"))
        for _ in 0..<20 { #expect(try own.send(HTTPRequest(.get, address(server))).text == "ok") }
        #expect(server.connections == 1)
        let wrong = Atomic<Int>(0)
        let target = try address(server)
        let threads = (0..<8).map { _ in
            TestThread {
                for _ in 0..<50 {
                    let text = try? own.send(HTTPRequest(.get, target)).text
                    if text != "ok" { wrong.add(1, ordering: .relaxed) }
                }
            }
        }
        threads.forEach { $0.join() }
        #expect(wrong.load(ordering: .relaxed) == 0 && server.connections <= 9)
        #expect(server.received.count == 420)
    }

    @Test("a connection that the server has closed meanwhile costs nothing, also with a body")
    func closedMeanwhile() throws {
        let server = ScriptedServer { connection in
            if connection.request() != nil { connection.write(answer("200 OK", [], "ok")) }
        }
        defer { server.stop() }
        let own = HTTPClient(.init(userAgent: "t"))
        for index in 0..<5 {
            #expect(
                try own.send(HTTPRequest(.post, address(server), body: .bytes(Array("b\(index)".utf8)))).text == "ok")
        }
        let source = Pieces(["s1", "s2"])
        #expect(try own.send(HTTPRequest(.put, address(server), body: .stream(length: 4, source))).text == "ok")
        #expect(server.received.last?.hasSuffix("s1s2") == true && server.received.count == 6)
    }

    @Test(
        "bodies are streamed up, with and without a known length, and what the reader throws comes out",
        arguments: [true, false])
    func streamsUp(knowsLength: Bool) throws {
        let server = server(answer("200 OK"))
        defer { server.stop() }
        let pieces = (0..<100).map { "piece \($0);" }
        let length = knowsLength ? pieces.reduce(0) { $0 + $1.utf8.count } : nil
        _ = try client.send(HTTPRequest(.put, address(server), body: .stream(length: length, Pieces(pieces))))
        #expect(server.received[0].hasSuffix("\n\n" + pieces.joined()))
        #expect(server.received[0].contains("Transfer-Encoding: chunked") == !knowsLength)
        final class Broken: UploadSource {
            struct Own: Error {}
            func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int { throw Own() }
            func rewind() -> Bool { false }
        }
        #expect(throws: Broken.Own.self) {
            _ = try client.send(HTTPRequest(.put, address(server), body: .stream(length: nil, Broken())))
        }
    }

    @Test("bodies are streamed down; an error's is not taken for what was asked for; what the taker throws comes out")
    func streamsDown() throws {
        let size = 300_000
        let server = ScriptedServer { connection in
            while let request = connection.request() {
                if request.hasPrefix("GET /bad") { connection.write(answer("404 Not Found", [], "no such thing")) }
                if request.hasPrefix("GET /chunks") {
                    connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                    for _ in 0..<3 { connection.write("5\r\nabcde\r\n") }
                    connection.write("0\r\n\r\n")
                }
                if request.hasPrefix("GET /ok") {
                    connection.write(answer("200 OK", [], String(repeating: "x", count: size)))
                }
            }
        }
        defer { server.stop() }
        for (path, count, status) in [("/ok", size, 200), ("/bad", 0, 404), ("/chunks", 15, 200)] {
            var request = try HTTPRequest(.get, address(server, path))
            var bytes = 0
            request.destination = .stream { bytes += $0.count }
            let response = try client.send(request)
            #expect(response.status == status && bytes == count, "\(path)")
            #expect(response.text == (status == 404 ? "no such thing" : ""))
        }
        struct Own: Error {}
        var request = try HTTPRequest(.get, address(server, "/ok"))
        request.destination = .stream { _ in throw Own() }
        #expect(throws: Own.self) { _ = try client.send(request) }
        #expect(try client.send(HTTPRequest(.get, address(server, "/chunks"))).text == "abcdeabcdeabcde")
    }

    @Test("an answer that is larger than wanted is not read to its end")
    func tooLarge() throws {
        let server = server(answer("200 OK", [], String(repeating: "x", count: 5000)))
        defer { server.stop() }
        var request = try HTTPRequest(.get, address(server))
        request.destination = .memory(limit: 4999)
        #expect(fault { try client.send(request) }?.reason == .size)
        request.destination = .memory(limit: 5000)
        #expect(try client.send(request).body.count == 5000)
    }

    @Test("what is compressed counts by what comes out")
    func bombs() throws {
        // gzip of 100,000 zero bytes.
        let zipped: [UInt8] = Self.zeros
        let server = ScriptedServer { connection in
            while connection.request() != nil {
                connection.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(zipped.count)\r\n\r\n")
                connection.write(zipped)
            }
        }
        defer { server.stop() }
        var request = try HTTPRequest(.get, address(server))
        #expect(try client.send(request).body.count == 100_000)
        #expect(server.received[0].contains("Accept-Encoding:") && server.received[0].contains("gzip"))
        request.destination = .memory(limit: 99_999)
        #expect(fault { try client.send(request) }?.reason == .size)
        request.acceptsCompressed = false
        #expect(try client.send(request).body == zipped)
    }

    @Test("silence ends a request, slowness does not; a deadline ends both; a stop ends it at once")
    func times() throws {
        let server = ScriptedServer { connection in
            guard let request = connection.request() else { return }
            if request.hasPrefix("GET /slow") {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: 30\r\n\r\n")
                for _ in 0..<30 {
                    usleep(100_000)
                    connection.write("x")
                }
                return
            }
            if request.hasPrefix("GET /half") { connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf") }
            connection.hang()
        }
        defer { server.stop() }
        var request = try HTTPRequest(.get, address(server, "/slow"))
        request.times = HTTPTimes(stallSeconds: 2)
        #expect(try client.send(request).body.count == 30)
        request.times.totalSeconds = 0.5
        var found = fault { try client.send(request) }
        #expect(found?.reason == .deadline && found?.kind == .transient)
        for path in ["/silent", "/half"] {
            var request = try HTTPRequest(.get, address(server, path))
            request.times = HTTPTimes(stallSeconds: 0.3)
            let clock = SystemClock()
            let began = clock.seconds
            found = fault { try client.send(request) }
            #expect(found?.reason == .stall && found?.kind == .transient, "\(path)")
            #expect(clock.seconds - began < 10)
        }
        let stop = StopSignal()
        let raiser = TestThread {
            usleep(200_000)
            stop.raise(.interrupt)
        }
        let clock = SystemClock()
        let began = clock.seconds
        found = fault { try client.send(try HTTPRequest(.get, address(server, "/silent")), stop: stop) }
        raiser.join()
        #expect(found?.reason == .stopped && found?.kind == .cancelled && clock.seconds - began < 5)
    }

    @Test("Retry-After in seconds and as a date")
    func retryAfter() throws {
        var now = time(nil) + 120
        var parts = tm()
        gmtime_r(&now, &parts)
        var text = [CChar](repeating: 0, count: 64)
        let length = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        let date = String(decoding: text.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        for (value, range) in [("7", 7.0...7.0), (date, 100...121)] {
            let server = server(answer("429 Too Many Requests", ["Retry-After: \(value)"], "slow down"))
            defer { server.stop() }
            let response = try client.send(HTTPRequest(.get, address(server)))
            #expect(range.contains(response.retryAfterSeconds ?? -1), "\(value)")
            let found = fault { try response.checked() }
            #expect(found?.kind == .transient && found?.retryAfterSeconds == response.retryAfterSeconds)
            #expect(found?.excerpt == "slow down")
        }
    }

    @Test(
        "what a status means",
        arguments: [
            (200, nil), (204, nil), (304, .configuration), (400, .permanent), (401, .configuration),
            (403, .configuration),
            (404, .configuration), (408, .transient), (409, .permanent), (413, .permanent), (422, .permanent),
            (425, .transient), (429, .transient), (500, .transient), (501, .permanent), (502, .transient),
            (503, .transient), (504, .transient),
        ] as [(Int, FaultKind?)])
    func statuses(status: Int, kind: FaultKind?) {
        let response = HTTPResponse(
            status: status, headers: [], body: [], retryAfterSeconds: nil, request: "GET http://h/p")
        let found = fault { try response.checked() }
        #expect(found?.kind == kind)
        if let found { #expect(found.message.contains("\(status)") && found.message.contains("GET http://h/p")) }
    }

    @Test("redirections are answers; those within the origin are followed when asked to, never elsewhere")
    func redirects() throws {
        let other = server(answer("200 OK", [], "stolen"))
        let port = other.port
        let server = ScriptedServer { connection in
            while let request = connection.request() {
                let path = request.split(separator: " ")[1]
                switch path {
                case "/relative": connection.write(answer("302 Found", ["Location: /end"]))
                case "/keep": connection.write(answer("307 Temporary Redirect", ["Location: /end"]))
                case "/see": connection.write(answer("303 See Other", ["Location: /end"]))
                case "/port":
                    connection.write(answer("307 Temporary Redirect", ["Location: http://127.0.0.1:\(port)/"]))
                case "/loop": connection.write(answer("301 Moved", ["Location: /loop"]))
                case "/other": connection.write(answer("302 Found", ["Location: http://localhost:\(port)/"]))
                default: connection.write(answer("200 OK", [], "end"))
                }
            }
        }
        defer {
            server.stop()
            other.stop()
        }
        #expect(try client.send(HTTPRequest(.get, address(server, "/relative"))).status == 302)
        func follow(
            _ path: String, _ body: HTTPRequest.Body = .none, method: HTTPRequest.Method = .post
        ) throws -> HTTPRequest {
            var request = try HTTPRequest(
                method, address(server, path), headers: [.init("Authorization", "Bearer t")], body: body)
            request.redirects = .sameOrigin(most: 3)
            return request
        }
        // What was to be said is not lost on the way.
        for (path, status) in [("/relative", 302), ("/see", 303)] {
            let response = try client.send(follow(path, .bytes([65])))
            #expect(response.status == status && fault { try response.checked() }?.kind == .configuration)
            #expect(try client.send(follow(path, method: .get)).text == "end")
        }
        #expect(try client.send(follow("/keep", .bytes([65]))).text == "end")
        #expect(server.received.last?.hasPrefix("POST /end") == true && server.received.last?.hasSuffix("A") == true)
        let source = Pieces(["once more"])
        #expect(try client.send(follow("/keep", .stream(length: nil, source))).text == "end")
        #expect(source.rewinds == 1 && server.received.last?.hasSuffix("once more") == true)
        #expect(fault { try client.send(try follow("/loop", method: .get)) }?.reason == .redirect)
        for (path, method) in [("/other", HTTPRequest.Method.get), ("/port", .post)] {
            let found = fault { try client.send(try follow(path, method: method)) }
            #expect(found?.reason == .redirect && other.received.isEmpty)
        }
    }

    @Test("nobody there, a name without address, a server that breaks off, one that talks nonsense")
    func broken() throws {
        let gone = ScriptedServer { _ in }
        gone.stop()
        var found = fault { try client.send(HTTPRequest(.get, address(gone))) }
        #expect(found?.reason == .connection && found?.kind == .transient && found?.remedy != nil)
        found = fault { try client.send(HTTPRequest(.get, WebAddress("http://no-such-host.invalid/secret?key=1"))) }
        #expect(found?.reason == .name && found?.message.contains("key=1") == false)
        for (sent, reason) in [
            ("", HTTPFault.Reason.connection), ("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .connection),
        ] {
            let server = ScriptedServer { connection in
                _ = connection.request()
                connection.write(sent)
            }
            defer { server.stop() }
            let found = fault { try client.send(HTTPRequest(.get, address(server))) }
            #expect(found?.reason == reason && found?.kind == .transient, "\(sent)")
        }
        let nonsense = ScriptedServer { connection in
            _ = connection.request()
            connection.write("220 mail.example.com ESMTP\r\n")
        }
        defer { nonsense.stop() }
        #expect(fault { try client.send(HTTPRequest(.get, address(nonsense))) } != nil)
    }

    @Test(
        "headers cannot begin another",
        arguments: [
            ("X-A", "b\r\nEvil: 1"), ("X-A", "b\nEvil: 1"), ("X-A\r\nEvil", "1"), ("X A", "1"), ("", "1"),
            ("X-A:", "1"),
            ("X-A", "b\u{0}"),
        ])
    func injection(name: String, value: String) throws {
        let server = server(answer("200 OK"))
        defer { server.stop() }
        let found = fault { try client.send(HTTPRequest(.get, address(server), headers: [.init(name, value)])) }
        #expect(found?.reason == .request && server.received.isEmpty)
    }

    @Test("a user and a password go into the header of the Basic scheme, and into no message")
    func credentials() throws {
        let server = server(answer("401 Unauthorized"))
        defer { server.stop() }
        var request = try HTTPRequest(.get, address(server))
        request.credentials = ("zoë", "p:w")
        let found = fault { try client.send(request).checked() }
        #expect(server.received[0].contains("\nAuthorization: Basic em/DqzpwOnc=\n"))
        #expect(
            found?.reason == .credentials && found?.kind == .configuration && found?.message.contains("p:w") == false)
        request.credentials = nil
        _ = try client.send(request)
        #expect(!server.received[1].contains("Authorization"))
    }

    private static let zeros: [UInt8] = [
        0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0xED, 0xC1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xC2,
        0xA0, 0xF5, 0x4F, 0x6D, 0x0D, 0x0F, 0xA0, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x57, 0x03, 0x7D, 0x95,
        0x11, 0xD4, 0xA0, 0x86, 0x01, 0x00,
    ]
}

@Suite("Addresses")
struct WebAddressTests {
    @Test(
        "taken apart",
        arguments: [
            ("https://Example.com", "https://example.com", "example.com", 443),
            ("http://127.0.0.1:8080/a/b?c=d#e", "http://127.0.0.1:8080/a/b", "127.0.0.1", 8080),
            ("https://[::1]:9/x", "https://[::1]:9/x", "::1", 9),
        ])
    func parts(text: String, shown: String, host: String, port: Int) throws {
        let address = try WebAddress(text)
        #expect(address.shown == shown && address.host == host && address.port == port)
    }

    @Test(
        "refused",
        arguments: [
            "", "example.com", "ftp://example.com", "https://", "https://user:pw@example.com",
            "https://user@example.com",
            "https://exa mple.com", "https://example.com:99999", "https://example.com/\r\nX: y", "smtp://example.com",
        ])
    func refused(text: String) {
        let error = #expect(throws: HTTPFault.self) { try WebAddress(text) }
        #expect(error?.kind == .configuration && error?.message.contains("pw") == false)
    }

    @Test(
        "this machine",
        arguments: [
            ("smtp://localhost", true), ("smtp://127.9.0.1:25", true), ("smtp://[::1]", true),
            ("smtp://127.0.0.1.evil.com", false),
            ("smtp://mail.example.com", false),
        ])
    func loopback(text: String, isLoopback: Bool) throws {
        #expect(try MailServer.address(text).isLoopback == isLoopback)
    }
}
