import Glibc

// A split block bloom filter: blocks of 256 bits, of which a value sets eight, one in each word of 32.
// https://github.com/apache/parquet-format/blob/master/BloomFilter.md
//
//   block := (hash >> 32) * block-count >> 32
//   bit of word i := low 32 bits of hash * salt[i] >> 27
//   stored := BloomFilterHeader (Thrift) word* (little-endian)
//
// A value's hash is XXH64, seed 0, of its plain encoding, byte arrays without their length.

/// Answers whether a value may be in a chunk: never wrongly no. One thread at a time.
package final class BloomFilter {
    private let words: UnsafeMutablePointer<UInt32>
    package let byteCount: Int
    private let blocks: UInt64

    package static let minimumBytes = 32
    /// Readers refuse more.
    package static let maximumBytes = 128 << 20

    private static let salt: SIMD8<UInt32> = [
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
    ]

    /// Sized for `expectedDistinct` values at a rate of false yes, within `maximumBytes`; the size is a power of two, as
    /// Arrow and parquet-java demand.
    package init(expectedDistinct: Int, falsePositiveRate: Double, maximumBytes: Int = maximumBytes) {
        byteCount = Self.bytes(
            expectedDistinct: expectedDistinct, falsePositiveRate: falsePositiveRate, maximumBytes: maximumBytes)
        words = .allocate(capacity: byteCount / 4)
        words.initialize(repeating: 0, count: byteCount / 4)
        blocks = UInt64(byteCount / 32)
    }

    /// From a filter as it is stored, header included.
    package init(reading bytes: UnsafeRawBufferPointer) throws(ParquetFault) {
        var reader = CompactReader(bytes)
        let header = try BloomFilterHeader.read(from: &reader)
        let count = Int(header.numBytes)
        guard count <= reader.remaining else {
            throw ParquetFault(.truncated, "a bloom filter of \(count) bytes where \(reader.remaining) are left")
        }
        byteCount = count
        blocks = UInt64(count / 32)
        words = .allocate(capacity: count / 4)
        for i in 0..<count / 4 {
            words[i] = UInt32(
                littleEndian: bytes.loadUnaligned(fromByteOffset: reader.position + 4 * i, as: UInt32.self))
        }
    }

    deinit { words.deallocate() }

    package static func bytes(expectedDistinct: Int, falsePositiveRate: Double, maximumBytes: Int) -> Int {
        let rate = min(max(falsePositiveRate, 1e-9), 0.5)
        let bitsPerValue = -8 / log(1 - pow(rate, 1.0 / 8))
        let limit = min(max(maximumBytes, minimumBytes), Self.maximumBytes)
        let wanted = min(Double(max(expectedDistinct, 1)) * bitsPerValue / 8, Double(limit))
        var size = minimumBytes
        while Double(size) < wanted && size * 2 <= limit { size *= 2 }
        return size
    }

    package func removeAll() { words.update(repeating: 0, count: byteCount / 4) }

    /// The same answers, with more false yes, in a filter of fewer bytes: a value's block in half as many blocks is half its
    /// block, so neighbours are united.
    package func folded(to smaller: Int) -> BloomFilter {
        precondition(smaller >= Self.minimumBytes && byteCount % smaller == 0, "a filter folds to a whole fraction of itself")
        let result = BloomFilter(byteCount: smaller)
        let united = byteCount / smaller
        for i in 0..<byteCount / 4 { result.words[i / 8 / united * 8 + i % 8] |= words[i] }
        return result
    }

    private init(byteCount: Int) {
        self.byteCount = byteCount
        words = .allocate(capacity: byteCount / 4)
        words.initialize(repeating: 0, count: byteCount / 4)
        blocks = UInt64(byteCount / 32)
    }

    package func insert(hash: UInt64) {
        let (block, mask) = place(hash)
        for i in 0..<8 { block[i] |= mask[i] }
    }

    package func mightContain(hash: UInt64) -> Bool {
        let (block, mask) = place(hash)
        for i in 0..<8 where block[i] & mask[i] == 0 { return false }
        return true
    }

    private func place(_ hash: UInt64) -> (UnsafeMutablePointer<UInt32>, SIMD8<UInt32>) {
        // SAFETY: (hash >> 32) < 2^32, so the product shifted back is below `blocks`.
        let block = (hash &>> 32 &* blocks) &>> 32
        let key = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: hash))
        let bits = (key &* Self.salt) &>> SIMD8(repeating: 27)
        return (words + Int(block) &* 8, SIMD8(repeating: 1) &<< bits)
    }

    /// Header and bits, as a file has them.
    package func write(into out: ByteBuffer) {
        var writer = CompactWriter(into: out)
        BloomFilterHeader(numBytes: Int32(byteCount)).write(to: &writer)
        out.reserve(byteCount)
        for i in 0..<byteCount / 4 { out.append(littleEndian: words[i]) }
    }
}
