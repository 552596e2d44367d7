import Columnar

/// Finds values that are not in a list.
enum AcceptedValues {
    case int8(MemberTable<UInt8>)
    case int32(MemberTable<Int32>)
    case int64(MemberTable<Int64>)
    case int128(MemberTable<Int128>)
    case float(MemberTable<Float>)
    case double(MemberTable<Double>)
    case text(TextMembers)

    func failing(in column: Column, into failing: inout [Int32]) {
        let count = column.valueCount
        switch self {
        case .int8(let members): members.failing(column.pointer(), count, &failing)
        case .int32(let members): members.failing(column.pointer(), count, &failing)
        case .int64(let members): members.failing(column.pointer(), count, &failing)
        case .int128(let members): members.failing(column.pointer(), count, &failing)
        case .float(let members): members.failing(column.pointer(), count, &failing)
        case .double(let members): members.failing(column.pointer(), count, &failing)
        case .text(let members): members.failing(column, &failing)
        }
    }
}

/// A list of values of fixed width: few are compared with one by one, many are looked up.
struct MemberTable<T: Hashable & BitwiseCopyable & Sendable>: Sendable {
    private let few: [T]
    private let many: Set<T>

    private static var fewest: Int { 16 }

    init(_ values: [T]) {
        let distinct = Set(values)
        few = distinct.count <= Self.fewest ? Array(distinct) : []
        many = distinct.count <= Self.fewest ? [] : distinct
    }

    @inline(__always)
    func failing(_ values: UnsafePointer<T>, _ count: Int, _ failing: inout [Int32]) {
        guard many.isEmpty else {
            for i in 0..<count where !many.contains(values[i]) { failing.append(Int32(truncatingIfNeeded: i)) }
            return
        }
        few.withUnsafeBufferPointer { few in
            for i in 0..<count {
                let value = values[i]
                var isMember = false
                // The list is short and in the cache; an early end would cost more than it saves.
                for member in few { isMember = isMember || member == value }
                if !isMember { failing.append(Int32(truncatingIfNeeded: i)) }
            }
        }
    }
}
