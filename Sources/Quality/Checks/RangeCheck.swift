import Columnar

/// Finds the values outside of a closed range, whole columns at a time. NaN is in no range.
///
/// Each loop counts first, which vectorises, and looks for the places only where there is something to find.
enum RangeCheck: Equatable {
    case int32(Int32, Int32)
    case int64(Int64, Int64)
    case int128(Int128, Int128)
    case float(Float, Float)
    case double(Double, Double)
    /// By bytes, which for UTF-8 is the order of code points. Nil is open.
    case text(low: [UInt8]?, high: [UInt8]?)

    /// The values of the column, NULLs not counted, that are outside.
    func failing(in column: Column, into failing: inout [Int32]) {
        let count = column.valueCount
        switch self {
        case .int32(let low, let high): Self.outside(column.pointer(), count, low, high, &failing)
        case .int64(let low, let high): Self.outside(column.pointer(), count, low, high, &failing)
        case .int128(let low, let high): Self.outside(column.pointer(), count, low, high, &failing)
        case .float(let low, let high): Self.outside(column.pointer(), count, low, high, &failing)
        case .double(let low, let high): Self.outside(column.pointer(), count, low, high, &failing)
        case .text(let low, let high): Self.textOutside(column, low, high, &failing)
        }
    }

    @inline(__always)
    private static func outside<T: Comparable & BitwiseCopyable>(
        _ values: UnsafePointer<T>, _ count: Int, _ low: T, _ high: T, _ failing: inout [Int32]
    ) {
        var outside: Int32 = 0
        // Two comparisons without a branch; each is false for NaN.
        for i in 0..<count { outside &+= (values[i] >= low ? 0 : 1) | (values[i] <= high ? 0 : 1) }
        guard outside != 0 else { return }
        for i in 0..<count where !(values[i] >= low && values[i] <= high) {
            failing.append(Int32(truncatingIfNeeded: i))
        }
    }

    private static func textOutside(_ column: Column, _ low: [UInt8]?, _ high: [UInt8]?, _ failing: inout [Int32]) {
        let (offsets, arena) = (column.offsets, column.arena)
        for i in 0..<column.valueCount {
            let start = Int(offsets[i])
            let value = UnsafeRawBufferPointer(start: arena + start, count: Int(offsets[i + 1]) - start)
            let isInside =
                (low.map { ByteOrder.compare(value, $0) >= 0 } ?? true)
                && (high.map { ByteOrder.compare(value, $0) <= 0 } ?? true)
            if !isInside { failing.append(Int32(truncatingIfNeeded: i)) }
        }
    }
}

extension Column {
    /// The dense values of a fixed width.
    func pointer<T: BitwiseCopyable>(of type: T.Type = T.self) -> UnsafePointer<T> {
        assert(MemoryLayout<T>.size == valueWidth)
        return UnsafePointer(values.assumingMemoryBound(to: T.self))
    }
}
