package struct DataPageHeader: Equatable, Sendable {
    package var numValues: Int32
    package var encoding: Encoding
    package var definitionLevelEncoding: Encoding
    package var repetitionLevelEncoding: Encoding
    package var statistics: Statistics?

    package init(
        numValues: Int32, encoding: Encoding, definitionLevelEncoding: Encoding = .rle,
        repetitionLevelEncoding: Encoding = .rle, statistics: Statistics? = nil
    ) {
        self.numValues = numValues
        self.encoding = encoding
        self.definitionLevelEncoding = definitionLevelEncoding
        self.repetitionLevelEncoding = repetitionLevelEncoding
        self.statistics = statistics
    }
}

package struct DictionaryPageHeader: Equatable, Sendable {
    package var numValues: Int32
    package var encoding: Encoding
    package var isSorted: Bool?

    package init(numValues: Int32, encoding: Encoding = .plain, isSorted: Bool? = nil) {
        self.numValues = numValues
        self.encoding = encoding
        self.isSorted = isSorted
    }
}

package struct DataPageHeaderV2: Equatable, Sendable {
    package var numValues: Int32
    package var numNulls: Int32
    package var numRows: Int32
    package var encoding: Encoding
    package var definitionLevelsByteLength: Int32
    package var repetitionLevelsByteLength: Int32
    /// Whether the values, which follow the levels, are compressed. Absent in a file means true.
    package var isCompressed: Bool
    package var statistics: Statistics?

    package init(
        numValues: Int32, numNulls: Int32, numRows: Int32, encoding: Encoding, definitionLevelsByteLength: Int32,
        repetitionLevelsByteLength: Int32, isCompressed: Bool = true, statistics: Statistics? = nil
    ) {
        self.numValues = numValues
        self.numNulls = numNulls
        self.numRows = numRows
        self.encoding = encoding
        self.definitionLevelsByteLength = definitionLevelsByteLength
        self.repetitionLevelsByteLength = repetitionLevelsByteLength
        self.isCompressed = isCompressed
        self.statistics = statistics
    }
}

/// What stands before each page. Made and written without a heap allocation, as long as it has no statistics.
package struct PageHeader: Equatable, Sendable {
    package enum Detail: Equatable, Sendable {
        case data(DataPageHeader)
        case dataV2(DataPageHeaderV2)
        case dictionary(DictionaryPageHeader)
        case index
    }

    /// Sizes without the header.
    package var uncompressedPageSize: Int32
    package var compressedPageSize: Int32
    /// Over the page's bytes as they stand in the file.
    package var crc: UInt32?
    package var detail: Detail

    package init(uncompressedPageSize: Int32, compressedPageSize: Int32, crc: UInt32? = nil, detail: Detail) {
        self.uncompressedPageSize = uncompressedPageSize
        self.compressedPageSize = compressedPageSize
        self.crc = crc
        self.detail = detail
    }

    package var type: PageType {
        switch detail {
        case .data: .dataPage
        case .dataV2: .dataPageV2
        case .dictionary: .dictionaryPage
        case .index: .indexPage
        }
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: type.rawValue)
        writer.field(2, int32: uncompressedPageSize)
        writer.field(3, int32: compressedPageSize)
        if let crc { writer.field(4, int32: Int32(bitPattern: crc)) }
        switch detail {
        case .data(let page):
            writer.header(5, .structure)
            page.write(to: &writer)
        case .index: writer.emptyStructure(6)
        case .dictionary(let page):
            writer.header(7, .structure)
            page.write(to: &writer)
        case .dataV2(let page):
            writer.header(8, .structure)
            page.write(to: &writer)
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> PageHeader {
        var type: PageType?
        var uncompressed: Int32?
        var compressed: Int32?
        var crc: UInt32?
        var data: DataPageHeader?
        var dataV2: DataPageHeaderV2?
        var dictionary: DictionaryPageHeader?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: type = try reader.closedEnum(field, PageType.self)
            case 2: uncompressed = try reader.int32(field)
            case 3: compressed = try reader.int32(field)
            case 4: crc = UInt32(bitPattern: try reader.int32(field))
            case 5:
                try reader.requireStructure(field)
                data = try DataPageHeader.read(from: &reader)
            case 7:
                try reader.requireStructure(field)
                dictionary = try DictionaryPageHeader.read(from: &reader)
            case 8:
                try reader.requireStructure(field)
                dataV2 = try DataPageHeaderV2.read(from: &reader)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let type, let uncompressed, let compressed else { throw reader.missing("type or size", of: "PageHeader") }
        let detail: Detail? =
            switch type {
            case .dataPage: data.map { .data($0) }
            case .dataPageV2: dataV2.map { .dataV2($0) }
            case .dictionaryPage: dictionary.map { .dictionary($0) }
            case .indexPage: .index
            }
        guard let detail else { throw reader.missing("for \(type)", of: "PageHeader") }
        guard uncompressed >= 0, compressed >= 0 else { throw reader.corrupt("PageHeader has a negative size") }
        return PageHeader(uncompressedPageSize: uncompressed, compressedPageSize: compressed, crc: crc, detail: detail)
    }
}

extension DataPageHeader {
    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: numValues)
        writer.field(2, int32: encoding.rawValue)
        writer.field(3, int32: definitionLevelEncoding.rawValue)
        writer.field(4, int32: repetitionLevelEncoding.rawValue)
        if let statistics {
            writer.header(5, .structure)
            statistics.write(to: &writer)
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> DataPageHeader {
        var numbers: (Int32?, Int32?, Int32?, Int32?)
        var statistics: Statistics?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: numbers.0 = try reader.int32(field)
            case 2: numbers.1 = try reader.int32(field)
            case 3: numbers.2 = try reader.int32(field)
            case 4: numbers.3 = try reader.int32(field)
            case 5:
                try reader.requireStructure(field)
                statistics = try Statistics.read(from: &reader)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let count = numbers.0, let encoding = numbers.1, let definition = numbers.2, let repetition = numbers.3
        else { throw reader.missing("num_values or an encoding", of: "DataPageHeader") }
        guard count >= 0 else { throw reader.corrupt("DataPageHeader.num_values is \(count)") }
        return DataPageHeader(
            numValues: count, encoding: Encoding(rawValue: encoding),
            definitionLevelEncoding: Encoding(rawValue: definition),
            repetitionLevelEncoding: Encoding(rawValue: repetition), statistics: statistics)
    }
}

extension DictionaryPageHeader {
    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: numValues)
        writer.field(2, int32: encoding.rawValue)
        if let isSorted { writer.field(3, bool: isSorted) }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> DictionaryPageHeader {
        var count: Int32?
        var encoding: Int32?
        var isSorted: Bool?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: count = try reader.int32(field)
            case 2: encoding = try reader.int32(field)
            case 3: isSorted = try reader.bool(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let count, let encoding else {
            throw reader.missing("num_values or encoding", of: "DictionaryPageHeader")
        }
        guard count >= 0 else { throw reader.corrupt("DictionaryPageHeader.num_values is \(count)") }
        return DictionaryPageHeader(numValues: count, encoding: Encoding(rawValue: encoding), isSorted: isSorted)
    }
}

extension DataPageHeaderV2 {
    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int32: numValues)
        writer.field(2, int32: numNulls)
        writer.field(3, int32: numRows)
        writer.field(4, int32: encoding.rawValue)
        writer.field(5, int32: definitionLevelsByteLength)
        writer.field(6, int32: repetitionLevelsByteLength)
        writer.field(7, bool: isCompressed)
        if let statistics {
            writer.header(8, .structure)
            statistics.write(to: &writer)
        }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> DataPageHeaderV2 {
        var numbers: [Int32?] = Array(repeating: nil, count: 6)
        var isCompressed = true
        var statistics: Statistics?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1, 2, 3, 4, 5, 6: numbers[Int(field.id) - 1] = try reader.int32(field)
            case 7: isCompressed = try reader.bool(field)
            case 8:
                try reader.requireStructure(field)
                statistics = try Statistics.read(from: &reader)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        let found = numbers.compactMap { $0 }
        guard found.count == 6 else { throw reader.missing("1...6", of: "DataPageHeaderV2") }
        guard found[0] >= 0, found[1] >= 0, found[1] <= found[0], found[2] >= 0, found[4] >= 0, found[5] >= 0 else {
            throw reader.corrupt("DataPageHeaderV2 has contradictory counts \(found)")
        }
        return DataPageHeaderV2(
            numValues: found[0], numNulls: found[1], numRows: found[2], encoding: Encoding(rawValue: found[3]),
            definitionLevelsByteLength: found[4], repetitionLevelsByteLength: found[5], isCompressed: isCompressed,
            statistics: statistics)
    }
}
