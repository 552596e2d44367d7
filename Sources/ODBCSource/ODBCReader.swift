import CODBC
import Columnar
import Ports

/// One connection's worth of reading: the driver's thread fills one rowset while the other one is converted here.
final class ODBCReader: UnitReader {
    private let session: ODBCSession
    private let read: ODBCRead
    private let statement: StatementHandle?
    private let made: ODBCFault?
    private var converters: [ColumnConverter]
    private var fetcher: RowFetcher?
    private var bindings: [Binding] = []
    /// Two that swap, or one.
    private var rowsets: [Rowset] = []
    /// Which of them is converted now; the other one is being fetched into while `pending` is set.
    private var current: Rowset?
    private var pending: (call: DriverCall<Void>, rowset: Rowset)?
    private var doing = "reading"
    private var began = 0.0
    private var longestQuery = 0.0
    private var rowsInUnit = 0
    private var isReading = false
    private var isClosed = false
    private var warnings: [String: Int] = [:]

    private var connection: ODBCConnection { session.connection }

    init(_ session: ODBCSession, read: ODBCRead) {
        self.session = session
        self.read = read
        converters = read.mappings.map { ColumnConverter($0, nullsUnfit: read.nullsUnfit) }
        do throws(ODBCFault) {
            statement = try session.connection.makeStatement()
            made = nil
        } catch {
            statement = nil
            made = error
        }
    }

    deinit { close() }

    func begin(_ unit: ReadUnit) throws {
        precondition(!isReading, "the unit before has not ended")
        guard let statement else { throw made ?? ODBCFault(.permanent, "The reader has no statement") }
        let part = try read.statement(of: unit)
        doing = "reading \(unit.label)"
        let doing = doing
        began = SystemClock().seconds
        rowsInUnit = 0
        for index in converters.indices { converters[index].unitLabel = unit.label }
        connection.watch(statement)
        let columns = try connection.call(doing) { () throws(ODBCFault) -> [DescribedColumn] in
            if part.parameters.isEmpty {
                try statement.executeDirectly(part.sql, doing: doing)
            } else {
                try statement.prepare(part.sql, doing: doing)
                try statement.execute(part.parameters, doing: doing)
            }
            return try statement.describe(doing: doing)
        }
        try prepareRowsets(columns, statement)
        fetcher?.doing = doing
        isReading = true
        current = nil
        pending = nil
        try fetch(into: rowsets[0])
    }

    /// What arrives is bound as it is described now, after the casts; its types are those of the columns themselves.
    private func prepareRowsets(_ columns: [DescribedColumn], _ statement: StatementHandle) throws(ODBCFault) {
        guard columns.count == read.mappings.count else {
            throw ODBCFault(
                .transient,
                "The result has \(columns.count) columns, and had \(read.mappings.count) when it was looked at",
                remedy: "The table was changed meanwhile; read it again.")
        }
        let quirks = connection.quirks
        let bindings = zip(read.mappings, columns).map { $0.binding($1, quirks: quirks) }
        if fetcher != nil, bindings == self.bindings {
            fetcher?.restart()
            for rowset in rowsets { rowset.clear() }
            return
        }
        self.bindings = bindings
        let plan = FetchPlan(
            bindings, getData: connection.identity.getData, quirks: quirks, options: connection.options)
        let fetcher = RowFetcher(statement, plan: plan, names: read.mappings.map(\.name))
        self.fetcher = fetcher
        rowsets = (0..<(connection.options.fetchesAhead ? 2 : 1)).map { _ in fetcher.makeRowset() }
    }

    private func fetch(into rowset: Rowset) throws(ODBCFault) {
        guard let fetcher else { preconditionFailure("begin a unit first") }
        let call = try connection.start { () throws(ODBCFault) in try fetcher.fetch(into: rowset) }
        pending = (call, rowset)
    }

    func fill(_ batch: Batch) throws -> FillState {
        precondition(isReading, "begin a unit first")
        while true {
            if batch.isFull { return .batchFull }
            guard let rowset = current else {
                guard let (call, rowset) = pending else { preconditionFailure("nothing is being fetched") }
                pending = nil
                try connection.finish(call, doing)
                note(rowset.warnings)
                current = rowset
                // The next rows come while these are converted, unless the long values of some of these are still to be read:
                // for that the rowset must be the statement's present one.
                if rowsets.count == 2, !rowset.isLast, rowset.wholeRows == rowset.rowCount {
                    try fetch(into: rowset === rowsets[0] ? rowsets[1] : rowsets[0])
                }
                continue
            }
            if rowset.taken < rowset.wholeRows {
                try convert(rowset, into: batch)
            } else if rowset.wholeRows < rowset.rowCount {
                // The long values of the rest.
                rowset.dropPacked()
                current = nil
                try fetch(into: rowset)
            } else if rowset.isLast {
                return end()
            } else {
                current = nil
                if pending == nil { try fetch(into: rowset) }
            }
        }
    }

    private func end() -> FillState {
        isReading = false
        current = nil
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
        for diagnostic in diagnostics where warnings.count < 16 || warnings[diagnostic.text] != nil {
            warnings[diagnostic.text, default: 0] += 1
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
        if let (call, _) = pending {
            // Nobody wants what is being fetched.
            pending = nil
            connection.abandon(call)
        } else if isReading {
            connection.interrupt()
        }
        if let statement { connection.submitCleanUp { statement.closeCursor() } }
        connection.watch(nil)
        read.readerClosed(session, longestQuery: longestQuery)
    }
}
