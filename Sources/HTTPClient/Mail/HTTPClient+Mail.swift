import CCurl
import Glibc
import Ports

extension HTTPClient {
    /// Hands a mail to a server. `message` is the whole of it, with its headers, in lines that end in CR LF; `from` and
    /// `recipients` are bare addresses. Who is refused while others are accepted is in the receipt; throws an `HTTPFault` where
    /// nobody is accepted.
    package func send(
        mail message: [UInt8], from: String, to recipients: [String], by server: MailServer, stop: StopSignal? = nil
    ) throws(HTTPFault) -> MailReceipt {
        let doing = "Mail by \(server.address.origin)"
        for address in recipients + [from] where !Self.isBare(address) {
            throw HTTPFault(.configuration, .request, "\(doing): \(VisibleText.quoted(address)) is not a mail address")
        }
        let channel = try CurlChannel()
        let dialogue = MailDialogue(message, clock: options.clock)
        let sentence = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))
        sentence.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        defer {
            curl_easy_reset(channel.easy)
            sentence.deallocate()
        }
        var list = CurlList()
        for recipient in recipients { try list.append("<\(recipient)>") }
        channel.set(CURLOPT_ERRORBUFFER, pointer: sentence)
        options.setUp(channel, times: server.times)
        setUp(channel, server, from, list, dialogue, length: message.count)
        let ending = withExtendedLifetime(dialogue) {
            channel.perform(stop: stop) { dialogue.isStalled(after: server.times.stallSeconds) }
        }
        _ = consume list
        switch ending {
        case .finished(CURLE_OK): return MailReceipt(refusals: dialogue.refusals)
        case .stopped: throw HTTPFault(.cancelled, .stopped, "\(doing): stopped")
        case .stalled:
            throw HTTPFault(
                .transient, .stall, "\(doing): the server said nothing for \(Int(server.times.stallSeconds)) s")
        case .finished(let code):
            throw Self.fault(code, doing, detail: String(cString: sentence), dialogue, server)
        }
    }

    private func setUp(
        _ channel: CurlChannel, _ server: MailServer, _ from: String, _ recipients: borrowing CurlList,
        _ dialogue: MailDialogue, length: Int
    ) {
        let pointer = Unmanaged.passUnretained(dialogue).toOpaque()
        channel.set(CURLOPT_URL, server.address.text)
        channel.set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        channel.set(CURLOPT_PROXY, "")
        // 3: all of it is protected, or nothing is sent (CURLUSESSL_ALL).
        if server.protection == .startTLS { channel.set(CURLOPT_USE_SSL, 3) }
        if let (user, password) = server.credentials {
            channel.set(CURLOPT_USERNAME, user)
            channel.set(CURLOPT_PASSWORD, password)
        }
        channel.set(CURLOPT_MAIL_FROM, "<\(from)>")
        ingest_curl_set_list(channel.easy, CURLOPT_MAIL_RCPT, recipients.head)
        channel.set(CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1)
        channel.set(CURLOPT_UPLOAD, 1)
        ingest_curl_set_data(channel.easy, CURLOPT_READFUNCTION, MailDialogue.read)
        channel.set(CURLOPT_READDATA, pointer: pointer)
        ingest_curl_set_offset(channel.easy, CURLOPT_INFILESIZE_LARGE, curl_off_t(length))
        channel.set(CURLOPT_SERVER_RESPONSE_TIMEOUT, Int(server.times.stallSeconds.rounded(.up)))
        // The goodbye is said by this handle then, within the patience that `MailDialogue.listen` leaves it. libcurl's own
        // handle, which says it where connections are kept, waits 120 s for the answer.
        channel.set(CURLOPT_FORBID_REUSE, 1)
        // What libcurl would print goes to the dialogue.
        channel.set(CURLOPT_VERBOSE, 1)
        ingest_curl_set_debug(channel.easy, MailDialogue.listen)
        channel.set(CURLOPT_DEBUGDATA, pointer: pointer)
    }

    private static func fault(
        _ code: CURLcode, _ doing: String, detail: String, _ dialogue: MailDialogue, _ server: MailServer
    ) -> HTTPFault {
        if code == CURLE_USE_SSL_FAILED {
            return HTTPFault(
                .configuration, .protection, "\(doing): the server offers no STARTTLS, so nothing was sent",
                remedy:
                    "Use a port that does (587), smtps:// (465), or starttls = \"off\" where the network is trusted.")
        }
        guard [CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_LOGIN_DENIED, CURLE_WEIRD_SERVER_REPLY].contains(code),
            let (status, text) = dialogue.complaint
        else { return CurlFault.fault(code, doing: doing, detail: detail) }
        if dialogue.accepted == 0, dialogue.refusals.count > 0 {
            let list = dialogue.refusals.prefix(5).map { "\($0.recipient): \($0.code) \($0.text)" }
            let isTemporary = dialogue.refusals.contains(where: \.isTemporary)
            return HTTPFault(
                isTemporary ? .transient : .configuration, .reply(status),
                "\(doing): the server takes mail for none of the recipients (\(list.joined(separator: "; ")))",
                remedy: "Check the addresses, and whether the server relays for this machine or wants a user.")
        }
        // RFC 4954: 454 aside, what begins with 53 is about who asks.
        if (530...539).contains(status) {
            return HTTPFault(
                .configuration, .credentials,
                "\(doing): the server refuses the user or the password (\(status) \(text))",
                remedy: server.credentials == nil
                    ? "It wants a user: set alerts.email.username and password."
                    : "Check both; some servers want a password made for programs.")
        }
        return HTTPFault(
            status < 500 ? .transient : .configuration, .reply(status),
            "\(doing): the server refuses the mail (\(status) \(text))")
    }

    /// Nothing that would end the command or begin another.
    private static func isBare(_ address: String) -> Bool {
        !address.isEmpty
            && address.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
    }
}
