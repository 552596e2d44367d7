import CSQLite
import Ports
import Synchronization

/// One connection to a database file, locked down: it can change nothing, load nothing, attach nothing, and what a hostile
/// file's schema says is not trusted. Reading opens the file for reading only; proving that nobody writes takes the write
/// lock, which is granted to none that may not write.
///
/// Sendable because of how it is opened (SQLITE_OPEN_NOMUTEX): "the new database connection will use the "multi-thread"
/// threading mode. This means that separate threads are allowed to use SQLite at the same time, as long as each thread is
/// using a different database connection" (https://www.sqlite.org/c3ref/open.html). It is handed from thread to thread
/// under the lock of `SQLiteRead`, never shared.
final class Database: @unchecked Sendable {
    let raw: OpaquePointer
    let path: String
    private let context: HandlerContext
    private var isOpen = true

    /// While a statement that would make one is compiled, to be explained.
    var letsCreateTemporaryTables: Bool {
        get { context.letsCreateTemporaryTables }
        set { context.letsCreateTemporaryTables = newValue }
    }

    /// How many are open: tests check that every way out closes them.
    static let live = Atomic<Int>(0)

    /// `lenient` lets "text" in double quotes be text where it names no column, as old views rely on. In a person's own
    /// condition it would turn a mistyped name into a constant, so there it is an error.
    init(path: String, stop: ReadStop, lenient: Bool, takesLock: Bool = false) throws(SQLiteFault) {
        self.path = path
        context = HandlerContext(stop)
        // Neither a URI nor ":memory:" nor "" (a temporary database) can begin with a slash or a dot.
        let name = path.hasPrefix("/") ? path : "./" + path
        var opened: OpaquePointer?
        let access = takesLock ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY
        let flags = access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE
        let code = sqlite3_open_v2(name, &opened, flags, nil)
        guard let opened, code == SQLITE_OK else {
            // "Whether or not an error occurs when it is opened, resources associated with the database connection handle
            // should be released by passing it to sqlite3_close()".
            let text = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw SQLiteFault.answered(code, text, doing: "opening", file: path)
        }
        raw = opened
        Self.live.add(1, ordering: .relaxed)
        do throws(SQLiteFault) {
            try lockDown(lenient: lenient, takesLock: takesLock)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    func close() {
        guard isOpen else { return }
        isOpen = false
        sqlite3_close_v2(raw)
        Self.live.subtract(1, ordering: .relaxed)
    }

    private func lockDown(lenient: Bool, takesLock: Bool) throws(SQLiteFault) {
        let switches: [(Int32, Int32)] = [
            (SQLITE_DBCONFIG_DEFENSIVE, 1), (SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0),
            (SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0), (SQLITE_DBCONFIG_ENABLE_TRIGGER, 0),
            (SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0), (SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0),
            (SQLITE_DBCONFIG_DQS_DML, lenient ? 1 : 0),
            // Whoever closes last would write back what others have left in the -wal file.
            (SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, takesLock ? 1 : 0),
        ]
        for (option, value) in switches {
            let code = ingest_sqlite3_db_config(raw, option, value)
            guard code == SQLITE_OK else { throw fault(code, doing: "securing the connection") }
        }
        sqlite3_limit(raw, SQLITE_LIMIT_ATTACHED, 0)
        let context = Unmanaged.passUnretained(context).toOpaque()
        // Every few microseconds of work; it costs nothing that can be measured.
        sqlite3_progress_handler(
            raw, 5000,
            { Unmanaged<HandlerContext>.fromOpaque($0!).takeUnretainedValue().stop.isRaised ? 1 : 0 }, context)
        sqlite3_busy_handler(
            raw,
            { Unmanaged<HandlerContext>.fromOpaque($0!).takeUnretainedValue().tryAgain(attempt: Int($1)) ? 1 : 0 },
            context)
        // Pages whose insides are impossible are found when they are read, not when they are stumbled over.
        try execute("PRAGMA cell_size_check = ON", doing: "securing the connection")
        sqlite3_set_authorizer(
            raw,
            { pointer, action, name, argument, _, _ in
                let context = Unmanaged<HandlerContext>.fromOpaque(pointer!).takeUnretainedValue()
                if action == SQLITE_CREATE_TEMP_TABLE, context.letsCreateTemporaryTables { return SQLITE_OK }
                return ReadingOnly.verdict(action, name, argument)
            }, context)
    }

    /// Runs a statement of our own to its end.
    func execute(_ sql: String, doing: String) throws(SQLiteFault) {
        let statement = try Statement(sql, on: self, doing: doing)
        while try statement.step(doing: doing) {}
    }

    /// The rows of a short result, every value as text.
    func rows(_ sql: String, _ values: [Statement.Parameter] = [], doing: String) throws(SQLiteFault) -> [[String?]] {
        let statement = try Statement(sql, on: self, doing: doing)
        try statement.bind(values, doing: doing)
        var rows: [[String?]] = []
        while try statement.step(doing: doing) { rows.append((0..<statement.columnCount).map(statement.text)) }
        return rows
    }

    /// A number that changes whenever another connection has committed (https://www.sqlite.org/pragma.html#pragma_data_version).
    func dataVersion() throws(SQLiteFault) -> String {
        try rows("PRAGMA data_version", doing: "looking for changes").first?.first.flatMap { $0 } ?? ""
    }

    /// Fixes the moment: the transaction begins with its first read.
    func beginReading() throws(SQLiteFault) {
        try execute("BEGIN", doing: "beginning a transaction")
        _ = try rows("SELECT count(*) FROM sqlite_schema", doing: "beginning a transaction")
    }

    func endReading() throws(SQLiteFault) {
        if sqlite3_get_autocommit(raw) == 0 { try execute("ROLLBACK", doing: "ending a transaction") }
    }

    /// Whether the read transaction still stands.
    var isReading: Bool { isOpen && sqlite3_txn_state(raw, "main") >= SQLITE_TXN_READ }

    /// Whether the file was opened for reading only, whatever was asked for.
    var isReadOnly: Bool { sqlite3_db_readonly(raw, "main") != 0 }

    /// Whether the file was renamed, removed or replaced since it was opened.
    var hasMoved: Bool {
        var moved: Int32 = 0
        let code = sqlite3_file_control(raw, "main", SQLITE_FCNTL_HAS_MOVED, &moved)
        return code == SQLITE_OK && moved != 0
    }

    /// What SQLite has to say of its last answer.
    func fault(_ code: Int32, doing: String) -> SQLiteFault {
        let extended = sqlite3_extended_errcode(raw)
        let isSame = extended & 0xFF == code & 0xFF
        return .answered(
            isSame ? extended : code, String(cString: isSame ? sqlite3_errmsg(raw) : sqlite3_errstr(code)),
            doing: doing, file: path)
    }
}

/// What the handlers of one connection need. Used by the connection's own thread.
private final class HandlerContext {
    let stop: ReadStop
    var letsCreateTemporaryTables = false
    private var busySince = 0.0

    init(_ stop: ReadStop) { self.stop = stop }

    func tryAgain(attempt: Int) -> Bool {
        if attempt == 0 { busySince = SystemClock().seconds }
        return stop.waitForLock(attempt: attempt, since: busySince)
    }
}

/// What statements may do, asked by SQLite while it compiles them: nothing that reaches beyond the tables of this file.
///
/// SQLite compiles changes of rows where it opens virtual tables (an R-tree prepares them all at once), so these are let
/// be here. Nothing runs them: a person's statement must be one that reads (sqlite3_stmt_readonly), and the file is open
/// for reading only.
private enum ReadingOnly {
    /// Pragmas that describe something, which their argument names.
    private static let describing: Set = [
        "collation_list", "compile_options", "foreign_key_list", "function_list", "index_info", "index_list",
        "index_xinfo", "module_list", "pragma_list", "table_info", "table_list", "table_xinfo",
    ]
    /// Pragmas that tell a setting, and would change it if they had an argument.
    private static let telling: Set = [
        "data_version", "encoding", "journal_mode", "page_count", "page_size", "schema_version", "user_version",
    ]

    static func verdict(
        _ action: Int32, _ name: UnsafePointer<CChar>?, _ argument: UnsafePointer<CChar>?
    ) -> Int32 {
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE, SQLITE_TRANSACTION, SQLITE_INSERT,
            SQLITE_UPDATE, SQLITE_DELETE:
            return SQLITE_OK
        case SQLITE_PRAGMA:
            guard let name else { return SQLITE_DENY }
            let pragma = String(cString: name).lowercased()
            let isHarmless = describing.contains(pragma) || (telling.contains(pragma) && argument == nil)
            return isHarmless ? SQLITE_OK : SQLITE_DENY
        default: return SQLITE_DENY
        }
    }
}
