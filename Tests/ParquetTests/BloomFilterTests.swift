import Columnar
import Testing

@testable import Parquet

@Suite("Bloom filters and XXH64")
struct BloomFilterTests {
    private func hash(_ text: String) -> UInt64 { Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) } }

    @Test(
        "XXH64 vectors",
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            ("message digest", 0x066E_D728_FCEE_B3BE),
            ("abcdefghijklmnopqrstuvwxyz", 0xCFE1_F278_FA89_835C),
            ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 0xAAA4_6907_D304_7814),
            (
                "12345678901234567890123456789012345678901234567890123456789012345678901234567890",
                0xE04A_477F_19EE_145D
            ),
        ] as [(String, UInt64)])
    func vectors(text: String, expected: UInt64) { #expect(hash(text) == expected) }

    @Test("numbers hash as their little-endian bytes")
    func numbers() {
        for value in [0, 1, 0xDEAD_BEEF, UInt64.max, 1 << 63] {
            #expect(withUnsafeBytes(of: value.littleEndian) { XXHash64.hash($0) } == XXHash64.hash(value))
            let short = UInt32(truncatingIfNeeded: value)
            #expect(withUnsafeBytes(of: short.littleEndian) { XXHash64.hash($0) } == XXHash64.hash(short))
        }
    }

    @Test("unaligned and every length agree with a copy")
    func lengths() {
        let bytes = (0..<200).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        bytes.withUnsafeBytes { whole in
            for length in 0..<100 {
                for start in 0..<8 {
                    let part = UnsafeRawBufferPointer(rebasing: whole[start..<start + length])
                    let copy = Array(part)
                    #expect(XXHash64.hash(part) == copy.withUnsafeBytes { XXHash64.hash($0) })
                }
            }
        }
    }

    @Test("no false no, and about as many false yes as asked", arguments: [0.05, 0.01, 0.001])
    func rate(rate: Double) throws {
        let filter = BloomFilter(expectedDistinct: 20_000, falsePositiveRate: rate, maximumBytes: 1 << 20)
        for value in 0..<UInt64(20_000) { filter.insert(hash: XXHash64.hash(value)) }
        for value in 0..<UInt64(20_000) { #expect(filter.mightContain(hash: XXHash64.hash(value))) }
        let wrong = (1 << 40..<UInt64(1 << 40) + 50_000).count { filter.mightContain(hash: XXHash64.hash($0)) }
        #expect(Double(wrong) / 50_000 <= rate * 1.3 + 0.0001)
        filter.removeAll()
        #expect(!filter.mightContain(hash: XXHash64.hash(UInt64(5))))
    }

    @Test("a folded filter is the one that the same values make in the smaller size", arguments: [32, 128, 2048, 4096])
    func folded(size: Int) {
        let filter = BloomFilter(expectedDistinct: .max, falsePositiveRate: 0.01, maximumBytes: 4096)
        let small = BloomFilter(expectedDistinct: .max, falsePositiveRate: 0.01, maximumBytes: size)
        for value in 0..<UInt64(size / 4) {
            filter.insert(hash: XXHash64.hash(value))
            small.insert(hash: XXHash64.hash(value))
        }
        let folded = ByteBuffer()
        filter.folded(to: size).write(into: folded)
        let direct = ByteBuffer()
        small.write(into: direct)
        #expect(Array(folded.bytes) == Array(direct.bytes))
    }

    @Test("sizes are powers of two within the limit")
    func sizes() {
        #expect(BloomFilter.bytes(expectedDistinct: 0, falsePositiveRate: 0.01, maximumBytes: 1 << 20) == 32)
        #expect(BloomFilter.bytes(expectedDistinct: 1 << 40, falsePositiveRate: 0.01, maximumBytes: 1 << 20) == 1 << 20)
        #expect(BloomFilter.bytes(expectedDistinct: 1 << 40, falsePositiveRate: 0.01, maximumBytes: 3000) == 2048)
        #expect(BloomFilter.bytes(expectedDistinct: .max, falsePositiveRate: 0, maximumBytes: .max) == 128 << 20)
        #expect(BloomFilter.bytes(expectedDistinct: -1, falsePositiveRate: .nan, maximumBytes: -1) == 32)
        // 1,000,000 values at 1 % need 1.2 MB.
        #expect(
            BloomFilter.bytes(expectedDistinct: 1_000_000, falsePositiveRate: 0.01, maximumBytes: 1 << 24) == 2 << 20)
    }

    @Test("the one bit per word of the specification")
    func placement() throws {
        let filter = BloomFilter(expectedDistinct: 1, falsePositiveRate: 0.01, maximumBytes: 32)
        // Low word 1: bit i is salt[i] >> 27.
        filter.insert(hash: 1)
        let out = ByteBuffer()
        filter.write(into: out)
        let salt: [UInt32] = [
            0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
        ]
        let bits = UnsafeRawBufferPointer(rebasing: out.bytes.suffix(32))
        for (index, salt) in salt.enumerated() {
            let word = UInt32(littleEndian: bits.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
            #expect(word == 1 << (salt >> 27))
        }
    }

    @Test("what is written can be read; what is cut cannot")
    func stored() throws {
        let filter = BloomFilter(expectedDistinct: 100, falsePositiveRate: 0.01, maximumBytes: 4096)
        for value in 0..<UInt64(100) { filter.insert(hash: XXHash64.hash(value)) }
        let out = ByteBuffer()
        filter.write(into: out)
        let back = try BloomFilter(reading: out.bytes)
        #expect(back.byteCount == filter.byteCount)
        #expect(
            (0..<UInt64(1000)).allSatisfy {
                back.mightContain(hash: XXHash64.hash($0)) == filter.mightContain(hash: XXHash64.hash($0))
            })
        for count in 0..<out.count {
            #expect(throws: ParquetFault.self) {
                try BloomFilter(reading: UnsafeRawBufferPointer(rebasing: out.bytes[..<count]))
            }
        }
    }

    @Test("either zero finds both, and one NaN every NaN")
    func equalFloats() throws {
        var options = WriterOptions()
        options.bloomFilterColumns = ["c"]
        for (stored, sought) in [(0.0, -0.0), (-0.0, 0.0), (Double(nan: 5, signaling: false), Double.nan)] {
            let doubles = try WrittenFile.open(
                [WrittenFile.batch(.double, rows: 1) { c, _ in c.append(stored) }], options)
            let filter = try #require(try doubles.bloomFilter(ofColumn: 0, rowGroup: 0))
            #expect(filter.mightContain(hash: XXHash64.hash(sought.bitPattern)))
            #expect(filter.mightContain(hash: XXHash64.hash(stored.bitPattern)))
            #expect(!filter.mightContain(hash: XXHash64.hash((1.5).bitPattern)))
            let floats = try WrittenFile.open(
                [WrittenFile.batch(.float, rows: 1) { c, _ in c.append(Float(stored)) }], options)
            let narrow = try #require(try floats.bloomFilter(ofColumn: 0, rowGroup: 0))
            #expect(narrow.mightContain(hash: XXHash64.hash(Float(sought).bitPattern)))
        }
    }
}
