import Columnar

// The binary form of an array (src/backend/utils/adt/arrayfuncs.c, array_send):
//
//     dimensions: Int32  flags: Int32  element oid: UInt32  { size: Int32  lower bound: Int32 }…  { length: Int32  bytes }…
//
// The elements follow in row-major order. An empty array has no dimensions.
extension CopyDecoder {
    /// The server's MAXDIM.
    private static let maximumDimensions = 6

    @inline(never)
    func decodeList(
        _ sink: UnsafeMutablePointer<ColumnSink>, _ p: UnsafeRawPointer, _ length: Int, slot: Int
    ) throws(PostgresFault) {
        let index = Int(sink.pointee.column)
        guard let batch, length >= 12 else { throw wrongLength(sink, length) }
        let end = p + length
        func word(_ offset: Int) -> Int {
            Int(Int32(bigEndian: p.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
        }
        let dimensions = word(0)
        guard (0...Self.maximumDimensions).contains(dimensions), length >= 12 + 8 * dimensions else {
            throw streamFault("\(place(sink)): an array of \(dimensions) dimensions in \(length) bytes")
        }
        let oid = UInt32(truncatingIfNeeded: word(8))
        guard oid == plan[index].elementOID else {
            throw streamFault("\(place(sink)): an array of type \(oid) where \(plan[index].elementOID) was described")
        }
        let column = batch.columns[index]
        guard dimensions > 0 else {
            guard length == 12 else { throw wrongLength(sink, length) }
            return sink.pointee.put(UInt32(0))
        }
        var sizes = [Int]()
        var total = 1
        var ordinary = true
        for i in 0..<dimensions {
            let size = word(12 + 8 * i)
            // Each element takes 4 bytes at least, so a count beyond the value's bytes is not true.
            guard size > 0, size <= length / 4, total <= length / 4 / size else {
                throw streamFault("\(place(sink)): an array of \(size) elements in \(length) bytes")
            }
            total *= size
            sizes.append(size)
            if word(16 + 8 * i) != 1 { ordinary = false }
        }
        guard ordinary, dimensions == column.type.listDepth else {
            let bounds = (0..<dimensions).map { "[\(word(16 + 8 * $0)):\(word(16 + 8 * $0) + sizes[$0] - 1)]" }.joined()
            return try unfit(sink, .arrayShape("an array with the bounds \(bounds)"), slot: slot)
        }
        state.pointee.variableBytes &+= length
        // Outer lists first: each level has as many slots as the sizes before it multiply to.
        sink.pointee.put(UInt32(sizes[0]))
        var level = column.children[0]
        var slots = sizes[0]
        for size in sizes.dropFirst() {
            level.reserveSlots(level.slotCount + slots)
            let lengths = level.values.assumingMemoryBound(to: UInt32.self)
            for i in level.valueCount..<level.valueCount + slots { lengths[i] = UInt32(size) }
            level.slotCount += slots
            slots *= size
            level = level.children[0]
        }
        level.reserveSlots(level.slotCount + slots)
        let element = elements + index
        var next = level.slotCount
        element.pointee.load(level)
        // Whatever happens, the child says how many slots it got: `undoPartialRow` counts on it.
        defer { fillRest(element, level, next: next, until: level.slotCount + slots) }
        var q = p + (12 + 8 * dimensions)
        for _ in 0..<total {
            guard end - q >= 4 else { throw streamFault("\(place(sink)): an array ends before its last element") }
            let size = Int(Int32(bigEndian: q.loadUnaligned(as: Int32.self)))
            q += 4
            if size == -1 {
                element.pointee.putNull(next)
            } else {
                guard size >= 0, size <= end - q else { throw wrongLength(element, size) }
                try decodeField(element, q, size, end, slot: next)
                q += size
            }
            next += 1
        }
        guard q == end else {
            throw streamFault("\(place(sink)): \(end - q) bytes follow the last element of an array")
        }
    }

    /// Stores the element sink; slots that a fault left open become NULL so that the lengths stay true until they are undone.
    private func fillRest(_ element: UnsafeMutablePointer<ColumnSink>, _ level: Column, next: Int, until count: Int) {
        for slot in next..<max(next, count) { element.pointee.putNull(slot) }
        element.pointee.store(level, slots: count)
    }
}
