import Columnar

/// The dictionary of one column, of the width of its values.
enum LeafDictionary {
    case four(ValueDictionary<UInt32>)
    case eight(ValueDictionary<UInt64>)
    case sixteen(ValueDictionary<UInt128>)
    case bytes(TextDictionary)

    /// Nil for booleans, which are bits already.
    init?(leaf: LeafColumn, pageBytes: Int, budget: DictionaryBudget) {
        let width = leaf.plainWidth
        switch leaf.kind {
        case .boolean: return nil
        case .int32: self = .four(ValueDictionary(limit: pageBytes / width, budget: budget))
        case .int64: self = .eight(ValueDictionary(limit: pageBytes / width, budget: budget))
        // parquet-java skips a chunk by its dictionary and does not find 0 where there is −0.
        case .float:
            let excluded = (-Float.zero).bitPattern
            self = .four(ValueDictionary(limit: pageBytes / width, excluded: excluded, budget: budget))
        case .double:
            let excluded = (-Double.zero).bitPattern
            self = .eight(ValueDictionary(limit: pageBytes / width, excluded: excluded, budget: budget))
        case .int128, .uuid: self = .sixteen(ValueDictionary(limit: pageBytes / width, budget: budget))
        case .bytes: self = .bytes(TextDictionary(pageBytes: pageBytes, budget: budget))
        }
    }

    var count: Int {
        switch self {
        case .four(let table): table.count
        case .eight(let table): table.count
        case .sixteen(let table): table.count
        case .bytes(let table): table.count
        }
    }

    func removeAll() {
        switch self {
        case .four(let table): table.removeAll()
        case .eight(let table): table.removeAll()
        case .sixteen(let table): table.removeAll()
        case .bytes(let table): table.removeAll()
        }
    }

    /// Writes the indices of the values to `ids`; returns how many were done before a limit was reached.
    func assign(_ values: LeafValues, ids: UnsafeMutablePointer<UInt32>, equalNeighbours: inout Int) -> Int {
        switch self {
        case .four(let table):
            table.assign(
                values.fixed.assumingMemoryBound(to: UInt32.self), count: values.count, ids: ids,
                equalNeighbours: &equalNeighbours)
        case .eight(let table):
            table.assign(
                values.fixed.assumingMemoryBound(to: UInt64.self), count: values.count, ids: ids,
                equalNeighbours: &equalNeighbours)
        case .sixteen(let table):
            table.assign(
                values.fixed.assumingMemoryBound(to: UInt128.self), count: values.count, ids: ids,
                equalNeighbours: &equalNeighbours)
        case .bytes(let table):
            table.assign(
                arena: values.arena, offsets: values.offsets, count: values.count, ids: ids,
                equalNeighbours: &equalNeighbours)
        }
    }

    /// Smallest and largest of a page's byte strings. Nil for values that are compared faster than looked up.
    func extremes(
        _ ids: UnsafePointer<UInt32>, count: Int
    ) -> (low: UnsafeRawBufferPointer, high: UnsafeRawBufferPointer)? {
        guard case .bytes(let table) = self, count > 0 else { return nil }
        let (low, high) = table.extremes(ids, count: count)
        return (table.value(low), table.value(high))
    }

    /// All values in order of their indices: the content of the dictionary page.
    var values: LeafValues {
        let none = UnsafePointer<UInt32>(bitPattern: 16)!
        switch self {
        case .four(let table):
            return LeafValues(count: table.count, fixed: table.values, offsets: none, arena: table.values)
        case .eight(let table):
            return LeafValues(count: table.count, fixed: table.values, offsets: none, arena: table.values)
        case .sixteen(let table):
            return LeafValues(count: table.count, fixed: table.values, offsets: none, arena: table.values)
        case .bytes(let table):
            return LeafValues(
                count: table.count, fixed: table.bytes, offsets: UnsafePointer(table.offsets), arena: table.bytes)
        }
    }

    /// Puts back the values that the indices stand for.
    func gather(_ ids: UnsafePointer<UInt32>, count: Int, into target: GatherBuffer) -> LeafValues {
        switch self {
        case .four(let table): target.gather(table.values, ids, count)
        case .eight(let table): target.gather(table.values, ids, count)
        case .sixteen(let table): target.gather(table.values, ids, count)
        case .bytes(let table): target.gather(table, ids, count)
        }
    }
}

/// Values put back from a dictionary, as dense as they were in their batch. Reused.
final class GatherBuffer {
    private let fixed = ByteBuffer(capacity: 1 << 12)
    private let offsets = ByteBuffer(capacity: 1 << 12)

    func gather<T: BitwiseCopyable>(
        _ dictionary: UnsafePointer<T>, _ ids: UnsafePointer<UInt32>, _ count: Int
    ) -> LeafValues {
        fixed.removeAll()
        fixed.reserve(count * MemoryLayout<T>.stride)
        let out = fixed.base.assumingMemoryBound(to: T.self)
        for index in 0..<count { out[index] = dictionary[Int(ids[index])] }
        return LeafValues(
            count: count, fixed: fixed.base, offsets: UnsafePointer(offsets.base.assumingMemoryBound(to: UInt32.self)),
            arena: fixed.base)
    }

    func gather(_ dictionary: TextDictionary, _ ids: UnsafePointer<UInt32>, _ count: Int) -> LeafValues {
        fixed.removeAll()
        offsets.removeAll()
        offsets.reserve(4 * (count + 1))
        let ends = offsets.base.assumingMemoryBound(to: UInt32.self)
        ends[0] = 0
        for index in 0..<count {
            let id = Int(ids[index])
            let start = Int(dictionary.offsets[id])
            fixed.append(
                UnsafeRawBufferPointer(
                    start: dictionary.bytes + start, count: Int(dictionary.offsets[id + 1]) - start))
            ends[index + 1] = UInt32(truncatingIfNeeded: fixed.count)
        }
        return LeafValues(count: count, fixed: fixed.base, offsets: UnsafePointer(ends), arena: fixed.base)
    }
}
