import Ports

/// A mail with two faces, text and HTML, as it goes over the wire (RFC 5322, RFC 2046).
package struct MailMessage: Sendable {
    package var from: MailAddress
    package var to: [MailAddress]
    package var subject: String
    package var text: String
    package var html: String
    /// Microseconds since 1970, UTC.
    package var date: Int
    package var zone: ZoneRules
    /// Without angle brackets, unique: the same mail sent twice is recognised by it.
    package var id: String

    package init(
        from: MailAddress, to: [MailAddress], subject: String, text: String, html: String, date: Int, zone: ZoneRules,
        id: String
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.html = html
        self.date = date
        self.zone = zone
        self.id = id
    }

    /// - Parameter occasion: what it is about; a mail to others on the same occasion is another one.
    init(
        from: MailAddress, to: [MailAddress], title: String, text: String, html: String, date: Int, zone: ZoneRules,
        occasion: String
    ) {
        let people = SHA256.hex(Array((occasion + "\n" + to.map(\.address).joined(separator: "\n")).utf8)).prefix(12)
        let host = from.address.split(separator: "@").last.map(String.init) ?? "localhost"
        self.init(
            from: from, to: to, subject: Figures.cut("[ingest] " + title, 200), text: text, html: html, date: date,
            zone: zone, id: "\(occasion).\(people)@\(host)")
    }

    package var bytes: [UInt8] {
        // Quoted-printable never has `=_`.
        let boundary = "=_" + SHA256.hex(Array(id.utf8)).prefix(32)
        let head = [
            "From: " + HeaderText.mailbox(from, used: 6),
            "To: " + recipients,
            "Subject: " + HeaderText.unstructured(subject, used: 9),
            "Date: " + Self.rfc5322(zone.civil(date)),
            "Message-ID: <\(Self.plain(id))>",
            "MIME-Version: 1.0",
            // RFC 3834: no "I am on holiday" in return.
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
            "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"",
        ]
        var out = Array((head.joined(separator: "\r\n") + "\r\n\r\n").utf8)
        for (type, content) in [("text/plain", text), ("text/html", html)] {
            out +=
                "--\(boundary)\r\nContent-Type: \(type); charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                .utf8
            out += QuotedPrintable.encode(content)
            out += "\r\n".utf8
        }
        out += "--\(boundary)--\r\n".utf8
        return out
    }

    /// One to a line: no line gets too long.
    private var recipients: String {
        to.map { HeaderText.mailbox($0, used: 4) }.joined(separator: ",\r\n ")
    }

    private static func plain(_ text: String) -> String {
        String(
            decoding: text.utf8.map {
                (0x21...0x7E).contains($0) && !"<>()[]\\,;:\"".utf8.contains($0) ? $0 : UInt8(ascii: "-")
            },
            as: UTF8.self)
    }

    /// `Sat, 21 Nov 2026 06:00:59 +0100`
    static func rfc5322(_ time: CivilTime) -> String {
        let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let day = days[((time.days % 7) + 7) % 7]
        return "\(day), \(time.day) \(months[time.month - 1]) \(CivilTime.padded(time.year, 4)) \(time.time) "
            + time.offset.filter { $0 != ":" }
    }
}
