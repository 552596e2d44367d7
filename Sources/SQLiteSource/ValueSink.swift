import Columnar

/// Where the values of one column go: the raw pointers of a `Column`, taken out of it while a batch is filled so that
/// the hot loop touches no class. Between `load` and `store` the column's counts are stale.
struct ValueSink {
    let kind: ValueKind
    /// Digits behind the point (decimals), and the first magnitude that does not fit.
    let scale: Int
    let precision: Int
    let bound: Int64
    /// 10^scale where a double holds it exactly and an integer too; else 0.
    let power: Int64
    /// Where the next fixed value or end offset goes.
    var write: UnsafeMutableRawPointer
    var arena: UnsafeMutableRawPointer
    var used = 0
    var capacity = 0
    var nulls = 0
    var validity: UnsafeMutablePointer<UInt8>
    /// Over all batches: values that did not fit and became NULL, and times that were cut to microseconds.
    var adjusted = 0
    var cut = 0

    init(_ plan: ColumnPlan, target: Column) {
        kind = plan.kind
        if case .decimal(let precision, let scale) = plan.type {
            self.scale = scale
            self.precision = precision
            bound = precision <= 18 ? Self.power(of: precision) : .max
            power = scale <= 15 ? Self.power(of: scale) : 0
        } else {
            (scale, precision, bound, power) = (0, 0, 0, 0)
        }
        write = target.values
        arena = target.arena
        validity = target.validity
    }

    private static func power(of exponent: Int) -> Int64 { (0..<exponent).reduce(1) { power, _ in power * 10 } }

    mutating func load(_ column: Column) {
        nulls = column.nullCount
        validity = column.validity
        if column.storage == .bytes {
            write = UnsafeMutableRawPointer(column.offsets + (column.valueCount + 1))
            arena = column.arena
            used = column.arenaUsed
            capacity = column.arenaCapacity
        } else {
            write = column.values + column.valueCount * column.valueWidth
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

    /// SAFETY: room for `length` bytes was made, and the arena has 16 bytes of slack. Nothing behind the source is read:
    /// it lies in SQLite's own buffers.
    @inline(__always)
    mutating func putBytes(_ source: UnsafeRawPointer, _ length: Int) {
        let target = arena + used
        if length >= 8 && length <= 16 {
            let head = source.loadUnaligned(as: UInt64.self)
            let tail = source.loadUnaligned(fromByteOffset: length &- 8, as: UInt64.self)
            target.storeBytes(of: head, as: UInt64.self)
            target.storeBytes(of: tail, toByteOffset: length &- 8, as: UInt64.self)
        } else if length > 16 && length <= 32 {
            let head = source.loadUnaligned(as: SIMD16<UInt8>.self)
            let tail = source.loadUnaligned(fromByteOffset: length &- 16, as: SIMD16<UInt8>.self)
            target.storeBytes(of: head, as: SIMD16<UInt8>.self)
            target.storeBytes(of: tail, toByteOffset: length &- 16, as: SIMD16<UInt8>.self)
        } else {
            target.copyMemory(from: source, byteCount: length)
        }
        used &+= length
        put(UInt32(truncatingIfNeeded: used))
    }
}
