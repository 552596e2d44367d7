import Columnar

/// Numbers distinct byte strings in the order of their first appearance. Built like `ValueDictionary`; an entry holds
/// hash, index and length, so that the bytes are compared only where they are almost surely equal.
final class TextDictionary {
    private struct Entry {
        var hash: UInt64
        /// The index plus one; 0 is a free place.
        var place: UInt32
        var length: UInt32
    }

    private var table: UnsafeMutablePointer<Entry>
    private var tableBits: Int
    private(set) var count = 0
    /// `count + 1` offsets into `bytes`.
    private(set) var offsets: UnsafeMutablePointer<UInt32>
    private(set) var bytes: UnsafeMutableRawPointer
    private var byteCapacity: Int
    /// Per entry the page that it was last seen in, for `extremes`.
    private var seenIn: UnsafeMutablePointer<UInt32>
    private var page: UInt32 = 0
    private let pageLimit: Int
    private let budget: DictionaryBudget

    private static let firstBits = 8
    private static let maximumProbes = 64

    /// - Parameter pageBytes: the most that its dictionary page may take (4 bytes of length before each value).
    init(pageBytes: Int, budget: DictionaryBudget) {
        pageLimit = pageBytes
        self.budget = budget
        tableBits = Self.firstBits
        table = .allocate(capacity: 1 << tableBits)
        table.initialize(repeating: Entry(hash: 0, place: 0, length: 0), count: 1 << tableBits)
        offsets = .allocate(capacity: 1 << (tableBits - 1) + 1)
        offsets[0] = 0
        seenIn = .allocate(capacity: 1 << (tableBits - 1))
        seenIn.initialize(repeating: 0, count: 1 << (tableBits - 1))
        byteCapacity = 2048
        bytes = .allocate(byteCount: byteCapacity + Column.arenaSlack, alignment: 16)
        budget.charge(memory)
    }

    deinit {
        budget.giveBack(memory)
        table.deallocate()
        offsets.deallocate()
        seenIn.deallocate()
        bytes.deallocate()
    }

    private var memory: Int { Self.tableMemory(bits: tableBits) + byteCapacity }

    /// Table, offsets and marks.
    private static func tableMemory(bits: Int) -> Int { 16 << bits + 8 << (bits - 1) }

    func removeAll() {
        guard count > 0 else { return }
        table.update(repeating: Entry(hash: 0, place: 0, length: 0), count: 1 << tableBits)
        count = 0
    }

    /// Bytes of the PLAIN dictionary page.
    var pageBytes: Int { Int(offsets[count]) + 4 * count }

    /// As `ValueDictionary.assign`; value i is `arena[offsets[i] ..< offsets[i + 1]]`, and the arena has the slack of a
    /// column's.
    func assign(
        arena: UnsafeRawPointer, offsets inputOffsets: UnsafePointer<UInt32>, count inputCount: Int,
        ids: UnsafeMutablePointer<UInt32>, equalNeighbours: inout Int
    ) -> Int {
        // Class properties are re-read at every use: locals, renewed where an insertion may have moved them.
        var table = self.table
        var bytes = UnsafeRawPointer(self.bytes)
        var offsets = self.offsets
        var mask = 1 &<< tableBits &- 1
        var shift = UInt64(64 &- tableBits)
        var equal = 0
        var previous = UInt32.max
        var index = 0
        var start = Int(inputOffsets[0])
        scan: while index < inputCount {
            let end = Int(inputOffsets[index &+ 1])
            let length = end &- start
            let value = arena + start
            let hash = Self.hash(value, length: length)
            var slot = Int(truncatingIfNeeded: hash &>> shift)
            var probes = 0
            var place: UInt32
            while true {
                let entry = table[slot]
                place = entry.place
                if place == 0 {
                    let inserted = insert(value, length: length, hash: hash, slot: slot)
                    guard inserted >= 0 else { break scan }
                    place = UInt32(truncatingIfNeeded: inserted &+ 1)
                    table = self.table
                    bytes = UnsafeRawPointer(self.bytes)
                    offsets = self.offsets
                    mask = 1 &<< tableBits &- 1
                    shift = UInt64(64 &- tableBits)
                    break
                }
                if entry.hash == hash && Int(entry.length) == length
                    && Self.equal(bytes + Int(offsets[Int(place &- 1)]), value, length: length)
                {
                    break
                }
                probes &+= 1
                if probes > Self.maximumProbes { break scan }
                slot = (slot &+ 1) & mask
            }
            let id = place &- 1
            ids[index] = id
            equal &+= id == previous ? 1 : 0
            previous = id
            start = end
            index &+= 1
        }
        equalNeighbours += equal
        return index
    }

    /// The indices of the smallest and the largest value among a page's; each distinct value is compared once.
    func extremes(_ ids: UnsafePointer<UInt32>, count: Int) -> (low: Int, high: Int) {
        page &+= 1
        // The marks of 2^32 pages ago would be taken for this one's.
        if page == 0 {
            seenIn.update(repeating: 0, count: 1 << (tableBits - 1))
            page = 1
        }
        let seenIn = self.seenIn
        let page = self.page
        var low = Int(ids[0])
        var high = low
        for index in 0..<count {
            let id = Int(ids[index])
            if seenIn[id] == page { continue }
            seenIn[id] = page
            if BoundOrder.compareBytes(value(id), value(low)) < 0 { low = id }
            if BoundOrder.compareBytes(value(id), value(high)) > 0 { high = id }
        }
        return (low, high)
    }

    func value(_ id: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: bytes + Int(offsets[id]), count: Int(offsets[id + 1] - offsets[id]))
    }

    /// Gives the value at a free place of the table the next index; -1 where the limits are reached.
    @inline(never)
    private func insert(_ value: UnsafeRawPointer, length: Int, hash: UInt64, slot: Int) -> Int {
        guard pageBytes + 4 + length <= pageLimit else { return -1 }
        var slot = slot
        if count == 1 << (tableBits - 1) {
            guard growTable() else { return -1 }
            slot = freeSlot(for: hash)
        }
        let used = Int(offsets[count])
        if used + length > byteCapacity { guard growBytes(to: used + length) else { return -1 } }
        (bytes + used).copyMemory(from: value, byteCount: length)
        table[slot] = Entry(hash: hash, place: UInt32(count + 1), length: UInt32(length))
        count += 1
        offsets[count] = UInt32(used + length)
        return count - 1
    }

    private func freeSlot(for hash: UInt64) -> Int {
        var slot = Int(truncatingIfNeeded: hash >> UInt64(64 - tableBits))
        while table[slot].place != 0 { slot = (slot + 1) & (1 << tableBits - 1) }
        return slot
    }

    private func growTable() -> Bool {
        guard budget.take(Self.tableMemory(bits: tableBits)) else { return false }
        let old = table
        let oldSize = 1 << tableBits
        tableBits += 1
        table = .allocate(capacity: 1 << tableBits)
        table.initialize(repeating: Entry(hash: 0, place: 0, length: 0), count: 1 << tableBits)
        for index in 0..<oldSize where old[index].place != 0 { table[freeSlot(for: old[index].hash)] = old[index] }
        old.deallocate()
        let moreOffsets = UnsafeMutablePointer<UInt32>.allocate(capacity: 1 << (tableBits - 1) + 1)
        moreOffsets.update(from: offsets, count: count + 1)
        offsets.deallocate()
        offsets = moreOffsets
        seenIn.deallocate()
        seenIn = .allocate(capacity: 1 << (tableBits - 1))
        seenIn.initialize(repeating: 0, count: 1 << (tableBits - 1))
        return true
    }

    private func growBytes(to needed: Int) -> Bool {
        let capacity = max(needed, byteCapacity * 2)
        guard budget.take(capacity - byteCapacity) else { return false }
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity + Column.arenaSlack, alignment: 16)
        larger.copyMemory(from: bytes, byteCount: Int(offsets[count]))
        bytes.deallocate()
        bytes = larger
        byteCapacity = capacity
        return true
    }

    // SAFETY: both read whole words, up to 7 bytes beyond the value; arenas have 16 bytes of slack.
    @inline(__always)
    private static func hash(_ value: UnsafeRawPointer, length: Int) -> UInt64 {
        var hash = UInt64(truncatingIfNeeded: length) &* 0xC2B2_AE3D_27D4_EB4F
        var offset = 0
        while length &- offset >= 8 {
            hash = (hash ^ value.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash &>> 32
            offset &+= 8
        }
        let rest = length &- offset
        if rest > 0 {
            let word = value.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
            hash = (hash ^ (word & (1 &<< UInt64(rest &* 8) &- 1))) &* 0x9E37_79B9_7F4A_7C15
            hash ^= hash &>> 32
        }
        return hash &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    private static func equal(_ a: UnsafeRawPointer, _ b: UnsafeRawPointer, length: Int) -> Bool {
        var offset = 0
        while length &- offset >= 8 {
            if a.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != b.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset &+= 8
        }
        let rest = length &- offset
        guard rest > 0 else { return true }
        let difference =
            a.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
            ^ b.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
        return difference & (1 &<< UInt64(rest &* 8) &- 1) == 0
    }
}
