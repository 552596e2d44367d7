/// A finished row group in memory, ready to be appended to a file. It borrows its encoder's blocks: write it before the
/// encoder takes the next batch.
package final class EncodedRowGroup {
    let chunks: [EncodedChunk]
    package let rows: Int
    let pageType: PageType

    init(chunks: [EncodedChunk], rows: Int, pageType: PageType) {
        self.chunks = chunks
        self.rows = rows
        self.pageType = pageType
    }

    /// Bytes it will take in the file.
    package var bytes: Int { chunks.reduce(0) { $0 + $1.compressedBytes } }
}
