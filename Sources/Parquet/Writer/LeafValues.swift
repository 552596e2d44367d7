import Columnar

/// A stretch of a leaf's dense values in a batch (or gathered from a dictionary). Borrowed memory: valid as long as its owner
/// is neither filled nor reset.
struct LeafValues {
    var count: Int
    /// `count` values of the kind's width; for bytes unused.
    var fixed: UnsafeRawPointer
    /// `count + 1` offsets into `arena`; for fixed kinds unused.
    var offsets: UnsafePointer<UInt32>
    var arena: UnsafeRawPointer

    init(count: Int, fixed: UnsafeRawPointer, offsets: UnsafePointer<UInt32>, arena: UnsafeRawPointer) {
        self.count = count
        self.fixed = fixed
        self.offsets = offsets
        self.arena = arena
    }

    init(_ column: Column, from start: Int, count: Int) {
        self.init(
            count: count, fixed: UnsafeRawPointer(column.values) + start * column.valueWidth,
            offsets: UnsafePointer(column.offsets) + (column.storage == .bytes ? start : 0),
            arena: UnsafeRawPointer(column.arena))
    }

    /// Bytes of the values of variable width.
    var variableBytes: Int { Int(offsets[count] - offsets[0]) }
}

/// One page's share of a leaf: what the chunk encoder is handed.
struct PageSlice {
    var rows: Int
    var slots: Int
    var values: LeafValues
    var levels: PageLevels
    var nulls: Int { slots - values.count }
}
