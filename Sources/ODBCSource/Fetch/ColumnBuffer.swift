import CODBC
import Glibc

/// The memory that a driver writes one column of a rowset into, and what did not fit there.
///
/// Owned by a `Rowset`; it is the driver thread's while a fetch runs, and the converting thread's afterwards.
final class ColumnBuffer {
    let binding: Binding
    /// Bytes of a slot.
    private(set) var width: Int
    private(set) var rows: Int
    private(set) var slots: UnsafeMutableRawPointer
    private(set) var lengths: UnsafeMutablePointer<Int>
    /// Values longer than a slot, one behind the other.
    private var packed: UnsafeMutableRawPointer
    private(set) var packedCapacity = 0
    private(set) var packedBytes = 0
    private var packedOffsets: UnsafeMutablePointer<Int>
    private var offsetCapacity = 0

    /// What drivers cannot mean by any length: an entry that still holds it was not written.
    static let untouched = 0x7A5A_5A5A_7A5A_5A5A

    init(_ binding: Binding, width: Int, rows: Int) {
        self.binding = binding
        self.width = width
        self.rows = rows
        slots = Self.memory(width * rows)
        lengths = .allocate(capacity: rows)
        lengths.initialize(repeating: Cells.null, count: rows)
        packed = Self.memory(0)
        packedOffsets = .allocate(capacity: 1)
    }

    deinit {
        free(slots)
        lengths.deallocate()
        free(packed)
        packedOffsets.deallocate()
    }

    /// Bytes of a value that a slot holds.
    var usable: Int { width - binding.terminator }

    var cells: Cells {
        Cells(
            slots: slots, stride: width, lengths: lengths, usable: usable, packed: packed, packedOffsets: packedOffsets,
            count: rows)
    }

    /// Forgets what is there.
    func reshape(width: Int, rows: Int) {
        dropPacked()
        guard width != self.width || rows != self.rows else { return }
        if width * rows > self.width * self.rows {
            free(slots)
            slots = Self.memory(width * rows)
        }
        if rows > self.rows {
            lengths.deallocate()
            lengths = .allocate(capacity: rows)
        }
        self.width = width
        self.rows = rows
    }

    /// The values in it were taken. Room for long ones is not kept.
    func dropPacked() {
        packedBytes = 0
        guard packedCapacity > 1 << 20 else { return }
        free(packed)
        packed = Self.memory(0)
        packedCapacity = 0
    }

    /// Room for a value of `count` more bytes behind what is packed already.
    func reservePacked(_ count: Int) {
        guard packedBytes + count > packedCapacity else { return }
        let capacity = max(packedBytes + count, packedCapacity * 2, 4096)
        guard let grown = realloc(packed, capacity + Cells.slack) else {
            fatalError("out of memory: \(capacity) bytes for the values of one column")
        }
        packed = grown
        packedCapacity = capacity
    }

    var packedEnd: UnsafeMutableRawPointer { packed + packedBytes }

    /// `count` bytes were written at `packedEnd`.
    func advancePacked(_ count: Int) { packedBytes += count }

    /// The value of `row` is what was packed from `start` on.
    func setPacked(row: Int, from start: Int) {
        let length = packedBytes - start
        lengths[row] = length
        if length <= usable {
            // Shorter than it was said to be.
            (slots + row * width).copyMemory(from: packed + start, byteCount: length)
            packedBytes = start
            return
        }
        if row >= offsetCapacity {
            let capacity = max(rows, row + 1)
            let grown = UnsafeMutablePointer<Int>.allocate(capacity: capacity)
            grown.update(from: packedOffsets, count: offsetCapacity)
            packedOffsets.deallocate()
            packedOffsets = grown
            offsetCapacity = capacity
        }
        packedOffsets[row] = start
    }

    private static func memory(_ count: Int) -> UnsafeMutableRawPointer {
        // A whole vector before the end may be read in one go.
        guard let memory = malloc(count + Cells.slack) else {
            fatalError("out of memory: \(count) bytes for a rowset")
        }
        return memory
    }
}
