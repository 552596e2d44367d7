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
        switch leaf.kind {
        case .bytes: insertBytes(input)
        case .float: insert(floats: input.fixed.assumingMemoryBound(to: Float.self), count: input.count)
        case .double: insert(doubles: input.fixed.assumingMemoryBound(to: Double.self), count: input.count)
        default: insertPlain(input)
        }
    }

    private func insertBytes(_ input: LeafValues) {
        for index in 0..<input.count {
            let start = Int(input.offsets[index])
            let bytes = UnsafeRawBufferPointer(
                start: input.arena + start, count: Int(input.offsets[index + 1]) - start)
            full.insert(hash: XXHash64.hash(bytes))
        }
    }

    // Whoever looks for one zero wants the other too, and one NaN stands for all: what is equal to a value is inserted
    // with it. https://github.com/apache/parquet-format/issues/407

    private func insert(floats: UnsafePointer<Float>, count: Int) {
        for index in 0..<count {
            let value = floats[index]
            full.insert(hash: XXHash64.hash(value.bitPattern))
            if value == 0 { full.insert(hash: XXHash64.hash((-value).bitPattern)) }
            if value != value { full.insert(hash: XXHash64.hash(Float.nan.bitPattern)) }
        }
    }

    private func insert(doubles: UnsafePointer<Double>, count: Int) {
        for index in 0..<count {
            let value = doubles[index]
            full.insert(hash: XXHash64.hash(value.bitPattern))
            if value == 0 { full.insert(hash: XXHash64.hash((-value).bitPattern)) }
            if value != value { full.insert(hash: XXHash64.hash(Double.nan.bitPattern)) }
        }
    }

    private func insertPlain(_ input: LeafValues) {
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
