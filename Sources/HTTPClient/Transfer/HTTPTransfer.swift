import CCurl
import Glibc
import Ports

/// One request over one channel, without redirections.
struct HTTPTransfer {
    let request: HTTPRequest
    let options: HTTPClient.Options
    let stop: StopSignal?

    /// Where the answer leads, if it is a redirection: a whole address.
    func run(on channel: CurlChannel) throws -> (response: HTTPResponse, redirect: String?) {
        curl_easy_reset(channel.easy)
        var upload: (any UploadSource)?
        if case .stream(_, let source) = request.body { upload = source }
        let state = TransferState(destination: request.destination, upload: upload, clock: options.clock)
        let sentence = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        sentence.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        // The handle outlives both: what it must not use any more is taken from it.
        defer {
            curl_easy_reset(channel.easy)
            sentence.deallocate()
        }
        channel.set(CURLOPT_ERRORBUFFER, pointer: sentence)
        let list = try headers()
        setUp(channel, state, list)
        let bytes = bytes
        let ending = withExtendedLifetime(state) {
            // One byte more: a buffer of none may have no address, and then libcurl asks for the body.
            ((bytes ?? []) + [0]).withUnsafeBufferPointer { buffer in
                if let bytes {
                    ingest_curl_set_offset(channel.easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(bytes.count))
                    channel.set(CURLOPT_POSTFIELDS, pointer: UnsafeMutableRawPointer(mutating: buffer.baseAddress))
                    channel.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
                }
                return channel.perform(stop: stop) { state.isStalled(after: request.times.stallSeconds) }
            }
        }
        _ = consume list
        try check(ending, state, String(cString: sentence))
        let response = HTTPResponse(
            status: channel.responseCode, headers: state.headers, body: state.body,
            retryAfterSeconds: channel.retryAfterSeconds, request: request.shown)
        return (response, channel.redirect)
    }

    private func check(_ ending: CurlChannel.Ending, _ state: TransferState, _ sentence: String) throws {
        if let failure = state.failure { throw failure }
        if state.isTooLarge {
            throw HTTPFault(
                .permanent, .size,
                "\(request.shown): the answer is larger than \(limit) bytes, and is not read to its end")
        }
        switch ending {
        case .stopped: throw HTTPFault(.cancelled, .stopped, "\(request.shown): stopped")
        case .stalled:
            throw HTTPFault(
                .transient, .stall,
                "\(request.shown): nothing came for \(Int(request.times.stallSeconds)) s", remedy: nil)
        case .finished(CURLE_OK): return
        case .finished(let code): throw CurlFault.fault(code, doing: request.shown, detail: sentence)
        }
    }

    private var limit: Int { if case .memory(let limit) = request.destination { limit } else { 1 << 20 } }

    private func setUp(_ channel: CurlChannel, _ state: TransferState, _ list: borrowing CurlList) {
        let pointer = Unmanaged.passUnretained(state).toOpaque()
        options.setUp(channel, times: request.times)
        channel.set(CURLOPT_URL, request.address.text)
        channel.set(CURLOPT_PROTOCOLS_STR, "http,https")
        channel.set(CURLOPT_USERAGENT, options.userAgent)
        if request.acceptsCompressed { channel.set(CURLOPT_ACCEPT_ENCODING, "") }
        if let proxy = options.proxy {
            channel.set(CURLOPT_PROXY, proxy.address(for: request.address.scheme) ?? "")
            channel.set(CURLOPT_NOPROXY, proxy.except)
        } else {
            // An empty one keeps libcurl from looking into the environment.
            channel.set(CURLOPT_PROXY, "")
        }
        if let (user, password) = request.credentials {
            channel.set(CURLOPT_HTTPAUTH, Self.basic)
            channel.set(CURLOPT_USERNAME, user)
            channel.set(CURLOPT_PASSWORD, password)
        }
        ingest_curl_set_list(channel.easy, CURLOPT_HTTPHEADER, list.head)
        ingest_curl_set_data(channel.easy, CURLOPT_HEADERFUNCTION, TransferState.header)
        channel.set(CURLOPT_HEADERDATA, pointer: pointer)
        ingest_curl_set_data(channel.easy, CURLOPT_WRITEFUNCTION, TransferState.write)
        channel.set(CURLOPT_WRITEDATA, pointer: pointer)
        switch request.body {
        case .stream(let length, _):
            channel.set(CURLOPT_UPLOAD, 1)
            ingest_curl_set_data(channel.easy, CURLOPT_READFUNCTION, TransferState.read)
            channel.set(CURLOPT_READDATA, pointer: pointer)
            ingest_curl_set_seek(channel.easy, TransferState.seek)
            channel.set(CURLOPT_SEEKDATA, pointer: pointer)
            ingest_curl_set_offset(channel.easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(length ?? -1))
            channel.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case .bytes, .none:
            if request.method == .head { channel.set(CURLOPT_NOBODY, 1) }
            if request.method == .delete { channel.set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
        }
    }

    /// Nil: none. One of no bytes is one, too: it is sent with its length.
    private var bytes: [UInt8]? {
        switch request.body {
        case .bytes(let bytes): bytes
        case .none: [.post, .put, .patch].contains(request.method) ? [] : nil
        case .stream: nil
        }
    }

    private func headers() throws(HTTPFault) -> CurlList {
        var list = CurlList()
        for header in request.headers {
            guard !header.name.isEmpty, header.name.utf8.allSatisfy(Self.isToken),
                !header.value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F })
            else {
                throw HTTPFault(
                    .configuration, .request,
                    "\(request.shown): the header \(VisibleText.quoted(header.name)) cannot be sent: it has characters "
                        + "that headers cannot hold")
            }
            // "If you want to have a header with no content, write it with a semicolon".
            try list.append(header.value.isEmpty ? header.name + ";" : header.name + ": " + header.value)
        }
        // Without these libcurl adds headers of its own that nobody asked for.
        if bytes != nil {
            try list.append("Expect:")
            if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
                try list.append("Content-Type: application/octet-stream")
            }
        }
        return list
    }

    /// RFC 9110, 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// CURLAUTH_BASIC, a macro with a cast.
    private static let basic = 1
}
