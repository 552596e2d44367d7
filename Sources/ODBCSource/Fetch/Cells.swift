/// The cells of one column in a run of rows that came: what a kernel converts.
///
/// Row i's length, or −1 for NULL, is `lengths[i]`. Its bytes lie in its slot, `slots + i * stride`, or, where they are
/// more than `usable`, at `packed + packedOffsets[i]`. 16 bytes behind either may be read.
package struct Cells {
    var slots: UnsafeRawPointer
    var stride: Int
    var lengths: UnsafePointer<Int>
    var usable: Int
    var packed: UnsafeRawPointer
    var packedOffsets: UnsafePointer<Int>
    package private(set) var count: Int

    package static let null = -1
    /// Bytes that may be read behind a cell.
    package static let slack = 16

    package init(
        slots: UnsafeRawPointer, stride: Int, lengths: UnsafePointer<Int>, usable: Int, packed: UnsafeRawPointer,
        packedOffsets: UnsafePointer<Int>, count: Int
    ) {
        self.slots = slots
        self.stride = stride
        self.lengths = lengths
        self.usable = usable
        self.packed = packed
        self.packedOffsets = packedOffsets
        self.count = count
    }

    @inline(__always)
    func start(_ row: Int, length: Int) -> UnsafeRawPointer {
        length > usable ? packed + packedOffsets[row] : slots + row &* stride
    }

    /// A reduction without an early exit, so that it is vectorised.
    var nullCount: Int {
        var nulls = 0
        for row in 0..<count { nulls &+= lengths[row] == Self.null ? 1 : 0 }
        return nulls
    }

    /// Of all cells that are not NULL.
    var byteCount: Int {
        var bytes = 0
        for row in 0..<count { bytes &+= max(0, lengths[row]) }
        return bytes
    }

    /// The rows from `first` on.
    func from(_ first: Int, count: Int) -> Cells {
        Cells(
            slots: slots + first * stride, stride: stride, lengths: lengths + first, usable: usable, packed: packed,
            packedOffsets: packedOffsets + first, count: count)
    }
}
