import CODBC
import Columnar
import Ports

/// One connection's worth of reading: the driver's thread fills rowsets ahead while one is converted here.
final class ODBCReader: UnitReader {
    private let session: ODBCSession
    private let read: ODBCRead
    private var statement: StatementHandle?
    private let made: ODBCFault?
    private var converters: [ColumnConverter]
    private let statements: UnitStatements
    private var bindings: [Binding] = []
    private var queue: FetchQueue?
    /// Is converted now.
    private var current: Rowset?
    private var unit = 0
    private var doing = "reading"
    private var began = 0.0
    private var longestQuery = 0.0
    private var rowsInUnit = 0
    private var isReading = false
    private var isClosed = false
    /// Why the connection is not to be read from again.
    private var failure: (any Error)?
    private var warnings: [String: Int] = [:]

    private var connection: ODBCConnection { session.connection }

    init(_ session: ODBCSession, read: ODBCRead) {
        self.session = session
        self.read = read
        statements = read.statements(on: session.connection)
        converters = read.mappings.map { ColumnConverter($0, nullsUnfit: read.nullsUnfit) }
        do throws(ODBCFault) {
            statement = try session.connection.makeStatement()
            made = nil
        } catch {
            statement = nil
            made = error
            failure = error
        }
    }

    deinit { close() }

    func begin(_ unit: ReadUnit) throws { try remembering { try concealing { try start(unit) } } }

    func fill(_ batch: Batch) throws -> FillState { try remembering { try concealing { try next(into: batch) } } }

    private func remembering<R>(_ body: () throws -> R) throws -> R {
        do { return try body() } catch {
            failure = error
            throw error
        }
    }

    /// Of the rows themselves a database may say anything, with their values in it.
    private func concealing<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let fault as ODBCFault where hidesWords(of: fault) {
            var told = fault
            told.message =
                "The database refuses a row while \(doing) (SQLSTATE \(fault.sqlstate ?? "unknown")); its words are not "
                + "shown, as they may hold a value of a masked column"
            throw told
        }
    }

    /// Connection, transaction state, rollback, syntax and permission, operators, time-outs: no value stands in those.
    private func hidesWords(of fault: ODBCFault) -> Bool {
        guard let sqlstate = fault.sqlstate, read.mappings.contains(where: \.isConcealed) else { return false }
        return !["08", "25", "28", "40", "42", "57", "HYT", "HY008", "IM"].contains { sqlstate.hasPrefix($0) }
    }

    private func start(_ unit: ReadUnit) throws {
        precondition(!isReading, "the unit before has not ended")
        guard let statement else { throw made ?? ODBCFault(.permanent, "The reader has no statement") }
        doing = UnitStatements.doing(try read.statement(of: unit))
        began = SystemClock().seconds
        rowsInUnit = 0
        for index in converters.indices { converters[index].unitLabel = unit.label }
        let isUnderWay = queue?.goesOn(from: self.unit, to: unit.id) ?? false
        self.unit = unit.id
        if !isUnderWay {
            try queue?.drain(doing)
            connection.watch(statement)
            let (statements, fetcher) = (statements, queue?.fetcher)
            let bindings = try connection.call(doing) { () throws(ODBCFault) in
                guard let fetcher else { return try statements.begin(unit.id, on: statement) }
                guard let bindings = try fetcher.begin(unit.id, of: statements) else {
                    throw .cancelled(UnitStatements.doing(statements.units[unit.id]))
                }
                return bindings
            }
            try prepareQueue(bindings, fetcher?.statement ?? statement)
        }
        isReading = true
        try queue?.fetchAhead()
    }

    private func prepareQueue(_ bindings: [Binding], _ statement: StatementHandle) throws(ODBCFault) {
        if queue == nil || bindings != self.bindings {
            let plan = FetchPlan(
                bindings, getData: connection.identity.getData, quirks: connection.quirks, options: connection.options)
            let order = read.parallelism == 1 ? statements : nil
            let fetcher = RowFetcher(
                statement, ahead: try resultAhead(order, plan), plan: plan, names: read.mappings.map(\.name))
            queue = FetchQueue(fetcher, on: connection, order: order)
            self.bindings = bindings
        }
        queue?.fetcher.restart(unit, doing: doing)
    }

    /// Where one reader reads several results that are in memory whole. Long values are in memory once.
    private func resultAhead(_ order: UnitStatements?, _ plan: FetchPlan) throws(ODBCFault) -> ResultAhead? {
        guard let order, read.readsAhead, plan.mode == .block else { return nil }
        return try ResultAhead(order, spare: try connection.makeStatement())
    }

    private func next(into batch: Batch) throws -> FillState {
        precondition(isReading, "begin a unit first")
        while true {
            if batch.isFull {
                // What was taken is not kept while the batch is encoded.
                if let current, current.taken == current.wholeRows { current.dropPacked() }
                return .batchFull
            }
            guard let rowset = current else {
                guard let rowset = try queue?.take(doing) else { preconditionFailure("begin a unit first") }
                note(rowset.warnings)
                current = rowset
                // The next rows come while these are converted, unless the long values of some of these are still to be read:
                // for that the rowset must be the statement's present one.
                if !rowset.isLast, rowset.wholeRows == rowset.rowCount { try queue?.fetchAhead() }
                continue
            }
            if rowset.taken < rowset.wholeRows {
                try convert(rowset, into: batch)
                continue
            }
            current = nil
            if rowset.wholeRows < rowset.rowCount {
                // The long values of the rest.
                try queue?.complete(rowset)
                continue
            }
            queue?.giveBack(rowset)
            if rowset.isLast { return try end() }
            try queue?.fetchAhead()
        }
    }

    private func end() throws(ODBCFault) -> FillState {
        if queue?.goesOn(from: unit, to: unit + 1) == true {
            try queue?.fetchAhead()
        } else {
            try queue?.drain(doing)
        }
        isReading = false
        longestQuery = max(longestQuery, SystemClock().seconds - began)
        return .unitEnded(serverRows: rowsInUnit)
    }

    /// As many of the rowset's rows as the batch has room for.
    private func convert(_ rowset: Rowset, into batch: Batch) throws(ODBCFault) {
        let first = rowset.taken
        var count = min(rowset.wholeRows - first, batch.limit.rows - batch.rowCount)
        // What arrives as text and is kept as a number takes none of the batch's room for bytes.
        let variable = rowset.columns.indices.filter { batch.columns[$0].storage == .bytes }
        // The row that crosses the limit is still in.
        let room = max(1, batch.limit.variableBytes - batch.variableBytes)
        func bytes() -> Int {
            variable.reduce(0) { $0 + rowset.columns[$1].cells.from(first, count: count).byteCount }
        }
        while count > 1, bytes() > room { count /= 2 }
        for (index, column) in rowset.columns.enumerated() {
            let target = batch.columns[index]
            let before = target.storage == .bytes ? target.arenaUsed : 0
            converters[index].rowsBefore = rowsInUnit
            try converters[index].convert(column.cells.from(first, count: count), into: target)
            if target.storage == .bytes { batch.variableBytes += target.arenaUsed - before }
        }
        batch.rowCount += count
        rowset.taken += count
        rowsInUnit += count
    }

    private func note(_ diagnostics: [Diagnostic]) {
        let conceals = read.mappings.contains(where: \.isConcealed)
        for diagnostic in diagnostics {
            let text = conceals ? "a warning that is not shown, as a column is masked" : diagnostic.text
            if warnings.count < 16 || warnings[text] != nil { warnings[text, default: 0] += 1 }
        }
    }

    var adjustments: [Adjustment] {
        let own = converters.flatMap { converter in
            [
                Adjustment(
                    column: converter.name,
                    message: "values of type \(converter.sourceType) that \(converter.type) cannot hold became NULL",
                    count: converter.nulled),
                Adjustment(
                    column: converter.name,
                    message: "times had more than six digits behind the second and were cut there",
                    count: converter.floored),
            ]
        }
        let redactor = connection.redactor
        let told = warnings.sorted { $0.key < $1.key }.map {
            Adjustment(column: "the driver", message: "warnings: " + redactor.redact($0.key), count: $0.value)
        }
        return (own + told).filter { $0.count > 0 }
    }

    func close() {
        guard !isClosed else { return }
        isClosed = true
        if queue?.abandon() != true, isReading { connection.interrupt() }
        if let fetcher = queue?.fetcher {
            connection.submitCleanUp { fetcher.close() }
        } else if let statement {
            connection.submitCleanUp { statement.closeCursor() }
        }
        connection.watch(nil)
        // A connection that failed is closed now, and its statements are to be gone by then.
        current = nil
        queue = nil
        statement = nil
        read.readerClosed(session, longestQuery: longestQuery, failure: failure)
    }
}
