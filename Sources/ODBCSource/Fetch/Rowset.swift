import CODBC

/// One set of bound buffers. Two of them swap: the driver fills one while the other is converted.
///
/// `@unchecked Sendable`: it belongs to the driver thread from the moment a fetch into it is started until that fetch was
/// waited for, and to the reader otherwise.
final class Rowset: @unchecked Sendable {
    let columns: [ColumnBuffer]
    let rowCapacity: Int
    /// SQL_ATTR_ROW_STATUS_PTR.
    let status: UnsafeMutablePointer<SQLUSMALLINT>
    /// SQL_ATTR_ROWS_FETCHED_PTR.
    let fetched: UnsafeMutablePointer<SQLULEN>
    /// Rows that came.
    var rowCount = 0
    /// Rows whose values are whole; the rest is completed once these were taken.
    var wholeRows = 0
    /// Rows that were taken.
    var taken = 0
    /// Nothing comes after these.
    var isLast = false
    /// Was fetched into behind the end: it holds nothing.
    var isSurplus = false
    /// 01004 came with it.
    var wasTruncated = false
    /// Lengths are as the driver wrote them (`RowFetcher.check`).
    var isUnchecked = false
    var doing = "reading"
    /// What the driver warned of, apart from what is handled.
    var warnings: [Diagnostic] = []

    init(columns: [ColumnBuffer], rowCapacity: Int) {
        self.columns = columns
        self.rowCapacity = rowCapacity
        status = .allocate(capacity: rowCapacity)
        fetched = .allocate(capacity: 1)
    }

    deinit {
        status.deallocate()
        fetched.deallocate()
    }

    /// What came is not wanted.
    func forget() { (rowCount, wholeRows, taken, isUnchecked) = (0, 0, 0, false) }

    /// Bytes of values that lie outside of their slots.
    var packedBytes: Int { columns.reduce(0) { $0 + $1.packedBytes } }

    /// Values that were read once more and have been taken since.
    func dropPacked() { for column in columns { column.dropPacked() } }

}
