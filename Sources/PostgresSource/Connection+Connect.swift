import CLibpq
import Glibc
import Ports

extension Connection {
    /// Connects as psql would, with a deadline, and ends at once when the stop signal is raised.
    static func connect(_ settings: ConnectionSettings, stop: StopSignal) throws(PostgresFault) -> Connection {
        if stop.isRaised { throw .cancelled("connecting") }
        let parameters = settings.parameters
        guard
            let raw = withCStrings(
                parameters.map(\.keyword), parameters.map(\.value), { PQconnectStartParams($0, $1, 0) })
        else { throw PostgresFault(.connection, kind: .transient, "Connecting failed: out of memory") }
        // From here on the connection has an owner, whatever is thrown.
        let connection = Connection(owning: raw, settings: settings, stop: stop)
        // So that a refusal names its SQLSTATE: libpq keeps no result of a failed start.
        PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        // NOTICE and WARNING messages go nowhere instead of to our standard error.
        PQsetNoticeReceiver(raw, { _, _ in }, nil)
        guard PQstatus(raw) != CONNECTION_BAD else { throw refusal(raw, settings, kind: .configuration, isEarly: true) }
        let timeout = options(of: raw)["connect_timeout"].flatMap { Int($0) }.flatMap { $0 > 0 ? max($0, 2) : nil }
        let deadline = MonotonicClock.now + Double(timeout ?? settings.defaultConnectTimeout)
        var events = Int16(POLLOUT)
        var stage = CONNECTION_STARTED
        while true {
            switch SocketWait.wait(socket: PQsocket(raw), events: events, stop: stop, until: deadline) {
            case .ready: break
            case .stopped: throw .cancelled("connecting to \(connection.place)")
            case .late:
                let inForce = options(of: raw)
                let list = HostList(hosts: inForce["host"], addresses: inForce["hostaddr"], ports: inForce["port"])
                if let rest = list.rest(
                    after: PQhost(raw).map { String(cString: $0) } ?? "",
                    port: PQport(raw).map { String(cString: $0) } ?? "")
                {
                    connection.close()
                    return try connect(settings.overriding(rest), stop: stop)
                }
                throw PostgresFault(
                    .connection, kind: .transient,
                    "Connecting to \(connection.place) took longer than \(timeout ?? settings.defaultConnectTimeout) s",
                    remedy:
                        "Check host and port, and that no firewall drops the packets; connect_timeout changes the limit."
                )
            }
            let state = PQstatus(raw)
            if state != CONNECTION_BAD { stage = state }
            let isAlerted = stage == CONNECTION_SSL_STARTUP && ServerHangup.isAlertPending(on: PQsocket(raw))
            switch PQconnectPoll(raw) {
            case PGRES_POLLING_READING: events = Int16(POLLIN)
            case PGRES_POLLING_WRITING: events = Int16(POLLOUT)
            case PGRES_POLLING_OK:
                PQsetErrorVerbosity(raw, PQERRORS_DEFAULT)
                connection.setKeepalives()
                return connection
            default:
                let isRefused =
                    stage == CONNECTION_SSL_STARTUP && (isAlerted || !ServerHangup.hasEnded(PQsocket(raw)))
                throw refusal(raw, settings, kind: isRefused ? .configuration : nil)
            }
        }
    }

    /// What the connection was refused for. libpq leaves only text, in its verbose form "FATAL:  28P01: message"; the
    /// SQLSTATE in it decides, and where there is none, the stage that was reached: `isEarly` is before anything was sent, when a name or a socket was not found.
    private static func refusal(
        _ raw: OpaquePointer, _ settings: ConnectionSettings, kind stageKind: FaultKind?, isEarly: Bool = false
    ) -> PostgresFault {
        let needsPassword = PQconnectionNeedsPassword(raw) == 1
        let said = settings.redacted(String(cString: PQerrorMessage(raw)).trimmingSpaces())
        let user = PQuser(raw).map { String(cString: $0) } ?? ""
        let (sqlstate, message) = splitVerbose(said)
        var kind = sqlstate.map { SQLState.kind($0) } ?? stageKind ?? .transient
        if sqlstate == nil && needsPassword { kind = .configuration }
        // 53300 and 57P03 pass by themselves; 42501 on CONNECT does not.
        if sqlstate == "42501" { kind = .configuration }
        var remedy = Remedy.text(sqlstate: sqlstate, hint: nil, user: user)
        if sqlstate == nil {
            if needsPassword {
                remedy = "Give a password: in ~/.pgpass, in PGPASSWORD, or in the connection settings."
            } else if isEarly {
                remedy = "Check host, port and the other settings, and that the server runs there."
            } else if stageKind == .configuration {
                remedy = "Check sslmode and the certificates; psql with the same settings must be able to connect."
            } else {
                remedy = "Check host and port, and that the server runs and listens there."
            }
        }
        return PostgresFault(.connection, kind: kind, "Cannot connect: " + message, remedy: remedy, sqlstate: sqlstate)
    }

    /// "… FATAL:  28P01: text\nLOCATION:  auth.c:330" as ("28P01", "… FATAL: text").
    static func splitVerbose(_ said: String) -> (sqlstate: String?, message: String) {
        var sqlstate: String?
        let lines = said.split(separator: "\n").compactMap { line -> String? in
            // libpq's own advice, which our remedy repeats.
            if line.hasPrefix("LOCATION:  ") || line.hasPrefix("\tIs the server running ") { return nil }
            guard let gap = line.firstRange(of: ":  ") else { return String(line) }
            let rest = line[gap.upperBound...]
            let code = rest.prefix(5)
            guard code.utf8.count == 5, rest.dropFirst(5).hasPrefix(": "),
                code.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
            else { return String(line) }
            // Several hosts or addresses: the last refusal stands, as it is what libpq gave up on.
            sqlstate = String(code)
            return line[..<gap.lowerBound] + ": " + rest.dropFirst(7)
        }
        return (sqlstate, lines.joined(separator: "\n"))
    }

    /// The settings in force, after variables and service files. Unset ones are absent.
    private static func options(of raw: OpaquePointer) -> [String: String] {
        guard let list = PQconninfo(raw) else { return [:] }
        defer { PQconninfoFree(list) }
        var out = [String: String]()
        var i = 0
        while let keyword = list[i].keyword {
            if let value = list[i].val { out[String(cString: keyword)] = String(cString: value) }
            i += 1
        }
        return out
    }

    /// Where the settings leave keepalives to the system (two hours in Linux), a dead peer is noticed in two minutes.
    private func setKeepalives() {
        let options = Self.options(of: raw)
        guard options["keepalives"] != "0" else { return }
        let wanted: [(String, Int32, Int32)] = [
            ("keepalives_idle", TCP_KEEPIDLE, 60), ("keepalives_interval", TCP_KEEPINTVL, 10),
            ("keepalives_count", TCP_KEEPCNT, 6),
        ]
        for (name, option, value) in wanted where options[name] == nil {
            var value = value
            // A Unix socket refuses, and needs none.
            _ = setsockopt(PQsocket(raw), Int32(IPPROTO_TCP), option, &value, socklen_t(MemoryLayout<Int32>.size))
        }
    }

    private static func withCStrings<R>(
        _ keywords: [String], _ values: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        let copies = (keywords + values).map { strdup($0) }
        // The password is among them.
        defer {
            for copy in copies {
                if let copy { explicit_bzero(copy, strlen(copy)) }
                free(copy)
            }
        }
        var first = copies.prefix(keywords.count).map { UnsafePointer($0) }
        var second = copies.suffix(values.count).map { UnsafePointer($0) }
        first.append(nil)
        second.append(nil)
        return body(first, second)
    }
}
