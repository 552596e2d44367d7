/// The bloom filter of one column, filled while the chunk is encoded and cut to size when the chunk is known.
final class ChunkBloomFilter {
    private let leaf: LeafColumn
    private let rate: Double
    private let full: BloomFilter
    private let plain = ByteBuffer(capacity: 256)
    private var values = 0

    /// A row group's bits before they are cut to size.
    private static let maximumBytes = 2 << 20

    init(leaf: LeafColumn, rows: Int, rate: Double) {
        self.leaf = leaf
        self.rate = rate
        full = BloomFilter(expectedDistinct: rows, falsePositiveRate: rate, maximumBytes: Self.maximumBytes)
    }

    func removeAll() {
        if values > 0 { full.removeAll() }
        values = 0
    }

    /// Inserts the hash of each value's plain form; byte strings without their length.
    func insert(_ input: LeafValues) {
        values += input.count
        if leaf.kind == .bytes {
            for index in 0..<input.count {
                let start = Int(input.offsets[index])
                let bytes = UnsafeRawBufferPointer(
                    start: input.arena + start, count: Int(input.offsets[index + 1]) - start)
                full.insert(hash: XXHash64.hash(bytes))
            }
            return
        }
        plain.removeAll()
        PlainEncoding.append(input, of: leaf, to: plain)
        for index in 0..<input.count {
            let bytes = UnsafeRawBufferPointer(start: plain.base + index * leaf.plainWidth, count: leaf.plainWidth)
            full.insert(hash: XXHash64.hash(bytes))
        }
    }

    /// The filter for `distinct` values, or for as many as were inserted where that is not known.
    func finished(distinct: Int?) -> BloomFilter {
        let bytes = BloomFilter.bytes(
            expectedDistinct: distinct ?? values, falsePositiveRate: rate, maximumBytes: full.byteCount)
        return bytes < full.byteCount ? full.folded(to: bytes) : full
    }
}
