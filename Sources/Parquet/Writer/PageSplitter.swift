import Columnar

/// Cuts a leaf's part of a batch into pages: at most so many rows, at most so many plain bytes, never inside a record.
struct PageSplitter {
    let limit: PageLimit

    /// Calls `body` with each page of rows `first ..< first + rows`.
    func split(
        flat column: Column, first: Int, rows: Int, _ body: (PageSlice) throws(ParquetFault) -> Void
    ) throws(ParquetFault) {
        var slot = first
        var value = Self.valid(column, from: 0, to: first)
        let end = first + rows
        while slot < end {
            var next = min(end, slot + limit.rows)
            var values = Self.valid(column, from: slot, to: next)
            if plainBytes(column, value, values) > limit.bytes { (next, values) = cut(column, slot, value, next) }
            try body(
                PageSlice(
                    rows: next - slot, slots: next - slot, values: LeafValues(column, from: value, count: values),
                    levels: .bitmap(UnsafePointer(column.validity), start: slot)))
            slot = next
            value += values
        }
    }

    func split(
        nested column: Column, leaf: LeafColumn, levels: borrowing NestedLevels, first: Int, rows: Int,
        _ body: (PageSlice) throws(ParquetFault) -> Void
    ) throws(ParquetFault) {
        let (levelStart, valueStart) = (levels.levelStart, levels.valueStart)
        var row = first
        let end = first + rows
        while row < end {
            var next = row + 1
            while next < end && next - row < limit.rows
                && levelStart[next + 1] - levelStart[row]
                    + plainBytes(column, valueStart[row], valueStart[next + 1] - valueStart[row]) <= limit.bytes
            {
                next += 1
            }
            let values = LeafValues(column, from: valueStart[row], count: valueStart[next] - valueStart[row])
            try body(
                PageSlice(
                    rows: next - row, slots: levelStart[next] - levelStart[row], values: values,
                    levels: .bytes(
                        definition: levels.definition + levelStart[row],
                        repetition: leaf.maxRepetition > 0 ? levels.repetition + levelStart[row] : nil,
                        maxDefinition: leaf.maxDefinition, maxRepetition: leaf.maxRepetition)))
            row = next
        }
    }

    private func plainBytes(_ column: Column, _ start: Int, _ count: Int) -> Int {
        column.storage == .bytes
            ? Int(column.offsets[start + count] - column.offsets[start]) + 4 * count : count * column.valueWidth
    }

    /// The last slot that still fits, at least one, and the values up to it.
    private func cut(_ column: Column, _ slot: Int, _ value: Int, _ end: Int) -> (Int, Int) {
        var next = slot
        var values = 0
        while next < end {
            let more = column.isValid(next) ? 1 : 0
            if next > slot && plainBytes(column, value, values + more) > limit.bytes { break }
            values += more
            next += 1
        }
        return (next, values)
    }

    /// Slots in `from ..< to` that have a value.
    private static func valid(_ column: Column, from: Int, to: Int) -> Int {
        guard column.nullCount > 0 else { return to - from }
        if from == 0 && to == column.slotCount { return column.valueCount }
        var count = 0
        var slot = from
        while slot < to && slot % 8 != 0 {
            count += column.isValid(slot) ? 1 : 0
            slot += 1
        }
        while slot + 8 <= to {
            count += column.validity[slot >> 3].nonzeroBitCount
            slot += 8
        }
        while slot < to {
            count += column.isValid(slot) ? 1 : 0
            slot += 1
        }
        return count
    }
}
