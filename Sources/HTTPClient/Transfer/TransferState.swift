import CCurl
import Glibc
import Ports

/// What libcurl's callbacks of one transfer work on.
final class TransferState {
    private let clock: any MonotonicClock
    private let destination: HTTPRequest.Destination
    private let upload: (any UploadSource)?

    private(set) var status = 0
    private(set) var headers: [HTTPRequest.Header] = []
    private(set) var body: [UInt8] = []
    /// Thrown by the caller's part, or because the answer is too large.
    private(set) var failure: (any Error)?
    private(set) var isTooLarge = false
    /// When the last byte came or went.
    private var lastSign: Double

    /// Of an error's body.
    private static let excerptLimit = 64 << 10
    /// Of all headers together: servers' limits are far below.
    private static let headerLimit = 1 << 20
    private var headerBytes = 0

    init(destination: HTTPRequest.Destination, upload: (any UploadSource)?, clock: any MonotonicClock) {
        self.destination = destination
        self.upload = upload
        self.clock = clock
        lastSign = clock.seconds
    }

    func isStalled(after seconds: Double) -> Bool { clock.seconds - lastSign > seconds }

    /// Header lines of one answer after the other: of 100 Continue, of a proxy, of the server.
    func takeHeader(_ line: String) -> Bool {
        lastSign = clock.seconds
        headerBytes += line.utf8.count
        guard headerBytes <= Self.headerLimit else {
            isTooLarge = true
            return false
        }
        if line.hasPrefix("HTTP/") {
            headers = []
            let words = line.split(separator: " ", maxSplits: 2)
            status = words.count > 1 ? Int(words[1].prefix(3)) ?? 0 : 0
        } else if let colon = line.firstIndex(of: ":") {
            let value = line[line.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append(
                .init(String(line[..<colon]), String(value.prefix { $0 != "\r" && $0 != "\r\n" && $0 != "\n" })))
        }
        return true
    }

    func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        // After the caller's part: the time that it takes is no stall of the server.
        defer { lastSign = clock.seconds }
        guard (200..<300).contains(status) else {
            body += bytes.prefix(max(0, Self.excerptLimit - body.count))
            return true
        }
        switch destination {
        case .memory(let limit):
            guard body.count + bytes.count <= limit else {
                isTooLarge = true
                return false
            }
            body += bytes
        case .stream(let take):
            do { try take(bytes) } catch {
                failure = error
                return false
            }
        }
        return true
    }

    /// Nil: give up.
    func giveBody(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
        defer { lastSign = clock.seconds }
        guard let upload else { return 0 }
        do { return try upload.read(into: buffer) } catch {
            failure = error
            return nil
        }
    }

    func rewind() -> Bool { upload?.rewind() ?? false }

    // MARK: - As libcurl calls them

    // SAFETY, of all of them: the state outlives the transfer, which `send` waits for.
    private static func state(_ pointer: UnsafeMutableRawPointer?) -> TransferState {
        Unmanaged<TransferState>.fromOpaque(pointer!).takeUnretainedValue()
    }

    static let header: ingest_curl_data_function = { bytes, size, count, pointer in
        let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
        return state(pointer).takeHeader(line) ? size * count : 0
    }

    static let write: ingest_curl_data_function = { bytes, size, count, pointer in
        let length = size * count
        // Another number than was offered ends the transfer; of no bytes there is no other.
        return length == 0 || state(pointer).takeBody(UnsafeRawBufferPointer(start: bytes, count: length)) ? length : 0
    }

    static let read: ingest_curl_data_function = { bytes, size, count, pointer in
        let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
        return state(pointer).giveBody(into: buffer) ?? Int(CURL_READFUNC_ABORT)
    }

    static let seek: @convention(c) (UnsafeMutableRawPointer?, curl_off_t, Int32) -> Int32 = {
        pointer, offset, origin in
        guard offset == 0, origin == SEEK_SET, state(pointer).rewind() else { return CURL_SEEKFUNC_FAIL }
        return CURL_SEEKFUNC_OK
    }
}
