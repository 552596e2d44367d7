import CODBC
import Ports
import Synchronization

/// One connection to a database through a driver. Every wait has a deadline and ends at once when the stop signal is
/// raised, whatever the driver does meanwhile.
///
/// Used by one thread at a time, apart from `interrupt()`.
package final class ODBCConnection: @unchecked Sendable {
    package let place: String
    package let options: ODBCOptions
    package let quirks: Quirks
    /// SQL_DBMS_NAME, SQL_DBMS_VER, SQL_DRIVER_NAME, SQL_DRIVER_VER, SQL_IDENTIFIER_QUOTE_CHAR.
    package let identity: DriverIdentity
    let stop: StopSignal
    let redactor: Redactor
    let thread: DriverThread
    let handle: ConnectionHandle
    private let cancelFlag = CancelFlag()
    /// What runs now; taken by whoever wants to stop it.
    private let running = Mutex<StatementHandle?>(nil)
    private let kill = Mutex<StatementKill?>(nil)
    private let clock = SystemClock()
    /// A call never came back: the thread and the handles are its own from then on.
    private var isAbandoned = false
    private var isClosed = false

    package static func connect(
        _ target: ODBCTarget, options: ODBCOptions = ODBCOptions(), stop: StopSignal
    ) throws(ODBCFault) -> ODBCConnection {
        if stop.isRaised { throw .cancelled("connecting to \(target.place)") }
        let thread = try DriverThread()
        let call = thread.submit { () throws(ODBCFault) -> (ConnectionHandle, DriverIdentity) in
            let handle = try ConnectionHandle()
            try handle.connect(target, options: options)
            return (handle, DriverIdentity(handle))
        }
        let end = thread.wait(for: call, until: SystemClock().seconds + options.loginSeconds, stop: stop)
        switch end {
        case .done:
            do {
                let (handle, identity) = try call.result()
                return ODBCConnection(
                    thread: thread, handle: handle, identity: identity, target: target, options: options, stop: stop)
            } catch {
                thread.end()
                throw error
            }
        // The thread goes when the driver comes back, and disconnects if it came back with a connection.
        case .stopped:
            thread.end()
            throw .cancelled("connecting to \(target.place)")
        case .deadline:
            thread.end()
            throw ODBCFault(
                .transient, "Connecting to \(target.place) took longer than \(Int(options.loginSeconds)) s",
                remedy:
                    "Check host and port, and that no firewall drops the packets; connect_timeout changes the limit.")
        }
    }

    private init(
        thread: DriverThread, handle: ConnectionHandle, identity: DriverIdentity, target: ODBCTarget,
        options: ODBCOptions, stop: StopSignal
    ) {
        self.thread = thread
        self.handle = handle
        self.identity = identity
        self.options = options
        self.stop = stop
        place = target.place
        redactor = target.redactor
        quirks = Quirks(driver: identity.driver, version: identity.driverVersion, database: identity.database)
        if quirks.isNotThreadSafe { thread.serialise(by: .of(driver: identity.driver)) }
    }

    deinit { close() }

    // MARK: - Calls

    /// Has `body` done on the driver's thread and waits for it.
    func call<R: Sendable>(
        _ doing: String, _ body: @escaping @Sendable () throws(ODBCFault) -> R
    ) throws(ODBCFault) -> R {
        try finish(try start(body), doing)
    }

    func start<R: Sendable>(
        _ body: @escaping @Sendable () throws(ODBCFault) -> R
    ) throws(ODBCFault) -> DriverCall<R> {
        guard !isAbandoned && !isClosed else {
            throw ODBCFault(.transient, "The connection to \(place) is closed")
        }
        let handle = handle
        return thread.submit { () throws(ODBCFault) -> R in
            handle.freeRetired()
            return try body()
        }
    }

    func finish<R: Sendable>(_ call: DriverCall<R>, _ doing: String) throws(ODBCFault) -> R {
        guard !isAbandoned else { throw ODBCFault(.transient, "The connection to \(place) is closed") }
        switch thread.wait(for: call, until: clock.seconds + options.stallSeconds, stop: stop) {
        case .done: return try call.result()
        case .stopped:
            giveUp(call)
            throw .cancelled(doing)
        case .deadline:
            giveUp(call)
            throw ODBCFault(
                .transient, "Nothing came from \(place) for \(Int(options.stallSeconds)) s while \(doing)",
                remedy: "The connection counts as dead. If the statement needs this long, raise the stall timeout.")
        }
    }

    /// Asks the driver to stop; one that does not within the grace time keeps its thread, and we go on without it.
    private func giveUp<R: Sendable>(_ call: DriverCall<R>) {
        interrupt()
        let end = thread.wait(for: call, until: clock.seconds + options.graceSeconds, stop: nil)
        if end != .done { isAbandoned = true }
    }

    /// Has the driver stop what nobody waits for any more. False: it is done.
    func abandon<R: Sendable>(_ call: DriverCall<R>) -> Bool {
        guard !isAbandoned && !isClosed, !call.isSettled else { return false }
        giveUp(call)
        return true
    }

    /// Has `body` done without waiting for it.
    func submitCleanUp(_ body: @escaping @Sendable () -> Void) {
        // Also where a call did not come back: once it does, the connection is closed, and this comes before.
        guard !isClosed else { return }
        _ = thread.submit { () throws(ODBCFault) in body() }
    }

    /// Stops the statement that runs. From any thread.
    func interrupt() {
        cancelFlag.set(true)
        guard !quirks.isNotThreadSafe, let statement = running.withLock({ $0 }) else { return }
        if quirks.cancelsUnsafely {
            kill.withLock { $0 }?.send()
        } else {
            StatementCancel.send(statement)
        }
    }

    /// How the server is told to stop this connection's statement, where SQLCancel is not safe.
    func setKill(_ kill: StatementKill) { self.kill.withLock { $0 = kill } }

    func makeStatement() throws(ODBCFault) -> StatementHandle {
        let (handle, redactor, product, flag) = (handle, redactor, quirks.product, cancelFlag)
        let seconds = options.querySeconds
        return try call("making a statement") { () throws(ODBCFault) in
            let statement = try StatementHandle(handle, product: product, redactor: redactor, cancelled: flag)
            if let seconds { statement.set(SQL_ATTR_QUERY_TIMEOUT, to: seconds) }
            return statement
        }
    }

    /// Makes a statement the one that `interrupt()` stops.
    func watch(_ statement: StatementHandle?) {
        cancelFlag.set(false)
        running.withLock { $0 = statement }
    }

    // MARK: - Transactions

    /// Off: statements stand in a transaction, which ends with the connection or by a statement of its own.
    package func setAutocommit(_ isOn: Bool) throws(ODBCFault) {
        let (handle, redactor, product) = (handle, redactor, quirks.product)
        try call("setting up the session") { () throws(ODBCFault) in
            guard handle.set(SQL_ATTR_AUTOCOMMIT, to: Int(isOn ? SQL_AUTOCOMMIT_ON : SQL_AUTOCOMMIT_OFF)) else {
                throw FaultTable.fault(
                    Diagnostic.records(of: handle.raw, kind: SQL_HANDLE_DBC), doing: .other("setting up the session"),
                    product: product, redactor: redactor)
            }
        }
    }

    /// Stops what runs, then disconnects. Idempotent. What a driver does not do within the grace time, its own thread
    /// does whenever the driver lets it.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        watch(nil)
        let handle = handle
        let call = thread.submit { () throws(ODBCFault) in handle.disconnect() }
        thread.end()
        if !isAbandoned { _ = thread.wait(for: call, until: clock.seconds + options.graceSeconds, stop: nil) }
    }
}

/// What a connected driver says of itself and of the database.
package struct DriverIdentity: Equatable, Sendable {
    package var driver: String
    package var driverVersion: String
    package var database: String
    package var databaseVersion: String
    /// Of names; empty or blank where there is none.
    package var quote: String
    /// SQL_GETDATA_EXTENSIONS.
    var getData: Int

    init(_ handle: ConnectionHandle) {
        driver = handle.textInfo(SQL_DRIVER_NAME)
        driverVersion = handle.textInfo(SQL_DRIVER_VER)
        database = handle.textInfo(SQL_DBMS_NAME)
        databaseVersion = handle.textInfo(SQL_DBMS_VER)
        quote = handle.textInfo(SQL_IDENTIFIER_QUOTE_CHAR)
        getData = handle.numberInfo(SQL_GETDATA_EXTENSIONS)
    }
}
