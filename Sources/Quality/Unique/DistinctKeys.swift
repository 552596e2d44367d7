/// What a set of keys says that never takes more than its memory: when it is full it takes no more. What it took before is
/// still found.
enum KeyAnswer { case isNew, wasThere, isFull }

/// Words, in a table with open places.
struct DistinctWords: ~Copyable {
    private var table: UnsafeMutablePointer<UInt64>
    private var places = 0
    private var count = 0
    private var hasZero = false
    private let mostPlaces: Int

    init(memoryBytes: Int) {
        // The greatest power of two that fits: a table is never grown, so there are never two of them.
        mostPlaces = max(1024, 1 << (Int.bitWidth - 1 - max(memoryBytes / 8, 1).leadingZeroBitCount))
        table = .allocate(capacity: 1)
    }

    deinit { table.deallocate() }

    mutating func begin(keys: Int) {
        var wanted = 1024
        while wanted < mostPlaces, wanted < keys &* 2 { wanted *= 2 }
        if wanted > places {
            table.deallocate()
            table = .allocate(capacity: wanted)
        }
        places = wanted
        table.update(repeating: 0, count: places)
        count = 0
        hasZero = false
    }

    @inline(__always)
    mutating func insert(_ word: UInt64, _ hash: UInt64) -> KeyAnswer {
        // 0 marks a free place.
        guard word != 0 else {
            defer { hasZero = true }
            return hasZero ? .wasThere : .isNew
        }
        let mask = places &- 1
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let found = table[place]
            if found == word { return .wasThere }
            if found == 0 { break }
            place = (place &+ 1) & mask
        }
        guard count < places - places / 4 else { return .isFull }
        table[place] = word
        count &+= 1
        return .isNew
    }
}

/// Keys of any length: their bytes behind each other, and a table of where each begins.
struct DistinctBytes: ~Copyable {
    /// The high half of a key's hash, and where it begins in the arena, plus one: 0 is a free place.
    private var table: UnsafeMutablePointer<UInt64>
    private var places = 0
    private var count = 0
    private var arena: UnsafeMutableRawPointer
    private var used = 0
    private let mostPlaces: Int
    private var arenaBytes: Int

    init(memoryBytes: Int) {
        // A quarter for the table; what is not touched of the arena takes no memory.
        arenaBytes = min(max(memoryBytes * 3 / 4, 1 << 16), Int(UInt32.max) - 64)
        mostPlaces = max(1024, 1 << (Int.bitWidth - 1 - max(memoryBytes / 4 / 8, 1).leadingZeroBitCount))
        table = .allocate(capacity: 1)
        arena = .allocate(byteCount: arenaBytes + 16, alignment: 16)
    }

    deinit {
        table.deallocate()
        arena.deallocate()
    }

    mutating func begin(keys: Int) {
        var wanted = 1024
        while wanted < mostPlaces, wanted < keys &* 2 { wanted *= 2 }
        if wanted > places {
            table.deallocate()
            table = .allocate(capacity: wanted)
        }
        places = wanted
        table.update(repeating: 0, count: places)
        count = 0
        used = 0
    }

    /// Of bytes that 15 more may be read behind.
    @inline(__always)
    mutating func insert(_ bytes: UnsafeRawPointer, _ length: Int, _ hash: UInt64) -> KeyAnswer {
        let mask = places &- 1
        let tag = hash & 0xFFFF_FFFF_0000_0000
        var place = Int(truncatingIfNeeded: hash) & mask
        while true {
            let found = table[place]
            if found == 0 { break }
            if found & 0xFFFF_FFFF_0000_0000 == tag, isKey(bytes, length, at: Int(found & 0xFFFF_FFFF) - 1) {
                return .wasThere
            }
            place = (place &+ 1) & mask
        }
        if used + 4 + length > arenaBytes {
            // A key that is larger than the arena would be too large in every round.
            guard count == 0 else { return .isFull }
            grow(toHold: 4 + length)
        }
        guard count < places - places / 4 else { return .isFull }
        table[place] = tag | UInt64(truncatingIfNeeded: used + 1)
        (arena + used).storeBytes(of: UInt32(truncatingIfNeeded: length), as: UInt32.self)
        (arena + used + 4).copyMemory(from: bytes, byteCount: length)
        used += 4 + length
        count &+= 1
        return .isNew
    }

    /// Of an arena that holds nothing.
    @inline(never)
    private mutating func grow(toHold bytes: Int) {
        arena.deallocate()
        arenaBytes = bytes
        arena = .allocate(byteCount: arenaBytes + 16, alignment: 16)
    }

    @inline(__always)
    private func isKey(_ bytes: UnsafeRawPointer, _ length: Int, at offset: Int) -> Bool {
        guard Int((arena + offset).loadUnaligned(as: UInt32.self)) == length else { return false }
        return ByteOrder.compare(
            UnsafeRawBufferPointer(start: bytes, count: length),
            UnsafeRawBufferPointer(start: arena + offset + 4, count: length)) == 0
    }
}
