// XXH64 with seed 0: the hash of Parquet's bloom filters.
// https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md

package enum XXHash64 {
    private static let prime1: UInt64 = 0x9E37_79B1_85EB_CA87
    private static let prime2: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    private static let prime3: UInt64 = 0x1656_67B1_9E37_79F9
    private static let prime4: UInt64 = 0x85EB_CA77_C2B2_AE63
    private static let prime5: UInt64 = 0x27D4_EB2F_1656_67C5

    /// Of the four bytes of a little-endian number.
    package static func hash(_ value: UInt32) -> UInt64 { avalanche(mix4(prime5 &+ 4, value)) }

    /// Of the eight bytes of a little-endian number.
    package static func hash(_ value: UInt64) -> UInt64 { avalanche(mix8(prime5 &+ 8, value)) }

    package static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        guard var next = bytes.baseAddress, bytes.count > 0 else { return avalanche(prime5) }
        // SAFETY: every load is preceded by a check that `end - next` holds it.
        let end = next + bytes.count
        var hash: UInt64
        if bytes.count >= 32 {
            var (a, b, c, d) = (prime1 &+ prime2, prime2, UInt64(0), 0 &- prime1)
            repeat {
                a = round(a, load8(next))
                b = round(b, load8(next + 8))
                c = round(c, load8(next + 16))
                d = round(d, load8(next + 24))
                next += 32
            } while end - next >= 32
            hash = rotate(a, 1) &+ rotate(b, 7) &+ rotate(c, 12) &+ rotate(d, 18)
            for lane in [a, b, c, d] { hash = (hash ^ round(0, lane)) &* prime1 &+ prime4 }
        } else {
            hash = prime5
        }
        hash &+= UInt64(bytes.count)
        while end - next >= 8 {
            hash = mix8(hash, load8(next))
            next += 8
        }
        if end - next >= 4 {
            hash = mix4(hash, UInt32(littleEndian: next.loadUnaligned(as: UInt32.self)))
            next += 4
        }
        while next < end {
            hash = rotate(hash ^ UInt64(next.load(as: UInt8.self)) &* prime5, 11) &* prime1
            next += 1
        }
        return avalanche(hash)
    }

    private static func load8(_ address: UnsafeRawPointer) -> UInt64 {
        UInt64(littleEndian: address.loadUnaligned(as: UInt64.self))
    }

    private static func rotate(_ value: UInt64, _ count: UInt64) -> UInt64 {
        value &<< count | value &>> (64 &- count)
    }

    private static func round(_ lane: UInt64, _ input: UInt64) -> UInt64 {
        rotate(lane &+ input &* prime2, 31) &* prime1
    }

    private static func mix8(_ hash: UInt64, _ value: UInt64) -> UInt64 {
        rotate(hash ^ round(0, value), 27) &* prime1 &+ prime4
    }

    private static func mix4(_ hash: UInt64, _ value: UInt32) -> UInt64 {
        rotate(hash ^ UInt64(value) &* prime1, 23) &* prime2 &+ prime3
    }

    private static func avalanche(_ hash: UInt64) -> UInt64 {
        var hash = hash
        hash = (hash ^ hash &>> 33) &* prime2
        hash = (hash ^ hash &>> 29) &* prime3
        return hash ^ hash &>> 32
    }
}
