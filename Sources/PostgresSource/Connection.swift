import CLibpq
import Glibc
import Ports
import Synchronization

/// Owns one PGconn. Every wait has a deadline and ends at once when the stop signal is raised.
///
/// `@unchecked Sendable`: "no two threads may attempt to manipulate the same PGconn object at the same time"
/// (https://www.postgresql.org/docs/current/libpq-threading.html). A connection belongs to one reader, or to the one
/// place in `PostgresRead` or `ConnectionShelf` that takes it out before use; it moves between threads but is never shared.
final class Connection: @unchecked Sendable {
    let raw: OpaquePointer
    let settings: ConnectionSettings
    /// Of whoever uses it now.
    private(set) var stop: StopSignal
    /// Where it is given back to; nil where it lies there, or belongs to nobody else.
    var lender: ConnectionShelf?
    /// How long a silence is borne, in seconds.
    private var patience: Double
    private(set) var isClosed = false
    /// Whether we asked the server to cancel, which tells our 57014 from a timeout's.
    var weCancelled = false
    /// Ordinary statements and COPY alike.
    private(set) var longestQuerySeconds = 0.0
    private var statementStart = 0.0
    /// The last statement failed, and the server may not have said yet that it is ready for another one.
    private var hasFailed = false

    /// Takes over a connection that is established.
    init(owning raw: OpaquePointer, settings: ConnectionSettings, stop: StopSignal) {
        self.raw = raw
        self.settings = settings
        self.stop = stop
        patience = settings.stallTimeout
        LiveHandles.connections.add(1, ordering: .relaxed)
    }

    deinit { close() }

    /// Stops what runs on the server, then disconnects. Idempotent.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        if PQtransactionStatus(raw) == PQTRANS_ACTIVE { cancel() }
        PQfinish(raw)
        LiveHandles.connections.subtract(1, ordering: .relaxed)
        lender?.placeIsFree()
        lender = nil
    }

    /// Changes hands.
    func adopt(_ stop: StopSignal) {
        self.stop = stop
        weCancelled = false
        longestQuerySeconds = 0
    }

    /// Housekeeping, which nobody should have to wait for long.
    func tidy(_ sql: String) -> Bool {
        patience = min(5, settings.stallTimeout)
        defer { patience = settings.stallTimeout }
        let doing = "tidying up a session"
        if hasFailed, (try? settle(doing: doing)) == nil { return false }
        return isAtRest && (try? execute(sql, doing: doing)) != nil
    }

    /// Asks the server to stop the running statement.
    func cancel() {
        weCancelled = true
        CancelHandle(raw)?.send()
    }

    func makeCancelHandle() -> CancelHandle? { CancelHandle(raw) }

    var isInTransaction: Bool { !isClosed && PQtransactionStatus(raw) == PQTRANS_INTRANS }
    /// Nothing runs on it.
    var isAtRest: Bool {
        !isClosed && PQstatus(raw) == CONNECTION_OK && PQtransactionStatus(raw) != PQTRANS_ACTIVE
            && PQtransactionStatus(raw) != PQTRANS_UNKNOWN
    }
    var serverVersion: Int { settings.assumedServerVersion ?? Int(PQserverVersion(raw)) }
    /// Backslashes in ordinary text constants mean something.
    var hasBackslashEscapes: Bool { parameter("standard_conforming_strings") == "off" }
    /// The database takes any bytes for text.
    var hasNoEncoding: Bool { parameter("server_encoding") == "SQL_ASCII" }
    func parameter(_ name: String) -> String? { PQparameterStatus(raw, name).map { String(cString: $0) } }

    /// "sales on db.example:5432", for messages.
    var place: String {
        let host = PQhost(raw).map { String(cString: $0) } ?? ""
        let database = PQdb(raw).map { String(cString: $0) } ?? ""
        return "\(database) on \(host):\(PQport(raw).map { String(cString: $0) } ?? "")"
    }

    var user: String { PQuser(raw).map { String(cString: $0) } ?? "" }

    // MARK: - Statements

    /// Runs one or several statements and returns the last one's result. `doing` completes "… while".
    func execute(_ sql: String, doing: String) throws(PostgresFault) -> QueryResult {
        try start(doing) { PQsendQuery($0, sql) }
        return try lastResult(doing)
    }

    /// Runs a statement that holds a user's text. The protocol for this takes exactly one, so whatever stands in the text, no
    /// second one is run behind it.
    func executeOne(_ sql: String, doing: String) throws(PostgresFault) -> QueryResult {
        try start(doing) { PQsendQueryParams($0, sql, 0, nil, nil, nil, nil, 0) }
        return try lastResult(doing)
    }

    /// What the present transaction has to itself.
    func transactionStart(doing: String) throws(PostgresFault) -> String {
        let row = try execute("SELECT pg_catalog.now(), pg_catalog.pg_backend_pid()", doing: doing)
        return (row[0, 0] ?? "") + " " + (row[0, 1] ?? "")
    }

    /// Parses a statement on the server without running it, under the unnamed name.
    func prepare(_ sql: String, doing: String) throws(PostgresFault) -> QueryResult {
        try start(doing) { PQsendPrepare($0, "", sql, 0, nil) }
        _ = try lastResult(doing)
        try start(doing) { PQsendDescribePrepared($0, "") }
        return try lastResult(doing)
    }

    /// Runs a COPY … TO STDOUT up to the point where data comes.
    func startCopy(_ sql: String, doing: String) throws(PostgresFault) {
        try start(doing) { PQsendQueryParams($0, sql, 0, nil, nil, nil, nil, 0) }
        try waitForResult(doing)
        guard let result = PQgetResult(raw).map({ QueryResult(owning: $0) }) else {
            throw lost(doing)
        }
        switch result.outcome {
        case .copyOut where result.isBinary: return
        case .failed:
            let complaint = result.complaint
            hasFailed = true
            drain()
            throw fault(complaint, doing)
        default:
            drain()
            throw PostgresFault(
                .corruptStream, kind: .permanent, "The server sent no binary COPY stream while \(doing)")
        }
    }

    /// After the last data of a COPY: how many rows the server says it sent.
    func endCopy(doing: String) throws(PostgresFault) -> Int {
        guard let rows = try lastResult(doing).commandRows else {
            throw PostgresFault(
                .corruptStream, kind: .permanent, "The server did not say how many rows it sent while \(doing)")
        }
        return rows
    }

    /// Waits until bytes can be read, and reads what is there.
    func waitForData(doing: String) throws(PostgresFault) {
        try wait(for: Int16(POLLIN), until: MonotonicClock.now + patience, doing)
        guard PQconsumeInput(raw) == 1 else { throw lost(doing) }
    }

    /// How often to read before `poll` may be asked. TLS hands out data by records of up to 16 KiB, and libpq takes a part of one
    /// where its buffer has no room: the rest lies in the TLS library, where `poll` does not see it.
    var readsBeforeWaiting: Int { PQsslInUse(raw) == 1 ? 3 : 1 }

    /// Without waiting.
    func readAvailable(doing: String) throws(PostgresFault) {
        guard PQconsumeInput(raw) == 1 else { throw lost(doing) }
    }

    private func start(_ doing: String, _ send: (OpaquePointer) -> Int32) throws(PostgresFault) {
        if stop.isRaised { throw .cancelled(doing) }
        guard !isClosed else {
            throw PostgresFault(.connection, kind: .transient, "The connection was closed before \(doing)")
        }
        statementStart = MonotonicClock.now
        hasFailed = false
        guard send(raw) == 1 else { throw lost(doing) }
    }

    private func lastResult(_ doing: String) throws(PostgresFault) -> QueryResult {
        var last: QueryResult?
        while true {
            try waitForResult(doing)
            guard let next = PQgetResult(raw) else { break }
            let result = QueryResult(owning: next)
            if result.outcome == .failed {
                let complaint = result.complaint
                hasFailed = true
                drain()
                throw fault(complaint, doing)
            }
            last = consume result
        }
        longestQuerySeconds = max(longestQuerySeconds, MonotonicClock.now - statementStart)
        guard let last else { throw lost(doing) }
        return last
    }

    private func waitForResult(_ doing: String) throws(PostgresFault) {
        // Before the first byte there is nothing to read.
        var reads = readsBeforeWaiting
        while true {
            let flushed = PQflush(raw)
            guard flushed >= 0 else { throw lost(doing) }
            if flushed == 0 && PQisBusy(raw) == 0 { return }
            if reads < readsBeforeWaiting {
                reads += 1
            } else {
                try wait(
                    for: Int16(POLLIN) | (flushed == 1 ? Int16(POLLOUT) : 0),
                    until: MonotonicClock.now + patience, doing)
                reads = 1
            }
            guard PQconsumeInput(raw) == 1 else { throw lost(doing) }
        }
    }

    /// Waits until the server is done with a statement that failed, so that the next can be sent.
    func settle(doing: String) throws(PostgresFault) {
        while true {
            try waitForResult(doing)
            guard let rest = PQgetResult(raw) else { return }
            _ = QueryResult(owning: rest)
        }
    }

    /// Takes the results that are there already after an error, so that the connection can be used again.
    private func drain() {
        while PQisBusy(raw) == 0, let rest = PQgetResult(raw) { _ = QueryResult(owning: rest) }
    }

    // MARK: - Waiting

    private func wait(for events: Int16, until deadline: Double, _ doing: String) throws(PostgresFault) {
        switch SocketWait.wait(socket: PQsocket(raw), events: events, stop: stop, until: deadline) {
        case .ready: return
        case .stopped:
            cancel()
            throw .cancelled(doing)
        case .late:
            let fault = PostgresFault(
                .stalled, kind: .transient,
                "No byte came from \(place) for \(Int(settings.stallTimeout)) s while \(doing)",
                remedy: "Look at the server's load and at the network; raise the stall timeout if a query needs longer "
                    + "before its first row.")
            cancel()
            throw fault
        }
    }

    // MARK: - Faults

    /// What libpq says when there is no result to ask: the connection is gone.
    func lost(_ doing: String) -> PostgresFault {
        let said = settings.redacted(String(cString: PQerrorMessage(raw)).trimmingSpaces())
        if stop.isRaised { return .cancelled(doing) }
        return PostgresFault(
            .connection, kind: .transient,
            "The connection to \(place) was lost while \(doing)" + (said.isEmpty ? "" : ": " + said))
    }

    func fault(_ complaint: ServerComplaint, _ doing: String) -> PostgresFault {
        if PQstatus(raw) == CONNECTION_BAD && complaint.sqlstate == nil { return lost(doing) }
        let weCancelled = weCancelled || stop.isRaised
        let kind = SQLState.kind(complaint.sqlstate, weCancelled: weCancelled)
        if kind == .cancelled { return .cancelled(doing) }
        return PostgresFault(
            .server, kind: kind, "PostgreSQL refused while \(doing): " + settings.redacted(complaint.text),
            remedy: Remedy.text(sqlstate: complaint.sqlstate, hint: complaint.hint, user: user),
            sqlstate: complaint.sqlstate)
    }
}
