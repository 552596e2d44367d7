import CCurl
import Ports

/// Listens to what is said between libcurl and a mail server: libcurl itself only tells the last answer, not whom it was
/// about. Nothing of it is kept but the answers.
final class MailDialogue {
    private let message: [UInt8]
    private var position = 0
    private let clock: any MonotonicClock
    private var lastSign: Double

    /// The address of the RCPT command that is not answered yet.
    private var asked: String?
    private(set) var refusals: [MailReceipt.Refusal] = []
    private(set) var accepted = 0
    /// The last answer from 400 on.
    private(set) var complaint: (code: Int, text: String)?
    private var incoming: [UInt8] = []

    init(_ message: [UInt8], clock: any MonotonicClock) {
        self.message = message
        self.clock = clock
        lastSign = clock.seconds
    }

    func isStalled(after seconds: Double) -> Bool { clock.seconds - lastSign > seconds }

    private func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        lastSign = clock.seconds
        let count = min(buffer.count, message.count - position)
        buffer.copyBytes(from: message[position..<position + count])
        position += count
        return count
    }

    func sent(_ line: String) {
        lastSign = clock.seconds
        guard line.uppercased().hasPrefix("RCPT TO:"), let open = line.firstIndex(of: "<"),
            let close = line[open...].firstIndex(of: ">")
        else {
            asked = nil
            return
        }
        asked = String(line[line.index(after: open)..<close])
    }

    func received(_ bytes: UnsafeRawBufferPointer) {
        lastSign = clock.seconds
        incoming += bytes
        while let end = incoming.firstIndex(of: 0x0A) {
            answer(String(decoding: incoming[..<end], as: UTF8.self).filter { $0 != "\r" && $0 != "\r\n" })
            incoming.removeFirst(end + 1)
        }
    }

    /// `550 5.1.1 No such user`; all but the last line of an answer have a hyphen behind the number.
    private func answer(_ line: String) {
        guard let code = Int(line.prefix(3)), (200..<600).contains(code) else { return }
        let text = VisibleText.shown(String(line.dropFirst(4)), limit: 200)
        if code >= 400 { complaint = (code, text) }
        guard line.dropFirst(3).first != "-", let address = asked else { return }
        asked = nil
        if code < 300 { accepted += 1 } else { refusals.append(.init(recipient: address, code: code, text: text)) }
    }

    // SAFETY, of both: the dialogue outlives the transfer, which `send` waits for.

    static let read: ingest_curl_data_function = { bytes, size, count, pointer in
        let dialogue = Unmanaged<MailDialogue>.fromOpaque(pointer!).takeUnretainedValue()
        return dialogue.read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    static let listen:
        @convention(c) (
            UnsafeMutableRawPointer?, curl_infotype, UnsafeMutablePointer<CChar>?, Int, UnsafeMutableRawPointer?
        ) -> Int32 = { handle, kind, bytes, count, pointer in
            let dialogue = Unmanaged<MailDialogue>.fromOpaque(pointer!).takeUnretainedValue()
            let said = UnsafeRawBufferPointer(start: bytes, count: count)
            switch kind {
            case CURLINFO_HEADER_OUT:
                let line = String(decoding: said, as: UTF8.self)
                dialogue.sent(line)
                // What there was to say is said: a server that goes silent now holds nobody up.
                if line.hasPrefix("QUIT") { ingest_curl_set_long(handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, 1) }
            case CURLINFO_HEADER_IN: dialogue.received(said)
            default: break
            }
            return 0
        }
}
