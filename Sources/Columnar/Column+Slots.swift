// Slots of one column that go on in another: for rows that are kept apart, and columns that a table has and a source has not.
extension Column {
    package func appendNulls(_ count: Int) {
        reserveSlots(slotCount + count)
        for slot in slotCount..<slotCount + count { validity[slot >> 3] &= ~(1 << UInt8(slot & 7)) }
        slotCount += count
        nullCount += count
    }

    /// Appends the slots in `ranges`, which ascend and don't overlap, of a column of the same type.
    package func append(_ ranges: [Range<Int>], of other: Column) {
        precondition(other.type == type, "slots of \(other.type) do not fit a column of \(type)")
        reserveSlots(slotCount + ranges.reduce(0) { $0 + $1.count })
        var slot = 0
        // Slots before it that are not NULL: the place of its value.
        var value = 0
        var childRanges: [Range<Int>] = []
        var childSlot = 0
        for range in ranges {
            let skipped = other.valuesCount(in: slot..<range.lowerBound)
            let first = value + skipped
            let count = other.valuesCount(in: range)
            if storage == .list { childSlot += other.elements(value..<first) }
            switch storage {
            case .fixed, .list: copyValues(first..<first + count, of: other)
            case .bytes: copyBytes(first..<first + count, of: other)
            case .structure: childRanges.append(first..<first + count)
            }
            if storage == .list {
                let elements = other.elements(first..<first + count)
                childRanges.append(childSlot..<childSlot + elements)
                childSlot += elements
            }
            copyValidity(range, of: other)
            slotCount += range.count
            nullCount += range.count - count
            slot = range.upperBound
            value = first + count
        }
        for (child, source) in zip(children, other.children) { child.append(childRanges, of: source) }
    }

    private func valuesCount(in slots: Range<Int>) -> Int {
        guard nullCount > 0 else { return slots.count }
        var count = 0
        for slot in slots where isValid(slot) { count += 1 }
        return count
    }

    private func elements(_ lists: Range<Int>) -> Int {
        let lengths = values.assumingMemoryBound(to: UInt32.self)
        return lists.reduce(0) { $0 + Int(lengths[$1]) }
    }

    private func copyValues(_ range: Range<Int>, of other: Column) {
        (values + valueCount * valueWidth).copyMemory(
            from: other.values + range.lowerBound * valueWidth, byteCount: range.count * valueWidth)
    }

    private func copyBytes(_ range: Range<Int>, of other: Column) {
        let (used, next) = (arenaUsed, valueCount)
        let start = Int(other.offsets[range.lowerBound])
        let size = Int(other.offsets[range.upperBound]) - start
        reserveBytes(used + size)
        (arena + used).copyMemory(from: other.arena + start, byteCount: size)
        for i in 0..<range.count {
            offsets[next + i + 1] = UInt32(Int(other.offsets[range.lowerBound + i + 1]) - start + used)
        }
    }

    private func copyValidity(_ range: Range<Int>, of other: Column) {
        guard other.nullCount > 0 else { return }
        for (i, slot) in range.enumerated() where !other.isValid(slot) {
            let target = slotCount + i
            validity[target >> 3] &= ~(1 << UInt8(target & 7))
        }
    }
}
