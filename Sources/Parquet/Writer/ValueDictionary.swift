/// Numbers distinct values of 4, 8 or 16 bytes in the order of their first appearance.
///
/// Open addressing with linear probing at a load of at most a half. Probes are capped, so keys chosen to collide cannot
/// stall a load: the dictionary is given up instead. Entries of 8-byte keys take 16 bytes, one cache line holds four.
final class ValueDictionary<Key: FixedWidthInteger & UnsignedInteger & BitwiseCopyable> {
    private struct Entry {
        var key: Key
        /// The index plus one; 0 is a free place.
        var place: UInt32
    }

    private var table: UnsafeMutablePointer<Entry>
    private var tableBits: Int
    private(set) var values: UnsafeMutablePointer<Key>
    private(set) var count = 0
    private let limit: Int
    private let excluded: Key?
    private let budget: DictionaryBudget

    private static var firstBits: Int { 8 }
    private static var maximumProbes: Int { 64 }

    /// - Parameters:
    ///   - limit: the most entries it may have.
    ///   - excluded: a value that it does not take; it ends the dictionary as a limit does.
    init(limit: Int, excluded: Key? = nil, budget: DictionaryBudget) {
        self.limit = limit
        self.excluded = excluded
        self.budget = budget
        tableBits = Self.firstBits
        table = .allocate(capacity: 1 << tableBits)
        table.initialize(repeating: Entry(key: 0, place: 0), count: 1 << tableBits)
        values = .allocate(capacity: 1 << (tableBits - 1))
        budget.charge(Self.memory(bits: tableBits))
    }

    deinit {
        table.deallocate()
        values.deallocate()
        budget.giveBack(Self.memory(bits: tableBits))
    }

    private static func memory(bits: Int) -> Int {
        MemoryLayout<Entry>.stride << bits + MemoryLayout<Key>.stride << (bits - 1)
    }

    /// Forgets the values and keeps the memory.
    func removeAll() {
        guard count > 0 else { return }
        table.update(repeating: Entry(key: 0, place: 0), count: 1 << tableBits)
        count = 0
    }

    /// Writes the index of each value to `ids`. Returns how many values were done: fewer than `count` where the dictionary
    /// would exceed its limits. `equalNeighbours` grows by the values that equal their predecessor.
    func assign(
        _ input: UnsafePointer<Key>, count inputCount: Int, ids: UnsafeMutablePointer<UInt32>,
        equalNeighbours: inout Int
    ) -> Int {
        guard inputCount > 0 else { return 0 }
        var table = self.table
        var values = self.values
        var mask = 1 &<< tableBits &- 1
        var shift = UInt64(64 &- tableBits)
        var room = min(limit, 1 << (tableBits - 1))
        var used = count
        var equal = 0
        var last = ~input[0]
        var lastID: UInt32 = 0
        var index = 0
        scan: while index < inputCount {
            let key = input[index]
            if key == last {
                ids[index] = lastID
                equal &+= 1
                index &+= 1
                continue
            }
            var slot = Int(truncatingIfNeeded: Self.hash(key) &>> shift)
            var probes = 0
            while true {
                let entry = table[slot]
                if entry.place == 0 {
                    if used == room {
                        count = used
                        guard grow() else { break scan }
                        table = self.table
                        values = self.values
                        mask = 1 &<< tableBits &- 1
                        shift = UInt64(64 &- tableBits)
                        room = min(limit, 1 << (tableBits - 1))
                        continue scan
                    }
                    if key == excluded { break scan }
                    values[used] = key
                    used &+= 1
                    table[slot] = Entry(key: key, place: UInt32(truncatingIfNeeded: used))
                    lastID = UInt32(truncatingIfNeeded: used &- 1)
                    break
                }
                if entry.key == key {
                    lastID = entry.place &- 1
                    break
                }
                probes &+= 1
                if probes > Self.maximumProbes { break scan }
                slot = (slot &+ 1) & mask
            }
            last = key
            ids[index] = lastID
            index &+= 1
        }
        count = used
        equalNeighbours += equal
        return index
    }

    @inline(__always)
    private static func hash(_ key: Key) -> UInt64 {
        var folded = UInt64(truncatingIfNeeded: key)
        if Key.bitWidth > 64 { folded ^= UInt64(truncatingIfNeeded: key >> 64) &* 0xC2B2_AE3D_27D4_EB4F }
        return (folded ^ folded &>> 32) &* 0x9E37_79B9_7F4A_7C15
    }

    @inline(never)
    private func grow() -> Bool {
        guard count < limit else { return false }
        let bits = tableBits + 1
        guard budget.take(Self.memory(bits: bits) - Self.memory(bits: tableBits)) else { return false }
        let larger = UnsafeMutablePointer<Entry>.allocate(capacity: 1 << bits)
        larger.initialize(repeating: Entry(key: 0, place: 0), count: 1 << bits)
        let mask = 1 << bits - 1
        for index in 0..<count {
            var slot = Int(truncatingIfNeeded: Self.hash(values[index]) >> UInt64(64 - bits))
            while larger[slot].place != 0 { slot = (slot + 1) & mask }
            larger[slot] = Entry(key: values[index], place: UInt32(index + 1))
        }
        let moreValues = UnsafeMutablePointer<Key>.allocate(capacity: 1 << (bits - 1))
        moreValues.update(from: values, count: count)
        table.deallocate()
        values.deallocate()
        table = larger
        values = moreValues
        tableBits = bits
        return true
    }
}

/// What all dictionaries of one encoder may take together.
final class DictionaryBudget {
    private var left: Int

    init(bytes: Int) { left = bytes }

    /// Takes bytes that are needed in any case: the first, small tables.
    func charge(_ bytes: Int) { left -= bytes }

    /// Takes the bytes if they are there.
    func take(_ bytes: Int) -> Bool {
        guard bytes <= left else { return false }
        left -= bytes
        return true
    }

    func giveBack(_ bytes: Int) { left += bytes }
}
