import CODBC
import Ports

// Values that were longer than their slots, read in full.
extension RowFetcher {
    /// Reads cut values once more from the rows of the present rowset, until they take `rowsetBytes` or all are whole.
    func complete(_ rowset: Rowset) throws(ODBCFault) {
        var bytes = 0
        let variable = rowset.columns.indices.filter { rowset.columns[$0].binding.isVariable }
        var cut: [(column: Int, limit: Int)] = []
        for index in variable {
            let column = rowset.columns[index]
            if rowset.wasTruncated && rowset.wholeRows == 0 { suspect(column, rows: rowset.rowCount) }
            if Self.hasCut(column, from: rowset.wholeRows, to: rowset.rowCount) {
                cut.append((index, column.usable))
            }
        }
        guard !cut.isEmpty else {
            rowset.wholeRows = rowset.rowCount
            return
        }
        guard plan.mode == .blockAndReturn else { throw cutFault(cut[0].column, rowset) }
        for row in rowset.wholeRows..<rowset.rowCount {
            var isPositioned = false
            for (index, limit) in cut {
                let column = rowset.columns[index]
                let length = column.lengths[row]
                guard length > limit || length == Int(SQL_NO_TOTAL) else { continue }
                if !isPositioned {
                    try statement.check(
                        SQLSetPos(
                            statement.raw, SQLSETPOSIROW(row + 1), SQLUSMALLINT(SQL_POSITION),
                            SQLUSMALLINT(SQL_LOCK_NO_CHANGE)), doing)
                    isPositioned = true
                }
                let start = column.packedBytes
                try read(column: index, into: column, expecting: length)
                bytes += column.packedBytes - start
                grow(index, for: column.packedBytes - start)
                column.setPacked(row: row, from: start)
            }
            rowset.wholeRows = row + 1
            if bytes >= plan.rowsetBytes { return }
        }
    }

    private static func hasCut(_ column: ColumnBuffer, from first: Int, to end: Int) -> Bool {
        let (lengths, usable) = (column.lengths, column.usable)
        var cut = 0
        for row in first..<end { cut &+= lengths[row] > usable || lengths[row] < Cells.null ? 1 : 0 }
        return cut > 0
    }

    /// The next rowset's slots.
    private func grow(_ index: Int, for length: Int) {
        let column = plan.columns[index]
        let wanted = length + length / 4 + column.binding.terminator
        let step = (wanted + 63) / 64 * 64
        widths[index] = max(widths[index], min(step, column.largestWidth))
    }

    /// Reads one value in pieces, behind what the column has packed. False: it is NULL.
    @discardableResult
    func read(column index: Int, into column: ColumnBuffer, expecting length: Int) throws(ODBCFault) -> Bool {
        let terminator = column.binding.terminator
        // What is known to come, else a piece at a time.
        var piece = (length >= 0 ? min(length, 4 << 20) : 4096) + terminator + 8
        while true {
            column.reservePacked(piece)
            let target = column.packedEnd
            // 0xFF ends no text: where the driver ended it before the buffer's end, the terminator is found.
            let tail = target + (piece - 8)
            tail.storeBytes(of: UInt64.max, as: UInt64.self)
            var indicator = SQLLEN(SQL_NO_TOTAL)
            let code = SQLGetData(
                statement.raw, SQLUSMALLINT(index + 1), column.binding.cType, target, piece, &indicator)
            if code == SQL_NO_DATA { return true }
            try statement.check(code, doing)
            if indicator == Int(SQL_NULL_DATA) { return false }
            let usable = piece - terminator
            let records = code == SQL_SUCCESS ? [] : statement.records()
            // A record says that more is to come, whatever the length says: some drivers count what they wrote.
            if !records.contains(where: { $0.sqlstate == "01004" }) {
                guard indicator >= 0 && indicator <= usable else { throw badLength(index, indicator) }
                column.advancePacked(indicator)
                return true
            }
            // 01004 is what is expected; anything else is no piece of a value.
            if let other = records.first(where: { $0.sqlstate != "01004" && !$0.sqlstate.hasPrefix("01") }) {
                throw statement.fault([other], doing)
            }
            column.advancePacked(Self.filled(target, piece, terminator: terminator))
            guard column.packedBytes <= Self.longestValue else { throw tooLong(index) }
            piece = min(max(piece * 2, 4096), 1 << 20)
            if indicator > 0 { piece = max(piece, min(indicator, 4 << 20) + terminator + 8) }
        }
    }

    static let longestValue = Int(UInt32.max) / 2

    /// How many bytes of a full buffer are the value's: drivers end text before a character that does not fit.
    private static func filled(_ target: UnsafeMutableRawPointer, _ piece: Int, terminator: Int) -> Int {
        switch terminator {
        case 1:
            for offset in stride(from: piece - 1, through: piece - 8, by: -1)
            where target.load(fromByteOffset: offset, as: UInt8.self) == 0 { return offset }
            return piece - 1
        case 2:
            let end = piece & ~1
            for offset in stride(from: end - 2, through: end - 8, by: -2)
            where target.loadUnaligned(fromByteOffset: offset, as: UInt16.self) == 0 { return offset }
            return end - 2
        default: return piece
        }
    }

    /// The driver said that something was cut, by a record; whatever fills its slot may be it. Drivers that count what they
    /// wrote instead of what there is are met so.
    private func suspect(_ column: ColumnBuffer, rows: Int) {
        for row in 0..<rows where (column.usable - 3...column.usable).contains(column.lengths[row]) {
            column.lengths[row] = Int(SQL_NO_TOTAL)
        }
    }

    private func cutFault(_ index: Int, _ rowset: Rowset) -> ODBCFault { cutFault(index, rowset.columns[index].usable) }

    func cutFault(_ index: Int, _ usable: Int) -> ODBCFault {
        ODBCFault(
            .permanent,
            "Column '\(names[index])': a value is longer than the \(usable) bytes that the driver "
                + "described, and this driver cannot give the rest",
            remedy: "Read the column through a CAST to a longer type, in a view or a query.", column: names[index])
    }

    private func badLength(_ index: Int, _ length: Int) -> ODBCFault {
        ODBCFault(
            .permanent, "Column '\(names[index])': the driver says that a value has \(length) bytes while \(doing)",
            column: names[index])
    }

    private func tooLong(_ index: Int) -> ODBCFault {
        ODBCFault(
            .permanent, "Column '\(names[index])': a value has more than \(Self.longestValue) bytes",
            remedy: "Leave the column or the row out.", column: names[index])
    }
}
