import Glibc
import Synchronization

/// A server on this machine that does with each connection what a test says: also what no proper server would do.
final class ScriptedServer: Sendable {
    let port: Int
    private let listener: Int32
    private let served = Atomic<Int>(0)
    private let requests = Mutex<[String]>([])

    /// `serve` is called on a thread of its own for each connection, which is closed when it returns.
    init(_ serve: @escaping @Sendable (Connection) -> Void) {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        precondition(bound, "no port for a test server")
        port = Int(UInt16(bigEndian: address.sin_port))
        Self.thread { [self] in
            while true {
                let client = accept(descriptor, nil, nil)
                guard client >= 0 else {
                    // Here and not by whoever stops it: the number may be another server's at once.
                    close(descriptor)
                    return
                }
                served.add(1, ordering: .relaxed)
                Self.thread { [self] in
                    serve(Connection(client, server: self))
                    close(client)
                }
            }
        }
    }

    /// Ends the server; connections end with their scripts.
    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    var connections: Int { served.load(ordering: .relaxed) }
    /// Heads and bodies, as they came.
    var received: [String] { requests.withLock { $0 } }

    fileprivate func note(_ request: String) { requests.withLock { $0.append(request) } }

    private static func thread(_ body: @escaping @Sendable () -> Void) {
        final class Box {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
        var handle = pthread_t()
        let code = pthread_create(
            &handle, nil,
            { argument in
                Unmanaged<Box>.fromOpaque(argument!).takeRetainedValue().body()
                return nil
            }, Unmanaged.passRetained(Box(body)).toOpaque())
        precondition(code == 0, "no thread for a test server")
        pthread_detach(handle)
    }
}

/// One connection of a script.
final class Connection {
    private let descriptor: Int32
    private let server: ScriptedServer
    private var buffer: [UInt8] = []

    init(_ descriptor: Int32, server: ScriptedServer) {
        self.descriptor = descriptor
        self.server = server
    }

    func write(_ text: String) { write(Array(text.utf8)) }

    func write(_ bytes: [UInt8]) {
        var bytes = bytes[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes {
                send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// Without its end; nil when the client has gone.
    func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: 0x0A) {
                let line = String(decoding: buffer[..<end], as: UTF8.self)
                buffer.removeFirst(end + 1)
                return line.hasSuffix("\r") ? String(line.dropLast()) : line
            }
            guard fill() else { return nil }
        }
    }

    /// A whole request with its body; nil when the client has gone.
    func request() -> String? {
        guard let first = line() else { return nil }
        var head = [first]
        var length = 0
        var isChunked = false
        while let next = line(), !next.isEmpty {
            head.append(next)
            let lower = next.lowercased()
            if lower.hasPrefix("content-length:") { length = Int(lower.dropFirst(15).filter(\.isNumber)) ?? 0 }
            if lower.hasPrefix("transfer-encoding:"), lower.hasSuffix("chunked") { isChunked = true }
            if lower.hasPrefix("expect:") { write("HTTP/1.1 100 Continue\r\n\r\n") }
        }
        var body: [UInt8] = []
        if isChunked {
            while let size = line().flatMap({ Int($0, radix: 16) }), size > 0 {
                body += take(size)
                _ = line()
            }
            _ = line()
        } else {
            body = take(length)
        }
        let request = head.joined(separator: "\n") + "\n\n" + String(decoding: body, as: UTF8.self)
        server.note(request)
        return request
    }

    /// Until the client has gone, and at most so long.
    func hang(seconds: Double = 20) {
        var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        let end = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        while ContinuousClock.now < end {
            guard poll(&wait, 1, 100) > 0 else { continue }
            guard fill() else { return }
        }
    }

    private func take(_ count: Int) -> [UInt8] {
        while buffer.count < count, fill() {}
        let taken = Array(buffer.prefix(count))
        buffer.removeFirst(taken.count)
        return taken
    }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }
}
