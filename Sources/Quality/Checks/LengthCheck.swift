import Columnar

/// Finds texts with fewer or more characters than allowed. A character is a code point, as databases count: `é` may be one
/// or two of them. Of binary columns bytes are counted.
struct LengthCheck: Equatable {
    let low: UInt32
    let high: UInt32
    let countsBytes: Bool

    func failing(in column: Column, into failing: inout [Int32]) {
        let count = column.valueCount
        let offsets = UnsafePointer(column.offsets)
        let arena = UnsafeRawPointer(column.arena)
        if countsBytes || Self.isASCII(arena, column.arenaUsed) {
            var outside: Int32 = 0
            for i in 0..<count {
                let length = offsets[i + 1] &- offsets[i]
                outside &+= (length >= low ? 0 : 1) | (length <= high ? 0 : 1)
            }
            guard outside != 0 else { return }
            for i in 0..<count {
                let length = offsets[i + 1] &- offsets[i]
                if length < low || length > high { failing.append(Int32(truncatingIfNeeded: i)) }
            }
            return
        }
        for i in 0..<count {
            let length = Self.characters(arena + Int(offsets[i]), Int(offsets[i + 1] &- offsets[i]))
            if length < low || length > high { failing.append(Int32(truncatingIfNeeded: i)) }
        }
    }

    /// Bytes that do not continue a character.
    private static func characters(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt32 {
        let bytes = bytes.assumingMemoryBound(to: Int8.self)
        var characters: UInt32 = 0
        // 10xxxxxx, as a signed byte: below -64.
        for i in 0..<count { characters &+= bytes[i] >= -64 ? 1 : 0 }
        return characters
    }

    private static func isASCII(_ bytes: UnsafeRawPointer, _ count: Int) -> Bool {
        var high: UInt64 = 0
        var i = 0
        while i &+ 32 <= count {
            high |= bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            high |= bytes.loadUnaligned(fromByteOffset: i &+ 8, as: UInt64.self)
            high |= bytes.loadUnaligned(fromByteOffset: i &+ 16, as: UInt64.self)
            high |= bytes.loadUnaligned(fromByteOffset: i &+ 24, as: UInt64.self)
            i &+= 32
        }
        while i < count {
            high |= UInt64(bytes.load(fromByteOffset: i, as: UInt8.self))
            i &+= 1
        }
        return high & 0x8080_8080_8080_8080 == 0
    }
}
