import Columnar

/// A list of texts. Most values are short: up to 16 bytes are compared as two words, found by a hash of them.
struct TextMembers: Sendable {
    private struct Short: Equatable {
        var low: UInt64 = 0
        var high: UInt64 = 0
        /// -1: a free place.
        var count: Int64 = -1
    }

    private let short: [Short]
    private let long: Set<[UInt8]>

    init(_ values: [[UInt8]]) {
        let distinct = Set(values)
        let fitting = distinct.filter { $0.count <= 16 }
        long = distinct.subtracting(fitting)
        var places = 8
        while places < fitting.count * 4 { places *= 2 }
        var table = [Short](repeating: Short(), count: places)
        for value in fitting {
            let padded = value + [UInt8](repeating: 0, count: 16)
            let words = padded.withUnsafeBytes { Self.words($0.baseAddress!, value.count) }
            var place = Self.place(words.low, words.high, value.count, mask: places - 1)
            while table[place].count >= 0 { place = (place + 1) & (places - 1) }
            table[place] = Short(low: words.low, high: words.high, count: Int64(value.count))
        }
        short = table
    }

    func failing(_ column: Column, _ failing: inout [Int32]) {
        let offsets = UnsafePointer(column.offsets)
        let arena = UnsafeRawPointer(column.arena)
        let mask = short.count - 1
        short.withUnsafeBufferPointer { table in
            for i in 0..<column.valueCount {
                let start = Int(offsets[i])
                let count = Int(offsets[i + 1]) - start
                guard count <= 16 else {
                    if !containsLong(UnsafeRawBufferPointer(start: arena + start, count: count)) {
                        failing.append(Int32(truncatingIfNeeded: i))
                    }
                    continue
                }
                // SAFETY: an arena has 16 bytes of slack behind its last value.
                let (low, high) = Self.words(arena + start, count)
                var place = Self.place(low, high, count, mask: mask)
                while true {
                    let member = table[place]
                    if member.count == Int64(count), member.low == low, member.high == high { break }
                    if member.count < 0 {
                        failing.append(Int32(truncatingIfNeeded: i))
                        break
                    }
                    place = (place &+ 1) & mask
                }
            }
        }
    }

    private func containsLong(_ value: UnsafeRawBufferPointer) -> Bool {
        !long.isEmpty && long.contains(Array(value))
    }

    /// Of up to 16 bytes at a place that 16 may be read from; what is behind the count is zero.
    @inline(__always)
    private static func words(_ bytes: UnsafeRawPointer, _ count: Int) -> (low: UInt64, high: UInt64) {
        let low = bytes.loadUnaligned(as: UInt64.self)
        guard count > 8 else { return (count == 8 ? low : low & ((1 &<< UInt64(count * 8)) &- 1), 0) }
        let high = bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return (low, count == 16 ? high : high & ((1 &<< UInt64((count - 8) * 8)) &- 1))
    }

    @inline(__always)
    private static func place(_ low: UInt64, _ high: UInt64, _ count: Int, mask: Int) -> Int {
        let mixed = (low ^ high &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(truncatingIfNeeded: count)) &* 0xFF51_AFD7_ED55_8CCD
        return Int(truncatingIfNeeded: mixed >> 40) & mask
    }
}
