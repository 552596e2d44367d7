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
    private let blocks: UnsafeMutablePointer<SIMD8<UInt32>>
    private let blockCount: Int
    package var byteCount: Int { blockCount * 32 }

    package static let minimumBytes = 32
    /// Readers refuse more.
    package static let maximumBytes = 128 << 20

    private static let salt: SIMD8<UInt32> = [
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
    ]

    /// Sized for `expectedDistinct` values at a rate of false yes, within `maximumBytes`; the size is a power of two, as
    /// Arrow and parquet-java demand.
    package init(expectedDistinct: Int, falsePositiveRate: Double, maximumBytes: Int = maximumBytes) {
        blockCount =
            Self.bytes(
                expectedDistinct: expectedDistinct, falsePositiveRate: falsePositiveRate, maximumBytes: maximumBytes)
            / 32
        blocks = .allocate(capacity: blockCount)
        blocks.initialize(repeating: .zero, count: blockCount)
    }

    private init(blockCount: Int) {
        self.blockCount = blockCount
        blocks = .allocate(capacity: blockCount)
        blocks.initialize(repeating: .zero, count: blockCount)
    }

    /// From a filter as it is stored, header included.
    package init(reading bytes: UnsafeRawBufferPointer) throws(ParquetFault) {
        var reader = CompactReader(bytes)
        let header = try BloomFilterHeader.read(from: &reader)
        let count = Int(header.numBytes)
        guard count <= reader.remaining else {
            throw ParquetFault(.truncated, "a bloom filter of \(count) bytes where \(reader.remaining) are left")
        }
        blockCount = count / 32
        blocks = .allocate(capacity: blockCount)
        for block in 0..<blockCount {
            for word in 0..<8 {
                let offset = reader.position + 32 * block + 4 * word
                blocks[block][word] = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
            }
        }
    }

    deinit { blocks.deallocate() }

    package static func bytes(expectedDistinct: Int, falsePositiveRate: Double, maximumBytes: Int) -> Int {
        let rate = min(max(falsePositiveRate, 1e-9), 0.5)
        let bitsPerValue = -8 / log(1 - pow(rate, 1.0 / 8))
        let limit = min(max(maximumBytes, minimumBytes), Self.maximumBytes)
        let wanted = min(Double(max(expectedDistinct, 1)) * bitsPerValue / 8, Double(limit))
        var size = minimumBytes
        while Double(size) < wanted && size * 2 <= limit { size *= 2 }
        return size
    }

    package func removeAll() { blocks.update(repeating: .zero, count: blockCount) }

    /// The same answers, with more false yes, in a filter of fewer bytes: a value's block in a filter of half as many blocks
    /// is half its block, so neighbours are united.
    package func folded(to smaller: Int) -> BloomFilter {
        precondition(
            smaller >= Self.minimumBytes && byteCount % smaller == 0, "a filter folds to a whole part of itself")
        let result = BloomFilter(blockCount: smaller / 32)
        let united = byteCount / smaller
        for block in 0..<blockCount { result.blocks[block / united] |= blocks[block] }
        return result
    }

    package func insert(hash: UInt64) { blocks[place(hash)] |= Self.mask(hash) }

    package func mightContain(hash: UInt64) -> Bool {
        let mask = Self.mask(hash)
        return blocks[place(hash)] & mask == mask
    }

    private func place(_ hash: UInt64) -> Int {
        // Below `blockCount`: the high half is below 2^32, and the product is shifted back by as much.
        Int(truncatingIfNeeded: (hash &>> 32 &* UInt64(truncatingIfNeeded: blockCount)) &>> 32)
    }

    private static func mask(_ hash: UInt64) -> SIMD8<UInt32> {
        let key = SIMD8<UInt32>(repeating: UInt32(truncatingIfNeeded: hash))
        return SIMD8(repeating: 1) &<< ((key &* salt) &>> SIMD8(repeating: 27))
    }

    /// Header and bits, as a file has them.
    package func write(into out: ByteBuffer) {
        var writer = CompactWriter(into: out)
        BloomFilterHeader(numBytes: Int32(byteCount)).write(to: &writer)
        out.reserve(byteCount)
        for block in 0..<blockCount {
            let words = blocks[block]
            for word in 0..<8 { out.append(littleEndian: words[word]) }
        }
    }
}
