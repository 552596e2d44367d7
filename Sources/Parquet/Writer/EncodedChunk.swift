/// One column of a row group, encoded: pages in blocks, and what the footer says of them. Offsets are relative to the chunk's
/// first data page until the group is written.
final class EncodedChunk {
    struct Page {
        var offset: Int
        var compressedBytes: Int
        var firstRow: Int
    }

    let leaf: LeafColumn
    let data: BlockList
    let dictionaryPage: BlockList
    private(set) var pages = ContiguousArray<Page>()
    private(set) var bounds: BoundsLog
    private(set) var rows = 0
    private(set) var slots = 0
    private(set) var nulls = 0
    private(set) var uncompressedBytes = 0
    /// Of byte strings: what they take without lengths and levels.
    private(set) var variableBytes = 0
    private(set) var indexedPages = 0
    /// Pages written directly, by encoding.
    private(set) var directPages: [(encoding: Encoding, count: Int)] = []
    private let bloom: ChunkBloomFilter?
    /// Set when the chunk is finished.
    private(set) var bloomFilter: BloomFilter?
    private var writtenRows = 0

    init(leaf: LeafColumn, pool: BlockPool, options: WriterOptions) {
        self.leaf = leaf
        data = BlockList(pool: pool)
        dictionaryPage = BlockList(pool: pool)
        bounds = BoundsLog(order: leaf.order)
        bloom =
            options.bloomFilterColumns.contains(leaf.name) && leaf.kind != .boolean
            ? ChunkBloomFilter(leaf: leaf, rows: options.rowGroup.rows, rate: options.bloomFalsePositiveRate) : nil
    }

    func removeAll() {
        data.removeAll()
        dictionaryPage.removeAll()
        pages.removeAll(keepingCapacity: true)
        bounds.removeAll()
        rows = 0
        slots = 0
        nulls = 0
        uncompressedBytes = 0
        variableBytes = 0
        indexedPages = 0
        directPages.removeAll(keepingCapacity: true)
        writtenRows = 0
        bloom?.removeAll()
        bloomFilter = nil
    }

    /// Takes a page's values into counts, bounds and bloom filter.
    /// - Parameter extremes: smallest and largest value, where the dictionary could tell.
    func note(
        _ slice: PageSlice, bounds pageBounds: PageBounds,
        extremes: (low: UnsafeRawBufferPointer, high: UnsafeRawBufferPointer)? = nil
    ) {
        rows += slice.rows
        slots += slice.slots
        nulls += slice.nulls
        if leaf.kind == .bytes, slice.values.count > 0 { variableBytes += slice.values.variableBytes }
        var page = BoundsLog.Page(nulls: slice.nulls, slots: slice.slots)
        if let extremes {
            pageBounds.addBytes(extremes.low, extremes.high, &bounds, &page)
        } else {
            pageBounds.measure(slice.values, into: &bounds, page: &page)
        }
        bounds.add(page)
        bloom?.insert(slice.values)
    }

    /// - Parameter distinct: the number of distinct values where every page was written as indices.
    func finish(distinct: Int?) { bloomFilter = bloom?.finished(distinct: distinct) }

    func add(page: PageWriter.Written, rows: Int, encoding: Encoding) {
        pages.append(
            Page(
                offset: data.count - page.compressedBytes, compressedBytes: page.compressedBytes, firstRow: writtenRows)
        )
        writtenRows += rows
        uncompressedBytes += page.uncompressedBytes
        if encoding == .rleDictionary {
            indexedPages += 1
        } else if let index = directPages.firstIndex(where: { $0.encoding == encoding }) {
            directPages[index].count += 1
        } else {
            directPages.append((encoding, 1))
        }
    }

    func add(dictionaryPage page: PageWriter.Written) { uncompressedBytes += page.uncompressedBytes }

    var compressedBytes: Int { data.count + dictionaryPage.count }

    /// Every encoding in the chunk, levels included.
    var encodings: [Encoding] {
        var all: [Encoding] = []
        if indexedPages > 0 { all += [.plain, .rleDictionary] }
        for page in directPages where !all.contains(page.encoding) { all.append(page.encoding) }
        return all + [.rle]
    }

    func encodingStats(pageType: PageType) -> [PageEncodingStats] {
        var all: [PageEncodingStats] = []
        if indexedPages > 0 {
            all.append(PageEncodingStats(pageType: .dictionaryPage, encoding: .plain, count: 1))
            all.append(PageEncodingStats(pageType: pageType, encoding: .rleDictionary, count: Int32(indexedPages)))
        }
        for page in directPages {
            all.append(PageEncodingStats(pageType: pageType, encoding: page.encoding, count: Int32(page.count)))
        }
        return all
    }

    var statistics: Statistics {
        let (minimum, maximum) = bounds.chunkBounds()
        return Statistics(
            nullCount: Int64(nulls), maxValue: maximum.map { bounds.array($0) },
            minValue: minimum.map { bounds.array($0) },
            isMaxValueExact: maximum?.exact, isMinValueExact: minimum?.exact,
            nanCount: bounds.isFloating ? Int64(bounds.nans) : nil)
    }
}
