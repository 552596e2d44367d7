/// 10^0 … 10^19 over raw memory that lives as long as the process: the decoder reads them without bounds or lazy checks
/// once it holds the pointer.
package enum PowersOfTen {
    // SAFETY: written once, before anybody has the pointer; only read afterwards.
    nonisolated(unsafe) package static let table: UnsafePointer<UInt64> = {
        let powers = UnsafeMutablePointer<UInt64>.allocate(capacity: 24)
        var power: UInt64 = 1
        for i in 0..<20 {
            powers[i] = power
            if i < 19 { power *= 10 }
        }
        // 2^23 / 10^k for k = 1, 2, 3, rounded up: (digit × it) >> 23 is the exact quotient of all digits up to 9999.
        powers[reciprocals + 1] = 838_861
        powers[reciprocals + 2] = 83_887
        powers[reciprocals + 3] = 8_389
        return UnsafePointer(powers)
    }()

    /// Where in the table the reciprocals begin; the one of 10^k stands k behind.
    package static let reciprocals = 20

    /// 10^exponent for 0...38.
    package static func wide(_ exponent: Int) -> UInt128 {
        precondition((0...38).contains(exponent), "10^\(exponent) is outside 128 bits")
        return exponent <= 19 ? UInt128(table[exponent]) : UInt128(table[19]) * UInt128(table[exponent - 19])
    }
}
