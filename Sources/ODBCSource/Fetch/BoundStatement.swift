import CODBC
import Ports

/// A statement, and what its columns are bound to. Used by one thread at a time: the driver's, apart from `ResultAhead`.
final class BoundStatement {
    let handle: StatementHandle
    /// What is bound: its address never comes back while we hold it.
    private var bound: Rowset?
    private var boundWidths: [Int] = []
    private(set) var boundRows = 0

    init(_ handle: StatementHandle) { self.handle = handle }

    /// Has the next fetch fill `rows` rows of a rowset.
    func bind(_ rowset: Rowset, rows: Int, widths: [Int], names: [String]) throws(ODBCFault) {
        if rows != boundRows {
            guard handle.set(SQL_ATTR_ROW_ARRAY_SIZE, to: rows) else { throw handle.fault("setting up the fetch") }
            boundRows = rows
            // Columns have other memory for other rows.
            bound = nil
        }
        guard bound !== rowset || boundWidths != widths else { return }
        handle.set(SQL_ATTR_ROW_BIND_TYPE, to: Int(SQL_BIND_BY_COLUMN))
        handle.set(SQL_ATTR_ROW_STATUS_PTR, to: UnsafeMutableRawPointer(rowset.status))
        guard handle.set(SQL_ATTR_ROWS_FETCHED_PTR, to: UnsafeMutableRawPointer(rowset.fetched)) else {
            throw handle.fault("setting up the fetch")
        }
        for (index, column) in rowset.columns.enumerated() {
            try handle.check(
                SQLBindCol(
                    handle.raw, SQLUSMALLINT(index + 1), column.binding.cType, column.slots, column.width,
                    column.lengths), "binding column '\(names[index])'")
        }
        bound = rowset
        boundWidths = widths
    }
}
