import CODBC
import Glibc
import Ports

/// The slots of one row, for drivers that give long values only row by row.
final class RowCells {
    let slots: [UnsafeMutableRawPointer?]
    let lengths: UnsafeMutablePointer<Int>
    var isBound = false

    init(_ plan: FetchPlan) {
        slots = plan.columns.map { $0.width > 0 ? malloc($0.width + Cells.slack) : nil }
        lengths = .allocate(capacity: plan.columns.count)
        lengths.initialize(repeating: 0, count: plan.columns.count)
    }

    deinit {
        for slot in slots { free(slot) }
        lengths.deallocate()
    }
}

extension RowFetcher {
    /// Rows one by one into the slots of one row, and from there into the rowset, whose variable values are packed.
    func fetchSingly(into rowset: Rowset) throws(ODBCFault) {
        guard let cells = row else { preconditionFailure("row by row without the slots of a row") }
        try bindRow(cells)
        for column in rowset.columns { column.reshape(width: column.width, rows: column.rows) }
        let revealing = plan.columns.indices.filter { plan.columns[$0].binding.revealsZeros && cells.slots[$0] != nil }
        var bytes = 0
        var count = 0
        while count < rowset.rowCapacity && bytes < plan.rowsetBytes {
            cells.lengths.update(repeating: ColumnBuffer.untouched, count: plan.columns.count)
            for index in revealing { memset(cells.slots[index]!, 0xFF, plan.columns[index].width) }
            wasTruncated = false
            let code = SQLFetch(statement.raw)
            if code == SQL_NO_DATA {
                rowset.isLast = true
                break
            }
            if code != SQL_SUCCESS { try judge(code, into: rowset) }
            for (index, column) in rowset.columns.enumerated() {
                bytes += try take(index, of: cells, into: column, row: count)
            }
            count += 1
        }
        rowset.rowCount = count
        rowset.wholeRows = count
    }

    private func bindRow(_ cells: RowCells) throws(ODBCFault) {
        guard !cells.isBound else { return }
        statement.set(SQL_ATTR_ROW_ARRAY_SIZE, to: 1)
        statement.set(SQL_ATTR_ROW_STATUS_PTR, to: nil)
        statement.set(SQL_ATTR_ROWS_FETCHED_PTR, to: nil)
        for (index, column) in plan.columns.enumerated() {
            guard let slot = cells.slots[index] else { continue }
            try statement.check(
                SQLBindCol(
                    statement.raw, SQLUSMALLINT(index + 1), column.binding.cType, slot, column.width,
                    cells.lengths + index), "binding column '\(names[index])'")
        }
        cells.isBound = true
    }

    /// Returns how many bytes were packed.
    private func take(
        _ index: Int, of cells: RowCells, into column: ColumnBuffer, row: Int
    ) throws(ODBCFault) -> Int {
        let binding = column.binding
        let start = column.packedBytes
        guard let slot = cells.slots[index] else {
            guard try read(column: index, into: column, expecting: -1) else {
                column.lengths[row] = Cells.null
                return 0
            }
            return finish(column, row, start)
        }
        var length = cells.lengths[index]
        if length >> 32 == ColumnBuffer.untouched >> 32 {
            // Only 32 of its bits were written.
            guard length != ColumnBuffer.untouched else { throw noLength(index) }
            length = Int(Int32(truncatingIfNeeded: length))
        }
        if length == Cells.null && binding.revealsZeros && Self.isZero(slot) { length = column.width }
        if length == Cells.null {
            column.lengths[row] = Cells.null
            return 0
        }
        guard binding.isVariable else {
            guard length >= 0 else { throw noLength(index) }
            (column.slots + row * column.width).copyMemory(from: slot, byteCount: column.width)
            column.lengths[row] = column.width
            return 0
        }
        guard length >= 0 || length == Int(SQL_NO_TOTAL) else { throw noLength(index) }
        let usable = plan.columns[index].width - binding.terminator
        let isSuspect = wasTruncated && (usable - 3...usable).contains(length)
        if length >= 0 && length <= usable && !isSuspect {
            column.reservePacked(length)
            column.packedEnd.copyMemory(from: slot, byteCount: length)
            column.advancePacked(length)
        } else {
            guard plan.readsBound else { throw cutFault(index, usable) }
            try read(column: index, into: column, expecting: isSuspect ? -1 : length)
        }
        return finish(column, row, start)
    }

    private func finish(_ column: ColumnBuffer, _ row: Int, _ start: Int) -> Int {
        column.setPacked(row: row, from: start)
        return column.packedBytes - start
    }

    private func noLength(_ index: Int) -> ODBCFault {
        ODBCFault(
            .permanent, "Column '\(names[index])': the driver gives no usable length of a value while \(doing)",
            column: names[index])
    }
}
