/// What a file may contain, decided once. The defaults are what every reader understands.
package struct WriterOptions: Sendable {
    package var profile = Profile.standard
    package var compression = Compression.zstd
    package var rowGroup = RowGroupLimit()
    package var page = PageLimit()
    package var dictionary = DictionaryPolicy()
    /// Data page v2 (levels outside the compressed part); only in `modern`.
    package var dataPageV2 = false
    /// Forces one encoding on every column that can have it; nil chooses by trial. For tests and measurements.
    package var directEncoding: DirectEncoding?
    /// Leaf columns (dotted path) that get a split-block bloom filter.
    package var bloomFilterColumns: [String] = []
    package var bloomFalsePositiveRate = 0.01
    package var pageChecksums = false
    /// Recorded, not checked: the caller answers for the order of the rows.
    package var sortingColumns: [SortKey] = []
    package var keyValues: [(key: String, value: String)] = []
    package var createdBy = "ingest"
    /// Bounds in statistics are cut to this many bytes, in the page index and in the chunk's.
    package var boundBytes = 64

    package init() {}
}

package struct SortKey: Equatable, Sendable {
    package var column: String
    package var descending: Bool
    package var nullsFirst: Bool

    package init(_ column: String, descending: Bool = false, nullsFirst: Bool = false) {
        self.column = column
        self.descending = descending
        self.nullsFirst = nullsFirst
    }
}

/// When a row group ends; whichever comes first.
package struct RowGroupLimit: Equatable, Sendable {
    package var rows = 524_288
    package var plainBytes = 128 << 20
    /// Encoded bytes held in memory until the group is written.
    package var encodedBytes = 24 << 20

    package init() {}
}

/// When a page ends. A page never ends inside a record; a value larger than `bytes` has a page of its own.
package struct PageLimit: Equatable, Sendable {
    package var rows = 16_384
    package var bytes = 1 << 20

    package init() {}
}

package struct DictionaryPolicy: Equatable, Sendable {
    package enum Use: Equatable, Sendable {
        case automatic, never
        /// Wherever it fits the limits. For tests.
        case always
    }

    package var use = Use.automatic
    package var pageBytes = 1 << 20
    /// All dictionaries, hash tables and undecided pages of one encoder.
    package var budgetBytes = 16 << 20
    /// The decision falls after so many values, earlier where their levels are long.
    package var decisionValues = 49_152

    package init() {}
}

/// Which encodings, annotations and page versions a file may have (docs/parquet.md).
package enum Profile: String, Equatable, Sendable, CaseIterable {
    /// FileMetaData.version 1, page v1, PLAIN and RLE_DICTIONARY only; no TIME, JSON, UUID, NANOS.
    case standard
    /// `standard` with snappy and every decimal as FIXED_LEN_BYTE_ARRAY.
    case legacy
    /// Adds DELTA_*, BYTE_STREAM_SPLIT, TIME, JSON, UUID, and page v2 as an option.
    case modern
}

/// How values are written when no dictionary is used.
package enum DirectEncoding: Equatable, Sendable, CaseIterable {
    case plain, deltaBinaryPacked, deltaLengthByteArray, byteStreamSplit
}
