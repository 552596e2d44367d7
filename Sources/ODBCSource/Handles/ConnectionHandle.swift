import CODBC
import Glibc
import Ports
import Synchronization

/// Owns one connection handle. Used on its connection's driver thread only.
///
/// `@unchecked Sendable`: that rule. Exceptions are `raw` in SQLCancel and friends, which the standard allows from
/// other threads, those are made on statement handles; and `runsAside`.
final class ConnectionHandle: @unchecked Sendable {
    let raw: SQLHDBC
    private var isConnected = false
    private let retired = RetiredStatements()
    /// A statement runs on another thread (`ResultAhead`): nothing but fetches may be asked of the connection.
    let runsAside = Atomic<Bool>(false)

    init() throws(ODBCFault) {
        let environment = try Environment.handle()
        var handle: SQLHANDLE?
        guard SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_DBC), environment, &handle) == SQL_SUCCESS, let handle else {
            throw ODBCFault(.permanent, "The ODBC driver manager gives no connection handle")
        }
        raw = handle
        LiveHandles.connections.add(1, ordering: .relaxed)
    }

    deinit {
        disconnect()
        SQLFreeHandle(SQLSMALLINT(SQL_HANDLE_DBC), raw)
        LiveHandles.connections.subtract(1, ordering: .relaxed)
    }

    func connect(_ target: ODBCTarget, options: ODBCOptions) throws(ODBCFault) {
        // Drivers that heed it give up by themselves and leave no thread behind.
        let seconds = max(1, Int(options.loginSeconds))
        _ = SQLSetConnectAttrW(raw, SQLINTEGER(SQL_ATTR_LOGIN_TIMEOUT), SQLPOINTER(bitPattern: seconds), 0)
        var text = WideText.units(target.connectionString)
        // More than a SQLSMALLINT could count is nobody's connection string.
        guard text.count < Int16.max else {
            throw ODBCFault(.configuration, "The connection string for \(target.place) is too long")
        }
        let code = SQLDriverConnectW(
            raw, nil, &text, SQLSMALLINT(text.count - 1), nil, 0, nil, SQLUSMALLINT(SQL_DRIVER_NOPROMPT))
        let records = code == SQL_SUCCESS ? [] : Diagnostic.records(of: raw, kind: SQL_HANDLE_DBC)
        for index in text.indices { text[index] = 0 }
        guard ReturnCode.succeeded(code) else {
            throw FaultTable.fault(
                records, doing: .connecting(target.place), product: .other, redactor: target.redactor)
        }
        isConnected = true
    }

    func disconnect() {
        guard isConnected else { return }
        isConnected = false
        while runsAside.load(ordering: .acquiring) { usleep(1000) }
        retired.freeAll()
        if SQLDisconnect(raw) != SQL_SUCCESS {
            // 25000: a transaction is open.
            SQLEndTran(SQLSMALLINT(SQL_HANDLE_DBC), raw, SQLSMALLINT(SQL_ROLLBACK))
            SQLDisconnect(raw)
        }
    }

    /// Nobody uses it any more: the driver's thread frees it, before its next call or when it disconnects.
    func retire(_ statement: SQLHSTMT, _ cancellations: Cancellations) { retired.add(statement, cancellations) }

    func freeRetired() { if !runsAside.load(ordering: .acquiring) { retired.freeIdle() } }

    func textInfo(_ kind: Int32) -> String {
        var units = [SQLWCHAR](repeating: 0, count: 256)
        var length: SQLSMALLINT = 0
        // In bytes; two are kept back as a terminator.
        let code = SQLGetInfoW(raw, SQLUSMALLINT(kind), &units, SQLSMALLINT(units.count * 2 - 2), &length)
        return ReturnCode.succeeded(code) ? WideText.string(units) : ""
    }

    func numberInfo(_ kind: Int32) -> Int {
        // Some of these are 16 bits wide, and drivers write as many.
        var value: UInt64 = 0
        var length: SQLSMALLINT = 0
        let code = SQLGetInfoW(raw, SQLUSMALLINT(kind), &value, 4, &length)
        return ReturnCode.succeeded(code) ? Int(UInt32(truncatingIfNeeded: value)) : 0
    }

    func set(_ attribute: Int32, to value: Int) -> Bool {
        ReturnCode.succeeded(SQLSetConnectAttrW(raw, SQLINTEGER(attribute), SQLPOINTER(bitPattern: value), 0))
    }
}

/// The driver manager's environment, one for the process: it is never freed, as connections that hang may use it to the
/// end.
enum Environment {
    // SAFETY: written once by the lazy initialiser; unixODBC protects what is behind it by its own lock.
    nonisolated(unsafe) private static let shared: SQLHENV? = {
        var handle: SQLHANDLE?
        guard SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_ENV), nil, &handle) == SQL_SUCCESS, let handle else { return nil }
        SQLSetEnvAttr(handle, SQLINTEGER(SQL_ATTR_ODBC_VERSION), SQLPOINTER(bitPattern: Int(SQL_OV_ODBC3)), 0)
        return handle
    }()

    static func handle() throws(ODBCFault) -> SQLHENV {
        guard let shared else {
            throw ODBCFault(.permanent, "The ODBC driver manager (unixODBC) cannot be started")
        }
        return shared
    }
}
