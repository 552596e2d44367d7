// Appending one value at a time: for tests, small results and nested children. The hot paths of the sources write through
// the raw pointers after they reserved room.
extension Column {
    @inlinable package func isValid(_ slot: Int) -> Bool { validity[slot &>> 3] & (1 &<< UInt8(slot & 7)) != 0 }

    package func appendNull() {
        reserveSlots(slotCount + 1)
        validity[slotCount >> 3] &= ~(1 << UInt8(slotCount & 7))
        slotCount += 1
        nullCount += 1
    }

    /// Appends a value of exactly the column's width.
    package func append<T: BitwiseCopyable>(_ value: T) {
        precondition(MemoryLayout<T>.size == valueWidth, "a \(T.self) does not fit a column of \(type)")
        reserveSlots(slotCount + 1)
        values.storeBytes(of: value, toByteOffset: valueCount * valueWidth, as: T.self)
        slotCount += 1
    }

    package func append(_ value: Bool) { append(value ? UInt8(1) : 0) }

    package func append(_ text: String) {
        var text = text
        text.withUTF8 { append(bytes: UnsafeRawBufferPointer($0)) }
    }

    package func append(bytes: UnsafeRawBufferPointer) {
        precondition(storage == .bytes, "bytes do not fit a column of \(type)")
        reserveSlots(slotCount + 1)
        let used = arenaUsed
        reserveBytes(used + bytes.count)
        if let base = bytes.baseAddress { (arena + used).copyMemory(from: base, byteCount: bytes.count) }
        offsets[valueCount + 1] = UInt32(used + bytes.count)
        slotCount += 1
    }

    /// Appends a list of `count` elements; the caller appends them to `children[0]`.
    package func appendList(count: Int) {
        precondition(storage == .list, "a list does not fit a column of \(type)")
        append(UInt32(count))
    }

    /// Appends a structure that is not NULL; the caller appends one slot to each child.
    package func appendStructure() {
        precondition(storage == .structure, "a structure does not fit a column of \(type)")
        reserveSlots(slotCount + 1)
        slotCount += 1
    }

    /// Traps where an invariant of the type's description does not hold; compiled out of release builds.
    package func checkInvariants() {
        assert(slotCount >= 0 && slotCount <= slotCapacity && nullCount >= 0 && nullCount <= slotCount)
        assert((0..<slotCount).reduce(0) { $0 + (isValid($1) ? 0 : 1) } == nullCount)
        assert(storage != .bytes || offsets[0] == 0)
        assert(storage != .bytes || (0..<valueCount).allSatisfy { offsets[$0] <= offsets[$0 + 1] })
        assert(storage != .bytes || arenaUsed <= arenaCapacity)
        if storage == .list {
            let lengths = values.assumingMemoryBound(to: UInt32.self)
            assert((0..<valueCount).reduce(0) { $0 + Int(lengths[$1]) } == children[0].slotCount)
        }
        if storage == .structure { assert(children.allSatisfy { $0.slotCount == valueCount }) }
        for child in children { child.checkInvariants() }
    }
}
