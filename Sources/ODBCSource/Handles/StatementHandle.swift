import CODBC
import Ports
import Synchronization

/// Owns one statement handle. Used on its connection's driver thread only, or on that of `ResultAhead` while it runs.
///
/// `@unchecked Sendable`: that rule, with one exception. "SQLCancel … canceling a function running on the statement on
/// another thread" (https://learn.microsoft.com/sql/odbc/reference/syntax/sqlcancel-function): see `StatementCancel`.
final class StatementHandle: @unchecked Sendable {
    let raw: SQLHSTMT
    let product: DatabaseProduct
    let redactor: Redactor
    /// Whether a cancellation was asked for; drivers call what follows by many names.
    let cancelled: CancelFlag
    /// Of this handle, under way on threads of their own.
    let cancellations = Cancellations()
    /// Is kept until its statements are gone.
    let connection: ConnectionHandle
    /// What the bound parameters point to.
    private var parameters: [UnsafeMutableBufferPointer<SQLWCHAR>] = []
    private var parameterLengths: UnsafeMutableBufferPointer<SQLLEN>?
    private var isPrepared = false

    init(
        _ connection: ConnectionHandle, product: DatabaseProduct, redactor: Redactor, cancelled: CancelFlag
    ) throws(ODBCFault) {
        var handle: SQLHANDLE?
        let code = SQLAllocHandle(SQLSMALLINT(SQL_HANDLE_STMT), connection.raw, &handle)
        guard ReturnCode.succeeded(code), let handle else {
            throw FaultTable.fault(
                Diagnostic.records(of: connection.raw, kind: SQL_HANDLE_DBC), doing: .other("making a statement"),
                product: product, redactor: redactor)
        }
        raw = handle
        self.connection = connection
        self.product = product
        self.redactor = redactor
        self.cancelled = cancelled
        LiveHandles.statements.add(1, ordering: .relaxed)
    }

    deinit {
        connection.retire(raw, cancellations)
        freeParameters()
        LiveHandles.statements.subtract(1, ordering: .relaxed)
    }

    /// What the last call said. Must be read at once.
    func records() -> [Diagnostic] { Diagnostic.records(of: raw, kind: SQL_HANDLE_STMT) }

    func fault(_ doing: String) -> ODBCFault { fault(records(), doing) }

    func fault(_ records: [Diagnostic], _ doing: String) -> ODBCFault {
        FaultTable.fault(
            records, doing: .other(doing), product: product, redactor: redactor, weCancelled: cancelled.isSet)
    }

    func check(_ code: SQLRETURN, _ doing: String) throws(ODBCFault) {
        guard ReturnCode.succeeded(code) else { throw fault(doing) }
    }

    /// Whether the driver took it.
    @discardableResult
    func set(_ attribute: Int32, to value: Int) -> Bool {
        ReturnCode.succeeded(SQLSetStmtAttrW(raw, SQLINTEGER(attribute), SQLPOINTER(bitPattern: value), 0))
    }

    @discardableResult
    func set(_ attribute: Int32, to pointer: UnsafeMutableRawPointer?) -> Bool {
        ReturnCode.succeeded(SQLSetStmtAttrW(raw, SQLINTEGER(attribute), pointer, 0))
    }

    func prepare(_ sql: String, doing: String) throws(ODBCFault) {
        closeCursor()
        var text = WideText.units(sql)
        try check(SQLPrepareW(raw, &text, SQLINTEGER(text.count - 1)), doing)
        isPrepared = true
    }

    /// Runs what was prepared.
    func execute(_ values: [String], doing: String) throws(ODBCFault) {
        precondition(isPrepared, "prepare a statement first")
        closeCursor()
        try bind(values, doing: doing)
        let code = SQLExecute(raw)
        // No data: a statement that changed nothing.
        guard code == SQL_NO_DATA || ReturnCode.succeeded(code) else { throw fault(doing) }
    }

    func executeDirectly(_ sql: String, doing: String) throws(ODBCFault) {
        closeCursor()
        var text = WideText.units(sql)
        let code = SQLExecDirectW(raw, &text, SQLINTEGER(text.count - 1))
        guard code == SQL_NO_DATA || ReturnCode.succeeded(code) else { throw fault(doing) }
    }

    func closeCursor() { SQLFreeStmt(raw, SQLUSMALLINT(SQL_CLOSE)) }

    var resultColumnCount: Int {
        var count: SQLSMALLINT = 0
        return ReturnCode.succeeded(SQLNumResultCols(raw, &count)) ? Int(count) : 0
    }

    /// Of a result that is in memory; 0 where the driver does not tell.
    var rowCount: Int {
        var count: SQLLEN = 0
        return ReturnCode.succeeded(SQLRowCount(raw, &count)) ? max(0, count) : 0
    }

    var parameterCount: Int {
        var count: SQLSMALLINT = 0
        return ReturnCode.succeeded(SQLNumParams(raw, &count)) ? Int(count) : 0
    }

    /// As text: the SQL casts each to the type it wants.
    private func bind(_ values: [String], doing: String) throws(ODBCFault) {
        SQLFreeStmt(raw, SQLUSMALLINT(SQL_RESET_PARAMS))
        freeParameters()
        guard !values.isEmpty else { return }
        let lengths = UnsafeMutableBufferPointer<SQLLEN>.allocate(capacity: values.count)
        parameterLengths = lengths
        for (index, value) in values.enumerated() {
            let units = Array(value.utf16)
            let copy = UnsafeMutableBufferPointer<SQLWCHAR>.allocate(capacity: units.count + 1)
            _ = copy.initialize(from: units + [0])
            parameters.append(copy)
            lengths[index] = units.count * 2
            try check(
                SQLBindParameter(
                    raw, SQLUSMALLINT(index + 1), SQLSMALLINT(SQL_PARAM_INPUT), SQLSMALLINT(SQL_C_WCHAR),
                    SQLSMALLINT(SQL_WVARCHAR), SQLULEN(max(1, units.count)), 0, copy.baseAddress,
                    SQLLEN((units.count + 1) * 2), lengths.baseAddress! + index),
                doing)
        }
    }

    private func freeParameters() {
        for buffer in parameters { buffer.deallocate() }
        parameters = []
        parameterLengths?.deallocate()
        parameterLengths = nil
    }
}

/// Set once a cancellation was asked for, until the next statement.
final class CancelFlag: Sendable {
    private let flag = Atomic<Bool>(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set(_ value: Bool) { flag.store(value, ordering: .releasing) }
}
