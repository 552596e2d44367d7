import Columnar

/// Where the values of one column go: the raw pointers of a `Column`, taken out of it while a batch is filled so that
/// the hot loop touches no class.
///
/// `load` and `store` move the state between the column and the sink. Between them the column's counts are stale.
struct ColumnSink {
    var kind: FieldKind
    /// Index of the column in the plan, for messages.
    let column: Int32
    /// Digits behind the point (decimals).
    let scale: Int32
    /// Where the next fixed value, list length or end offset goes.
    var write: UnsafeMutableRawPointer
    var arena: UnsafeMutableRawPointer
    var used = 0
    var capacity = 0
    var nulls = 0
    var validity: UnsafeMutablePointer<UInt8>
    /// The first magnitude that a decimal cannot hold, 10^precision: its low and high half. The high one is 0 up to 18
    /// digits.
    let bound: UInt64
    let boundHigh: UInt64
    /// Values that did not fit and became NULL, over all batches.
    var adjusted = 0

    init(kind: FieldKind, column: Int, type: ColumnType, target: Column) {
        self.kind = kind
        self.column = Int32(column)
        if case .decimal(let precision, let scale) = type {
            self.scale = Int32(scale)
            let power = PowersOfTen.wide(precision)
            bound = UInt64(truncatingIfNeeded: power)
            boundHigh = UInt64(truncatingIfNeeded: power >> 64)
        } else {
            scale = 0
            bound = 0
            boundHigh = 0
        }
        write = target.values
        arena = target.arena
        validity = target.validity
    }

    mutating func load(_ column: Column) {
        nulls = column.nullCount
        validity = column.validity
        switch column.storage {
        case .fixed, .list: write = column.values + column.valueCount * column.valueWidth
        case .bytes:
            write = UnsafeMutableRawPointer(column.offsets + (column.valueCount + 1))
            arena = column.arena
            used = column.arenaUsed
            capacity = column.arenaCapacity
        case .structure: preconditionFailure("no field of PostgreSQL is decoded into a structure")
        }
    }

    func store(_ column: Column, slots: Int) {
        column.slotCount = slots
        column.nullCount = nulls
    }

    @inline(__always)
    mutating func putNull(_ slot: Int) {
        nulls &+= 1
        validity[slot &>> 3] &= ~(1 &<< UInt8(truncatingIfNeeded: slot & 7))
    }

    @inline(__always)
    mutating func put<T: BitwiseCopyable>(_ value: T) {
        write.storeBytes(of: value, as: T.self)
        write += MemoryLayout<T>.size
    }

    /// SAFETY: room for `length` bytes was made; the arena's slack takes whole words behind them.
    /// Reads 16 bytes of the source only where `end` allows it.
    @inline(__always)
    mutating func putBytes(_ source: UnsafeRawPointer, _ length: Int, _ end: UnsafeRawPointer) {
        let target = arena + used
        if length <= 16 && end - source >= 16 {
            target.storeBytes(of: source.loadUnaligned(as: SIMD16<UInt8>.self), as: SIMD16<UInt8>.self)
        } else if length > 16 && length <= 32 {
            let head = source.loadUnaligned(as: SIMD16<UInt8>.self)
            let tail = source.loadUnaligned(fromByteOffset: length &- 16, as: SIMD16<UInt8>.self)
            target.storeBytes(of: head, as: SIMD16<UInt8>.self)
            (target + (length &- 16)).storeBytes(of: tail, as: SIMD16<UInt8>.self)
        } else {
            target.copyMemory(from: source, byteCount: length)
        }
        endBytes(length)
    }

    @inline(__always)
    mutating func endBytes(_ length: Int) {
        used &+= length
        put(UInt32(truncatingIfNeeded: used))
    }
}
