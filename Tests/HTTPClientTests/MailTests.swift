import HTTPClient
import Ports
import Synchronization
import Testing

private let client = HTTPClient(.init(userAgent: "ingest-test/1"))
private let message = Array("Subject: x\r\n\r\n.dots\r\n..two\r\nend\r\n".utf8)

/// A mail server that answers commands from a table; without an entry it says 250.
private final class MailScript: Sendable {
    private final class Log: Sendable {
        let lines = Mutex<[String]>([])
        let mails = Mutex<[String]>([])
    }

    let server: ScriptedServer
    private let log: Log
    var lines: [String] { log.lines.withLock { $0 } }
    var mails: [String] { log.mails.withLock { $0 } }

    /// `answers` by the beginning of the command; "." is the end of a mail. A nil greeting, and the answer "hang", never come.
    init(
        greeting: String? = "220 mail.test ready", offers: [String] = ["SIZE 100000", "AUTH PLAIN LOGIN"],
        _ answers: [String: String] = [:]
    ) {
        let log = Log()
        self.log = log
        server = ScriptedServer { connection in
            guard let greeting else { return connection.hang() }
            connection.write(greeting + "\r\n")
            while let line = connection.line() {
                log.lines.withLock { $0.append(line) }
                if let answer = answers.first(where: { line.hasPrefix($0.key) })?.value {
                    guard answer != "hang" else { return connection.hang() }
                    connection.write(answer + "\r\n")
                } else if line.hasPrefix("EHLO") {
                    let lines = ["mail.test"] + offers
                    for offer in lines.dropLast() { connection.write("250-\(offer)\r\n") }
                    connection.write("250 \(lines.last!)\r\n")
                } else if line == "DATA" {
                    connection.write("354 go on\r\n")
                    var mail = ""
                    while let line = connection.line(), line != "." { mail += line + "\n" }
                    log.mails.withLock { $0.append(mail) }
                    connection.write((answers["."] ?? "250 taken") + "\r\n")
                } else {
                    connection.write("250 ok\r\n")
                }
            }
        }
    }

    func send(
        to recipients: [String] = ["a@x.test"], protection: MailServer.Protection = .none,
        credentials: (user: String, password: String)? = nil, times: HTTPTimes = HTTPTimes()
    ) throws -> MailReceipt {
        let server = MailServer(
            try MailServer.address("smtp://127.0.0.1:\(server.port)"), protection: protection, credentials: credentials,
            times: times)
        return try client.send(mail: message, from: "ingest@x.test", to: recipients, by: server)
    }
}

@Suite("Mail", .timeLimit(.minutes(1)))
struct MailTests {
    private func fault(_ body: () throws -> MailReceipt) -> HTTPFault? {
        do {
            _ = try body()
            return nil
        } catch { return error as? HTTPFault }
    }

    @Test("taken, with its points stuffed")
    func taken() throws {
        let script = MailScript()
        defer { script.server.stop() }
        #expect(try script.send(to: ["a@x.test", "b@x.test"]).refusals.isEmpty)
        #expect(script.lines.contains("RCPT TO:<a@x.test>") && script.lines.contains("RCPT TO:<b@x.test>"))
        #expect(script.lines.contains { $0.hasPrefix("MAIL FROM:<ingest@x.test>") })
        #expect(script.mails == ["Subject: x\n\n..dots\n...two\nend\n"])
    }

    @Test("one of three recipients is refused: the others get it, and the receipt says who did not")
    func oneRefused() throws {
        let script = MailScript(["RCPT TO:<b@": "550-5.1.1 No such user\r\n550 5.1.1 here"])
        defer { script.server.stop() }
        let receipt = try script.send(to: ["a@x.test", "b@x.test", "c@x.test"])
        #expect(receipt.refusals == [.init(recipient: "b@x.test", code: 550, text: "5.1.1 here")])
        #expect(!receipt.refusals[0].isTemporary && script.mails.count == 1)
        let greylisting = MailScript(["RCPT TO:<c@": "450 4.7.1 Come back later"])
        defer { greylisting.server.stop() }
        #expect(try greylisting.send(to: ["a@x.test", "c@x.test"]).refusals.map(\.isTemporary) == [true])
    }

    @Test("all are refused")
    func allRefused() throws {
        let script = MailScript(["RCPT TO:": "550 5.7.1 Relaying denied"])
        defer { script.server.stop() }
        let found = try #require(fault { try script.send(to: ["a@x.test", "b@x.test"]) })
        #expect(found.reason == .reply(550) && found.kind == .configuration && script.mails.isEmpty)
        #expect(found.message.contains("a@x.test: 550 5.7.1 Relaying denied"))
        let later = MailScript(["RCPT TO:": "451 4.7.1 Greylisted"])
        defer { later.server.stop() }
        #expect(fault { try later.send() }?.kind == .transient)
    }

    @Test("a wrong password, and a server that wants one")
    func passwords() throws {
        let wrong = MailScript(["AUTH": "535 5.7.8 Authentication credentials invalid"])
        defer { wrong.server.stop() }
        let found = try #require(fault { try wrong.send(credentials: ("u", "s3cret-word")) })
        #expect(found.reason == .credentials && found.kind == .configuration)
        #expect(!found.message.contains("s3cret") && found.message.contains("535"))
        let wants = MailScript(["MAIL FROM": "530 5.7.0 Authentication required"])
        defer { wants.server.stop() }
        let asked = try #require(fault { try wants.send() })
        #expect(asked.reason == .credentials && asked.remedy?.contains("username") == true)
    }

    @Test("no STARTTLS where it is wanted: nothing is sent, no password either")
    func noProtection() throws {
        let script = MailScript()
        defer { script.server.stop() }
        let found = try #require(fault { try script.send(protection: .startTLS, credentials: ("u", "p")) })
        #expect(found.reason == .protection && found.kind == .configuration && script.mails.isEmpty)
        #expect(!script.lines.contains { $0.hasPrefix("AUTH") || $0.hasPrefix("MAIL") })
    }

    @Test(
        "a server that hangs, wherever it does", arguments: [nil, "EHLO", "MAIL FROM", "RCPT TO", "DATA"] as [String?])
    func hangs(command: String?) throws {
        let script = MailScript(
            greeting: command == nil ? nil : "220 hi", command.map { [$0: "hang"] } ?? [:])
        defer { script.server.stop() }
        let clock = SystemClock()
        let began = clock.seconds
        let found = try #require(
            fault { try script.send(times: HTTPTimes(connectSeconds: 0.6, stallSeconds: 30, totalSeconds: 0.6)) })
        #expect(found.kind == .transient && clock.seconds - began < 10)
    }

    @Test(
        "a server that goes silent at the goodbye holds nobody up",
        arguments: [[:], ["AUTH": "535 5.7.8 no"], ["RCPT TO": "550 5.1.1 nobody"], [".": "552 5.3.4 too big"]])
    func silentGoodbye(answers: [String: String]) throws {
        let script = MailScript(answers.merging(["QUIT": "hang"]) { $1 })
        defer { script.server.stop() }
        let clock = SystemClock()
        let began = clock.seconds
        let times = HTTPTimes(connectSeconds: 15, stallSeconds: 15, totalSeconds: 15)
        let user = answers["AUTH"].map { _ in ("u", "s3cret-word") }
        let found = fault { try script.send(credentials: user, times: times) }
        #expect(
            (found == nil) == answers.isEmpty && (script.mails.count == 1) == (answers.isEmpty || answers["."] != nil))
        #expect(clock.seconds - began < 5, "\(clock.seconds - began) s")
    }

    @Test(
        "what a server's answer means",
        arguments: [
            ("421 4.3.2 Shutting down", FaultKind.transient), ("452 4.3.1 Mailbox full", .transient),
            ("552 5.3.4 Message too big", .configuration), ("554 5.7.1 Spam", .configuration),
        ])
    func answers(answer: String, kind: FaultKind) throws {
        for command in ["MAIL FROM", "."] {
            let script = MailScript([command: answer])
            defer { script.server.stop() }
            let found = try #require(fault { try script.send() })
            #expect(found.kind == kind && found.message.contains(answer.prefix(3)), "\(command): \(found)")
        }
    }

    @Test(
        "addresses cannot say anything else",
        arguments: ["a@x.test>\r\nRCPT TO:<b@x.test", "a b@x.test", "", "é@x.test"])
    func injection(address: String) throws {
        let script = MailScript()
        defer { script.server.stop() }
        #expect(fault { try script.send(to: [address]) }?.reason == .request)
        #expect(script.lines.isEmpty)
    }
}
