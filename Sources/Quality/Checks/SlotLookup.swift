import Columnar

/// Which slots of a column values belong to: NULLs have a slot and no value.
enum SlotLookup {
    /// Ascending numbers of values become those of their slots.
    static func slots(of values: inout [Int32], in column: Column) {
        guard column.nullCount > 0, !values.isEmpty else { return }
        var (found, value) = (0, Int32(0))
        for slot in 0..<column.slotCount where column.isValid(slot) {
            if values[found] == value {
                values[found] = Int32(truncatingIfNeeded: slot)
                found += 1
                if found == values.count { return }
            }
            value += 1
        }
    }

    static func nulls(of column: Column, into slots: inout [Int32]) {
        guard column.nullCount > 0 else { return }
        for slot in 0..<column.slotCount where !column.isValid(slot) { slots.append(Int32(truncatingIfNeeded: slot)) }
    }

    /// The number of the value in a slot; nil where it is NULL. Linear.
    static func value(at slot: Int, of column: Column) -> Int? {
        guard column.isValid(slot) else { return nil }
        guard column.nullCount > 0 else { return slot }
        var value = 0
        for earlier in 0..<slot where column.isValid(earlier) { value += 1 }
        return value
    }
}
