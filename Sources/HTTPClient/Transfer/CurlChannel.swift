import CCurl
import Glibc
import Ports

/// A handle of libcurl with the connections that it keeps open, for one request after the other.
///
/// - Note: "You must never share the same handle in multiple threads" (https://curl.se/libcurl/c/threadsafe.html): whoever
///   took one from the client's shelf has it alone until it is put back.
final class CurlChannel: @unchecked Sendable {
    // SAFETY: both are used by the one thread that has the channel; see above.
    let easy: UnsafeMutableRawPointer
    /// Owns the open connections.
    private let multi: UnsafeMutableRawPointer

    /// "This function must be called at least once within a program before the program calls any other function in libcurl"
    /// (https://curl.se/libcurl/c/curl_global_init.html). Never undone: the process ends with it.
    private static let isReady = ingest_curl_global_init() == CURLE_OK

    init() throws(HTTPFault) {
        let noMemory = HTTPFault(.transient, .system, "libcurl cannot be started: no memory is left")
        guard Self.isReady, let easy = curl_easy_init() else { throw noMemory }
        guard let multi = curl_multi_init() else {
            curl_easy_cleanup(easy)
            throw noMemory
        }
        self.easy = easy
        self.multi = multi
    }

    deinit {
        // The easy handle first: "the easy handles should first be removed … then closed" and then the multi handle.
        curl_easy_cleanup(easy)
        curl_multi_cleanup(multi)
    }

    /// Runs what the easy handle was set up for. What ends it early: `stop`, and a stall that `isStalled` sees.
    func perform(stop: StopSignal?, isStalled: () -> Bool) -> Ending {
        let code = curl_multi_add_handle(multi, easy)
        guard code == CURLM_OK else { return .finished(CURLE_OUT_OF_MEMORY) }
        defer { curl_multi_remove_handle(multi, easy) }
        var running: Int32 = 1
        while true {
            guard curl_multi_perform(multi, &running) == CURLM_OK else { return .finished(CURLE_OUT_OF_MEMORY) }
            if running == 0 { return .finished(result()) }
            if stop?.isRaised == true { return .stopped }
            if isStalled() { return .stalled }
            var wake = curl_waitfd(
                fd: stop?.wakeDescriptor ?? -1, events: Int16(CURL_WAIT_POLLIN), revents: 0)
            // libcurl's own timers end the wait earlier.
            curl_multi_poll(multi, &wake, wake.fd >= 0 ? 1 : 0, 1000, nil)
        }
    }

    enum Ending {
        case finished(CURLcode)
        case stopped, stalled
    }

    private func result() -> CURLcode {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            if message.pointee.msg == CURLMSG_DONE { return message.pointee.data.result }
        }
        return CURLE_RECV_ERROR
    }

    // MARK: - Options

    func set(_ option: CURLoption, _ value: Int) { ingest_curl_set_long(easy, option, value) }
    func set(_ option: CURLoption, _ value: String?) { ingest_curl_set_text(easy, option, value) }

    /// "The pointers … must be kept around until after the transfer": libcurl copies texts, but not these.
    func set(_ option: CURLoption, pointer: UnsafeMutableRawPointer?) { ingest_curl_set_pointer(easy, option, pointer) }

    func set(_ option: CURLoption, milliseconds seconds: Double) {
        set(option, Int(min(max(seconds, 0.001) * 1000, 2e9).rounded(.up)))
    }

    var responseCode: Int {
        var code = 0
        ingest_curl_get_long(easy, CURLINFO_RESPONSE_CODE, &code)
        return code
    }

    var retryAfterSeconds: Double? {
        var seconds: curl_off_t = 0
        ingest_curl_get_offset(easy, CURLINFO_RETRY_AFTER, &seconds)
        return seconds > 0 ? Double(seconds) : nil
    }

    /// Where a redirection leads, as a whole address.
    var redirect: String? {
        var text: UnsafePointer<CChar>?
        ingest_curl_get_text(easy, CURLINFO_REDIRECT_URL, &text)
        return text.map { String(cString: $0) }
    }
}

/// A list of texts for libcurl, which borrows it.
struct CurlList: ~Copyable {
    private(set) var head: UnsafeMutablePointer<curl_slist>?

    mutating func append(_ text: String) throws(HTTPFault) {
        guard let longer = curl_slist_append(head, text) else {
            throw HTTPFault(.transient, .system, "No memory is left")
        }
        head = longer
    }

    deinit { curl_slist_free_all(head) }
}
