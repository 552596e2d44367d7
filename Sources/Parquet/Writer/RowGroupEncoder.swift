import Columnar

/// Turns batches into row groups. One per connection: row groups are built independently and appended to a file when they
/// are finished. Memory: at most `rowGroup.encodedBytes` and a page per column of encoded pages, `dictionary.budgetBytes` of
/// dictionaries, and the buffers of one page. One thread at a time.
///
///     var row = 0
///     while row < batch.rowCount {
///         row += try encoder.append(batch, from: row)
///         if encoder.isFull { try file.append(encoder.finish()) }
///     }
package final class RowGroupEncoder {
    package let layout: FileLayout
    private let options: WriterOptions
    private let pages: PageWriter
    private let chunks: [ChunkEncoder]
    private let splitter: PageSplitter
    private var nested = NestedLevels()
    package private(set) var rowCount = 0
    private var plainBytes = 0
    private var encodedByLastBatch = 0
    private var isOpen = false

    package init(schema: Schema, options: WriterOptions) throws(ParquetFault) {
        try options.check(schema)
        layout = try FileLayout(schema, profile: options.profile)
        self.options = options
        let pages = try PageWriter(options)
        self.pages = pages
        let pool = BlockPool(columns: layout.leaves.count, heldBytes: options.rowGroup.encodedBytes)
        let budget = DictionaryBudget(bytes: options.dictionary.budgetBytes)
        let count = layout.leaves.count
        chunks = layout.leaves.map {
            ChunkEncoder(leaf: $0, pages: pages, pool: pool, budget: budget, columns: count)
        }
        splitter = PageSplitter(limit: options.page)
    }

    /// What an encoder of such columns keeps in memory at most, unless a single value is larger than a page; with what its
    /// file keeps for the footer until it is closed.
    package static func mostBytes(_ schema: Schema, options: WriterOptions) throws(ParquetFault) -> Int {
        let columns = try FileLayout(schema, profile: options.profile).leaves.count
        // A dictionary page, and the table that finds its values.
        let dictionaries = min(options.dictionary.budgetBytes, columns * options.dictionary.pageBytes * 3)
        // A page's body, compressed and put back from a dictionary.
        let pages = 3 * options.page.bytes
        return options.rowGroup.encodedBytes + dictionaries + pages + columns * bytesPerColumn
    }

    /// 1,600 columns of numbers and short texts, 200,000 rows: 71 MB for the first encoder, 56 for each further one.
    private static let bytesPerColumn = 16 << 10

    /// Whether the group must be finished before more rows are appended: it has reached a limit, or another batch like the
    /// last would hold more encoded bytes than allowed.
    package var isFull: Bool {
        rowCount >= options.rowGroup.rows || plainBytes >= options.rowGroup.plainBytes
            || encodedBytes + encodedByLastBatch > options.rowGroup.encodedBytes
    }

    /// Indices and levels of undecided chunks.
    var waitingBytes: Int { chunks.reduce(0) { $0 + $1.waitingBytes } }
    private var encodedBytes: Int { chunks.reduce(0) { $0 + $1.encodedBytes } }

    /// Appends rows of the batch from `row` on, as many as the group still takes. Returns how many that were.
    package func append(_ batch: Batch, from row: Int = 0) throws(ParquetFault) -> Int {
        precondition(row >= 0 && row <= batch.rowCount, "the batch has no such row")
        let rows = min(batch.rowCount - row, options.rowGroup.rows - rowCount)
        guard rows > 0 else { return 0 }
        if !isOpen {
            for chunk in chunks { chunk.beginGroup() }
            isOpen = true
        }
        let encodedBefore = encodedBytes
        let batchBytes = batch.plainBytes
        plainBytes += rows == batch.rowCount ? batchBytes : batchBytes * rows / batch.rowCount
        rowCount += rows
        let expected = expectedRows
        for (index, leaf) in layout.leaves.enumerated() {
            let chunk = chunks[index]
            let column = leaf.column(in: batch)
            do throws(ParquetFault) {
                if leaf.isFlat {
                    try splitter.split(flat: column, first: row, rows: rows) { (slice) throws(ParquetFault) in
                        try chunk.append(slice, expectedRows: expected)
                    }
                } else {
                    nested.shred(leaf, of: batch)
                    try splitter.split(nested: column, leaf: leaf, levels: nested, first: row, rows: rows) {
                        (slice) throws(ParquetFault) in try chunk.append(slice, expectedRows: expected)
                    }
                }
            } catch {
                var fault = error
                fault.column = fault.column ?? leaf.name
                throw fault
            }
        }
        encodedByLastBatch = encodedBytes - encodedBefore
        return rows
    }

    /// What the group will probably hold when it closes, judged by the rows so far.
    private var expectedRows: Int {
        let byBytes = options.rowGroup.plainBytes / max(1, plainBytes / max(1, rowCount))
        return max(rowCount, min(options.rowGroup.rows, byBytes))
    }

    /// Ends the row group. The encoder may be appended to again once the group was written.
    package func finish() throws(ParquetFault) -> EncodedRowGroup {
        precondition(isOpen, "a row group has at least one row")
        for chunk in chunks { try chunk.finishGroup() }
        let group = EncodedRowGroup(
            chunks: chunks.map(\.chunk), rows: rowCount, pageType: pages.usesPageV2 ? .dataPageV2 : .dataPage)
        rowCount = 0
        plainBytes = 0
        encodedByLastBatch = 0
        isOpen = false
        return group
    }
}
