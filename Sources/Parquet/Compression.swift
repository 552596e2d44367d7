/// How pages are compressed. The numbers are parquet.thrift's CompressionCodec.
package enum Codec: Int32, Equatable, Sendable, CaseIterable {
    case none = 0
    case snappy = 1
    case gzip = 2
    case zstd = 6
    case lz4Raw = 7
}

/// What the user asks for: a codec, and for zstd and gzip a level, or a choice by trial.
package struct Compression: Equatable, Sendable {
    package var codec: Codec
    /// Nil: by trial on each chunk's first page (zstd), or the library's default (gzip).
    package var level: Int?

    package init(_ codec: Codec, level: Int? = nil) {
        self.codec = codec
        self.level = level
    }

    package static let zstd = Compression(.zstd)
}
