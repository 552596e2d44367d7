import Columnar

extension Column {
    /// Drops the slots from `count` on, and what belongs to them in children.
    func truncate(to count: Int) {
        guard count < slotCount else { return }
        var dropped = 0
        for slot in count..<slotCount where !isValid(slot) {
            validity[slot >> 3] |= 1 << UInt8(slot & 7)
            dropped += 1
        }
        if storage == .list {
            let lengths = values.assumingMemoryBound(to: UInt32.self)
            let keptValues = count - (nullCount - dropped)
            let elements = (keptValues..<valueCount).reduce(0) { $0 + Int(lengths[$1]) }
            children[0].truncate(to: children[0].slotCount - elements)
        }
        nullCount -= dropped
        slotCount = count
    }
}

extension ColumnSink {
    /// How many slots were written, NULLs included, since the column was empty.
    func slots(of column: Column) -> Int {
        let values: Int
        switch column.storage {
        case .fixed, .list: values = (write - column.values) / column.valueWidth
        case .bytes: values = (write - UnsafeMutableRawPointer(column.offsets)) / 4 - 1
        case .structure: values = 0
        }
        return values + nulls
    }
}
