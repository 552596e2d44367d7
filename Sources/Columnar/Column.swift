import Glibc

/// One column of a batch: typed values over raw memory that is reused from batch to batch.
///
/// Invariants (`checkInvariants()`):
/// - `slotCount` counts rows (or, for a child, the slots its parent asks for), NULLs included; `nullCount` of them are
///   NULL. `validity` holds a bit per slot, least significant first, 1 = has a value. The bits are all ones after
///   `reset()`, so only NULLs touch them; bits from `slotCount` on are ones.
/// - Values are dense: the n-th value belongs to the n-th slot that is not NULL.
/// - `.bytes`: `offsets[0] == 0`, `offsets[i] <= offsets[i + 1]`, and value i is `arena[offsets[i] ..< offsets[i + 1]]`.
/// - `.list`: value i (a `UInt32` in `values`) is the length of the i-th list; the child has the sum of them as slots.
/// - `.structure`: each child has `valueCount` slots.
///
/// Filling is done through the raw pointers by a source that asked for room first (`reserveSlots`, `reserveBytes`), or by
/// the `append…` functions. A column is used by one thread at a time.
package final class Column {
    package let type: ColumnType
    package let storage: ColumnStorage
    package let children: [Column]

    package var slotCount = 0
    package var nullCount = 0
    package private(set) var slotCapacity = 0
    /// One bit per slot, with 8 bytes of slack behind the last.
    package private(set) var validity: UnsafeMutablePointer<UInt8>
    /// `.fixed`: the values; `.list`: the lengths; otherwise unused. 16-byte aligned.
    package private(set) var values: UnsafeMutableRawPointer
    /// `.bytes` only.
    package private(set) var offsets: UnsafeMutablePointer<UInt32>
    /// `.bytes` only; with 16 bytes of slack behind the capacity, so that short values may be copied in whole words.
    package private(set) var arena: UnsafeMutableRawPointer
    package private(set) var arenaCapacity = 0

    /// Width of one entry of `values`: the fixed width, 4 for list lengths, 0 for bytes and structures.
    package let valueWidth: Int

    package static let arenaSlack = 16
    /// Offsets are `UInt32`.
    package static let maximumArenaBytes = Int(UInt32.max)

    package init(_ type: ColumnType, slots: Int) {
        precondition(slots >= 0, "a column cannot have a negative number of slots")
        self.type = type
        storage = type.storage
        switch type {
        case .list(let element): children = [Column(element, slots: slots)]
        case .structure(let fields): children = fields.map { Column($0.type, slots: slots) }
        default: children = []
        }
        switch storage {
        case .fixed(let width): valueWidth = width
        case .list: valueWidth = 4
        case .bytes, .structure: valueWidth = 0
        }
        validity = .allocate(capacity: 8)
        values = .allocate(byteCount: 16, alignment: 16)
        offsets = .allocate(capacity: 1)
        arena = Self.resized(nil, to: 0)
        offsets[0] = 0
        validity.update(repeating: 0xFF, count: 8)
        reserveSlots(slots)
    }

    deinit {
        validity.deallocate()
        values.deallocate()
        offsets.deallocate()
        free(arena)
    }

    package var valueCount: Int { slotCount - nullCount }

    /// Bytes of the arena in use. `.bytes` only.
    package var arenaUsed: Int { Int(offsets[valueCount]) }

    /// Bytes that the values in this column and its children take when written plainly, without levels.
    package var plainBytes: Int {
        var total = children.reduce(0) { $0 + $1.plainBytes }
        switch storage {
        case .fixed(let width): total += valueCount * width
        case .bytes: total += arenaUsed + 4 * valueCount
        case .list, .structure: break
        }
        return total
    }

    /// Forgets all values and keeps the memory, unless one oversize value had blown the arena up beyond `keepArena`.
    package func reset(keepArena: Int = 16 << 20) {
        if nullCount > 0 { validity.update(repeating: 0xFF, count: (slotCapacity + 7) / 8 + 8) }
        slotCount = 0
        nullCount = 0
        offsets[0] = 0
        if arenaCapacity > keepArena {
            free(arena)
            arena = Self.resized(nil, to: keepArena / 4)
            arenaCapacity = keepArena / 4
        }
        for child in children { child.reset(keepArena: keepArena) }
    }

    /// Makes room for `count` slots in all. Keeps what is there. Children grow by themselves.
    package func reserveSlots(_ count: Int) {
        guard count > slotCapacity else { return }
        let capacity = slotCapacity == 0 ? count : max(count, slotCapacity * 2)
        let oldBitmap = (slotCapacity + 7) / 8 + 8
        let newBitmap = (capacity + 7) / 8 + 8
        let bits = UnsafeMutablePointer<UInt8>.allocate(capacity: newBitmap)
        bits.update(from: validity, count: min(oldBitmap, newBitmap))
        if newBitmap > oldBitmap { (bits + oldBitmap).update(repeating: 0xFF, count: newBitmap - oldBitmap) }
        validity.deallocate()
        validity = bits
        if valueWidth > 0 {
            let grown = UnsafeMutableRawPointer.allocate(byteCount: capacity * valueWidth + 16, alignment: 16)
            grown.copyMemory(from: values, byteCount: valueCount * valueWidth)
            values.deallocate()
            values = grown
        }
        if storage == .bytes {
            let grown = UnsafeMutablePointer<UInt32>.allocate(capacity: capacity + 1)
            grown.update(from: offsets, count: valueCount + 1)
            offsets.deallocate()
            offsets = grown
        }
        slotCapacity = capacity
    }

    /// Makes room for an arena of `count` bytes in all and keeps what is there.
    /// The caller answers for `count <= maximumArenaBytes`.
    package func reserveBytes(_ count: Int) {
        guard count > arenaCapacity else { return }
        precondition(count <= Self.maximumArenaBytes, "an arena holds at most 4 GiB")
        let capacity = min(max(count, arenaCapacity + arenaCapacity / 2, 4096), Self.maximumArenaBytes)
        arena = Self.resized(arena, to: capacity)
        arenaCapacity = capacity
    }

    /// The arena comes from malloc, since realloc moves large blocks by their page tables: both copies are never resident.
    private static func resized(_ arena: UnsafeMutableRawPointer?, to capacity: Int) -> UnsafeMutableRawPointer {
        guard let resized = realloc(arena, capacity + arenaSlack) else {
            fatalError("out of memory: \(capacity) bytes for the values of one column")
        }
        return resized
    }
}
