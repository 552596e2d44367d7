// The enumerations of parquet.thrift. Numbers are the file format's; they never change.
// https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift

/// How values are stored. A file with another type is refused: nothing in it could be sized.
package enum PhysicalType: Int32, Sendable, CaseIterable, CustomStringConvertible {
    case boolean = 0
    case int32 = 1
    case int64 = 2
    case int96 = 3
    case float = 4
    case double = 5
    case byteArray = 6
    case fixedLenByteArray = 7

    package var description: String {
        switch self {
        case .boolean: "BOOLEAN"
        case .int32: "INT32"
        case .int64: "INT64"
        case .int96: "INT96"
        case .float: "FLOAT"
        case .double: "DOUBLE"
        case .byteArray: "BYTE_ARRAY"
        case .fixedLenByteArray: "FIXED_LEN_BYTE_ARRAY"
        }
    }
}

/// `FieldRepetitionType`.
package enum Repetition: Int32, Sendable, CaseIterable {
    case required = 0
    case optional = 1
    case repeated = 2
}

/// Superseded by `LogicalType`, still written beside it for old readers.
package enum ConvertedType: Int32, Sendable, CaseIterable {
    case utf8 = 0
    case map = 1
    case mapKeyValue = 2
    case list = 3
    case `enum` = 4
    case decimal = 5
    case date = 6
    case timeMillis = 7
    case timeMicros = 8
    case timestampMillis = 9
    case timestampMicros = 10
    case uint8 = 11
    case uint16 = 12
    case uint32 = 13
    case uint64 = 14
    case int8 = 15
    case int16 = 16
    case int32 = 17
    case int64 = 18
    case json = 19
    case bson = 20
    case interval = 21
}

/// An open set: a footer with an encoding of the future can still be described.
package struct Encoding: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package static let plain = Encoding(rawValue: 0)
    package static let plainDictionary = Encoding(rawValue: 2)
    package static let rle = Encoding(rawValue: 3)
    package static let bitPacked = Encoding(rawValue: 4)
    package static let deltaBinaryPacked = Encoding(rawValue: 5)
    package static let deltaLengthByteArray = Encoding(rawValue: 6)
    package static let deltaByteArray = Encoding(rawValue: 7)
    package static let rleDictionary = Encoding(rawValue: 8)
    package static let byteStreamSplit = Encoding(rawValue: 9)

    private static let names = [
        "PLAIN", "GROUP_VAR_INT", "PLAIN_DICTIONARY", "RLE", "BIT_PACKED", "DELTA_BINARY_PACKED",
        "DELTA_LENGTH_BYTE_ARRAY", "DELTA_BYTE_ARRAY", "RLE_DICTIONARY", "BYTE_STREAM_SPLIT", "ALP",
    ]

    package var description: String {
        rawValue >= 0 && rawValue < Self.names.count ? Self.names[Int(rawValue)] : "encoding \(rawValue)"
    }
}

/// An open set: more codecs exist than we have.
package struct CompressionCodec: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    package let rawValue: Int32

    package init(rawValue: Int32) { self.rawValue = rawValue }

    package init(_ codec: Codec) { rawValue = codec.rawValue }

    /// Nil where it is one that we cannot decompress.
    package var codec: Codec? { Codec(rawValue: rawValue) }

    private static let names = ["UNCOMPRESSED", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4_RAW"]

    package var description: String {
        rawValue >= 0 && rawValue < Self.names.count ? Self.names[Int(rawValue)] : "codec \(rawValue)"
    }
}

package enum PageType: Int32, Sendable, CaseIterable {
    case dataPage = 0
    case indexPage = 1
    case dictionaryPage = 2
    case dataPageV2 = 3
}

/// Whether the lists of a `ColumnIndex` are ordered.
package enum BoundaryOrder: Int32, Sendable, CaseIterable {
    case unordered = 0
    case ascending = 1
    case descending = 2
}

extension CompactReader {
    /// An enumeration of which an unknown member makes the file unreadable to us.
    mutating func closedEnum<T: RawRepresentable>(_ field: Field, _: T.Type) throws(ParquetFault) -> T
    where T.RawValue == Int32 {
        let number = try int32(field)
        guard let value = T(rawValue: number) else {
            throw ParquetFault(.unsupported, "\(T.self) \(number) is not known", offset: position)
        }
        return value
    }
}
