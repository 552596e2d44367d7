import CODBC
import Glibc
import Ports
import Synchronization

/// Fetches rows of executed statements, one after the other, into rowsets. Used on the driver thread only.
///
/// `@unchecked Sendable`: that rule; the reader only hands it from call to call.
final class RowFetcher: @unchecked Sendable {
    /// The one whose rows are fetched.
    private var present: BoundStatement
    /// The result of the next unit, where it is fetched meanwhile.
    private let ahead: ResultAhead?
    let plan: FetchPlan
    let names: [String]
    /// Present widths of slots; they grow where values were longer.
    var widths: [Int]
    /// Rows of a rowset as far as it is known how long their values are. A driver that can return to the rows of a rowset
    /// has all of them in memory, whole.
    private var rowLimit: Int
    /// 01004 came with the last fetch.
    var wasTruncated = false
    /// Reused by values that are read in pieces.
    let row: RowCells?
    /// Where the completion of a rowset stands.
    var doing = "reading"
    /// The unit whose rows are fetched.
    private var unit = 0
    /// How many there are, where that is asked, and how many came.
    private var promisedRows: Int?
    private var fetchedRows = 0
    /// Its last row came.
    private var hasEnded = false
    private var hasFailed = false
    /// Fetches that have not begun are not wanted any more. Set by the reader.
    let isHalted = Atomic<Bool>(false)

    init(_ statement: StatementHandle, ahead: ResultAhead? = nil, plan: FetchPlan, names: [String]) {
        present = BoundStatement(statement)
        self.ahead = ahead
        self.plan = plan
        self.names = names
        widths = plan.columns.map(\.width)
        rowLimit = plan.mode == .blockAndReturn ? 1 : .max
        row = plan.mode == .rows ? RowCells(plan) : nil
    }

    var statement: StatementHandle { present.handle }

    /// A statement runs beside what is fetched.
    var isAheadUnderWay: Bool { ahead?.isUnderWay == true }

    /// Rows of a rowset for the present widths.
    var rowsPerFetch: Int { plan.rowsPerFetch(widths: widths) }

    func makeRowset() -> Rowset {
        let rows = plan.mode == .rows ? plan.mostRows : rowsPerFetch
        let columns = plan.columns.enumerated().map { index, column in
            // Row by row, values of variable width are packed, and have no slots.
            let width =
                if plan.mode != .rows { widths[index] } else if column.binding.isVariable {
                    column.binding.terminator
                } else { column.binding.fullWidth! }
            return ColumnBuffer(column.binding, width: width, rows: rows)
        }
        return Rowset(columns: columns, rowCapacity: rows)
    }

    /// A new execution: what is bound stays, and positions begin anew.
    func restart(_ unit: Int, doing: String) {
        row?.isBound = false
        self.unit = unit
        self.doing = doing
        (promisedRows, fetchedRows, hasEnded, hasFailed) = (nil, 0, false, false)
    }

    /// The next rows, of the next unit where this one has ended and an order says what comes then. Behind the end, and
    /// behind a failure, which whoever waits for the fetches before meets, nothing is done.
    func advance(into rowset: Rowset, _ order: UnitStatements?) throws(ODBCFault) {
        rowset.isSurplus = true
        guard !hasFailed, !isHalted.load(ordering: .acquiring) else { return }
        do throws(ODBCFault) {
            if hasEnded {
                guard let order, order.units.indices.contains(unit + 1) else { return }
                doing = UnitStatements.doing(order.units[unit + 1])
                guard let bindings = try begin(unit + 1, of: order) else {
                    hasFailed = true
                    return
                }
                guard bindings == plan.columns.map(\.binding) else {
                    throw UnitStatements.changed("has other columns than before")
                }
                restart(unit + 1, doing: doing)
            }
            rowset.isSurplus = false
            if let ahead {
                let promised = promisedRows ?? statement.rowCount
                promisedRows = promised
                if !isHalted.load(ordering: .acquiring) { ahead.begin(unit + 1) }
                if fetchedRows >= promised { ahead.wait() }
            }
            try fetch(into: rowset)
            hasEnded = rowset.isLast
            fetchedRows += rowset.rowCount
            if hasEnded, let promisedRows, fetchedRows != promisedRows {
                throw ODBCFault(
                    .transient, "The driver has \(promisedRows) rows and handed out \(fetchedRows) while \(doing)")
            }
        } catch {
            hasFailed = true
            throw error
        }
    }

    /// Has a unit's result, by the statement whose rows are fetched from then on. Nil: nobody wants it any more.
    func begin(_ unit: Int, of order: UnitStatements) throws(ODBCFault) -> [Binding]? {
        guard let result = try ahead?.take(unit, replacing: &present) else {
            return try order.begin(unit, on: statement)
        }
        if result.rows > 0 { return result.bindings }
        guard !isHalted.load(ordering: .acquiring) else { return nil }
        let bindings = try order.begin(unit, on: statement)
        guard statement.rowCount == 0 else {
            throw UnitStatements.untold(UnitStatements.doing(order.units[unit]))
        }
        return bindings
    }

    /// Gives all results up.
    func close() {
        ahead?.close()
        statement.closeCursor()
    }

    /// The next rows, or the rest of those whose values were not whole yet.
    func fetch(into rowset: Rowset) throws(ODBCFault) {
        if rowset.wholeRows < rowset.rowCount { return try complete(rowset) }
        rowset.warnings.removeAll()
        rowset.taken = 0
        rowset.rowCount = 0
        rowset.wholeRows = 0
        rowset.isLast = false
        switch plan.mode {
        case .rows: try fetchSingly(into: rowset)
        case .block, .blockAndReturn: try fetchBlock(into: rowset)
        }
    }

    private func fetchBlock(into rowset: Rowset) throws(ODBCFault) {
        let rows = min(rowsPerFetch, rowset.rowCapacity, rowLimit)
        prepare(rowset, rows: rows)
        try present.bind(rowset, rows: rows, widths: widths, names: names)
        rowset.fetched.pointee = 0
        rowset.status.update(repeating: SQLUSMALLINT.max, count: rows)
        wasTruncated = false
        let code = SQLFetch(statement.raw)
        if code == SQL_NO_DATA {
            rowset.isLast = true
            return
        }
        if code != SQL_SUCCESS { try judge(code, into: rowset) }
        let came = Int(clamping: rowset.fetched.pointee)
        guard (1...rows).contains(came) else {
            throw ODBCFault(
                .permanent, "The driver says that a fetch of \(rows) rows brought \(came) while \(doing)")
        }
        for row in 0..<came {
            let status = Int32(rowset.status[row])
            guard status == SQL_ROW_SUCCESS || status == SQL_ROW_SUCCESS_WITH_INFO || status == UInt16.max else {
                throw rowFault(status)
            }
        }
        rowset.rowCount = came
        rowset.wasTruncated = wasTruncated
        if plan.mode == .block {
            // Nothing of the driver is needed for it: the reader does it, and the driver goes on.
            rowset.isUnchecked = true
            rowset.doing = doing
        } else {
            try checkLengths(rowset, doing)
            limitRows(after: rowset)
            try complete(rowset)
        }
    }

    /// As many rows as would have taken a rowset's bytes; a few at first, and ever more while values are short.
    private func limitRows(after rowset: Rowset) {
        guard plan.mode == .blockAndReturn, rowset.rowCount > 0 else { return }
        var bytes = 0
        for column in rowset.columns where column.binding.isVariable {
            for row in 0..<rowset.rowCount {
                let length = column.lengths[row]
                bytes += length == Int(SQL_NO_TOTAL) ? plan.rowsetBytes : max(0, length)
            }
        }
        let fitting = max(1, plan.rowsetBytes / max(1, bytes / rowset.rowCount))
        rowLimit = min(fitting, max(present.boundRows, rowset.rowCount) * 4, plan.mostRows)
    }

    /// Marks what the driver has to write: here, so that the memory is in this core's cache when it writes.
    private func prepare(_ rowset: Rowset, rows: Int) {
        for (index, column) in rowset.columns.enumerated() {
            column.reshape(width: widths[index], rows: rows)
            column.lengths.update(repeating: ColumnBuffer.untouched, count: rows)
            if column.binding.revealsZeros { memset(column.slots, 0xFF, column.width * rows) }
        }
    }

    /// On the reader's thread: whether all that a block holds is usable and whole.
    func check(_ rowset: Rowset) throws(ODBCFault) {
        guard rowset.isUnchecked else { return }
        rowset.isUnchecked = false
        try checkLengths(rowset, rowset.doing)
        try complete(rowset)
    }

    /// After a fetch that was not a plain success. Cut values are met by their lengths; rows in error end the read;
    /// whatever else the driver says is kept for the person.
    func judge(_ code: SQLRETURN, into rowset: Rowset) throws(ODBCFault) {
        let records = statement.records()
        guard code == SQL_SUCCESS_WITH_INFO else { throw statement.fault(records, doing) }
        wasTruncated = records.contains { $0.sqlstate == "01004" }
        for record in records where record.sqlstate != "01004" {
            switch record.sqlstate {
            // 01S01: an error in a row; 01S07: digits were cut, which no binding of ours asks for.
            case "01S01", "01S07": throw statement.fault([record], doing)
            case let state where !state.hasPrefix("01") && !state.hasPrefix("00"):
                throw statement.fault(records, doing)
            default: if rowset.warnings.count < 8 { rowset.warnings.append(record) }
            }
        }
    }

    private func rowFault(_ status: Int32) -> ODBCFault {
        let records = statement.records()
        guard records.isEmpty else { return statement.fault(records, doing) }
        return ODBCFault(.permanent, "The driver marks a row as in error (status \(status)) while \(doing)")
    }

    /// Lengths as 64-bit numbers, none of them impossible.
    private func checkLengths(_ rowset: Rowset, _ doing: String) throws(ODBCFault) {
        for (index, column) in rowset.columns.enumerated() where !Self.areUsable(column, rowset.rowCount) {
            throw unwritten(index, doing)
        }
    }

    private static func areUsable(_ column: ColumnBuffer, _ rows: Int) -> Bool {
        let lengths = column.lengths
        widen(lengths, rows)
        guard column.binding.isVariable else {
            if column.binding.revealsZeros { revealZeros(of: column, rows) }
            // What a driver says of the length of a fixed value is of no use, other than that it is NULL.
            var worst = 0
            for row in 0..<rows {
                let length = lengths[row]
                worst = max(worst, length < Cells.null || length == ColumnBuffer.untouched ? Int.max : 0)
                lengths[row] = length == Cells.null ? Cells.null : column.width
            }
            return worst == 0
        }
        var worst = 0
        for row in 0..<rows {
            let length = lengths[row]
            worst = max(worst, length < Cells.null && length != Int(SQL_NO_TOTAL) ? Int.max : length)
        }
        return worst < ColumnBuffer.untouched
    }

    /// Zeros where NULL is said: month and day 0, which no kernel takes for a date.
    private static func revealZeros(of column: ColumnBuffer, _ rows: Int) {
        let (lengths, slots, width) = (column.lengths, column.slots, column.width)
        for row in 0..<rows where lengths[row] == Cells.null && isZero(slots + row * width) { lengths[row] = width }
    }

    /// Of SQL_DATE_STRUCT and SQL_TIMESTAMP_STRUCT: month and day.
    static func isZero(_ cell: UnsafeRawPointer) -> Bool {
        cell.loadUnaligned(fromByteOffset: 2, as: UInt32.self) == 0
    }

    private func unwritten(_ index: Int, _ doing: String) -> ODBCFault {
        ODBCFault(
            .permanent, "Column '\(names[index])': the driver gives no usable lengths of values while \(doing)",
            remedy: "Its build does not fit this driver manager; use the driver's 64-bit version.", column: names[index]
        )
    }

    /// Lengths of drivers that have 32 bits for them: they stand side by side in half of the array, or each in the lower half
    /// of its place.
    static func widen(_ lengths: UnsafeMutablePointer<Int>, _ rows: Int) {
        let untouched = ColumnBuffer.untouched
        guard lengths[0] != untouched else { return }
        let narrow = UnsafeRawPointer(lengths)
        if lengths[0] >> 32 == untouched >> 32 {
            for row in 0..<rows { lengths[row] = Int(Int32(truncatingIfNeeded: lengths[row])) }
        } else if lengths[rows - 1] == untouched {
            for row in stride(from: rows - 1, through: 0, by: -1) {
                lengths[row] = Int(narrow.load(fromByteOffset: row * 4, as: Int32.self))
            }
        }
    }
}
