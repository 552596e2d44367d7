/// A hash of keys for their places in memory only. Each load has a seed of its own, so that nobody can choose keys that meet.
struct KeyHash: Sendable {
    let seed: UInt64

    init(seed: UInt64 = .random(in: .min ... .max)) { self.seed = seed }

    /// A bijection: words that differ have hashes that differ.
    @inline(__always)
    func callAsFunction(_ word: UInt64) -> UInt64 {
        var mixed = (word ^ seed) &* 0x9E37_79B9_7F4A_7C15
        mixed ^= mixed >> 32
        mixed &*= 0xD6E8_FEB8_6659_FD93
        return mixed ^ mixed >> 29
    }

    /// Of bytes that 7 more may be read behind.
    @inline(__always)
    func callAsFunction(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
        var hash = seed ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        var i = 0
        while i &+ 16 <= count {
            let low = bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            let high = bytes.loadUnaligned(fromByteOffset: i &+ 8, as: UInt64.self)
            hash = Self.fold(low ^ hash, high ^ 0xE703_7ED1_A0B4_28DB) &+ hash
            i &+= 16
        }
        if i &+ 8 <= count {
            hash = Self.fold(bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self) ^ hash, 0x8EBC_6AF0_9C88_C6E3)
            i &+= 8
        }
        if i < count {
            let rest = UInt64(truncatingIfNeeded: (count &- i) &* 8)
            let word = bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self) & ((1 &<< rest) &- 1)
            hash = Self.fold(word ^ hash, 0x5899_65CC_7537_4CC3)
        }
        return Self.fold(hash ^ seed, 0x1D8E_4E27_C47D_124F)
    }

    @inline(__always)
    private static func fold(_ a: UInt64, _ b: UInt64) -> UInt64 {
        let product = a.multipliedFullWidth(by: b)
        return product.high ^ product.low
    }
}
