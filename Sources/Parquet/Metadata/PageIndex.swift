package struct PageLocation: Equatable, Sendable {
    package var offset: Int64
    /// Header included.
    package var compressedPageSize: Int32
    /// Within the row group.
    package var firstRowIndex: Int64

    package init(offset: Int64, compressedPageSize: Int32, firstRowIndex: Int64) {
        self.offset = offset
        self.compressedPageSize = compressedPageSize
        self.firstRowIndex = firstRowIndex
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.field(1, int64: offset)
        writer.field(2, int32: compressedPageSize)
        writer.field(3, int64: firstRowIndex)
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> PageLocation {
        var offset: Int64?
        var size: Int32?
        var row: Int64?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: offset = try reader.int64(field)
            case 2: size = try reader.int32(field)
            case 3: row = try reader.int64(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let offset, let size, let row else { throw reader.missing("of three", of: "PageLocation") }
        return PageLocation(offset: offset, compressedPageSize: size, firstRowIndex: row)
    }
}

/// Where the data pages of a chunk are; the dictionary page is not among them.
package struct OffsetIndex: Equatable, Sendable {
    package var pageLocations: [PageLocation]
    package var unencodedByteArrayDataBytes: [Int64]?

    package init(pageLocations: [PageLocation], unencodedByteArrayDataBytes: [Int64]? = nil) {
        self.pageLocations = pageLocations
        self.unencodedByteArrayDataBytes = unencodedByteArrayDataBytes
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.list(1, of: .structure, count: pageLocations.count)
        for location in pageLocations { location.write(to: &writer) }
        if let unencodedByteArrayDataBytes { writer.list(2, int64: unencodedByteArrayDataBytes) }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> OffsetIndex {
        var locations: [PageLocation]?
        var bytes: [Int64]?
        let outer = try reader.begin()
        while let field = try reader.next() {
            switch field.id {
            case 1: locations = try reader.structures(field, PageLocation.read)
            case 2: bytes = try reader.int64List(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard let locations else { throw reader.missing("page_locations", of: "OffsetIndex") }
        return OffsetIndex(pageLocations: locations, unencodedByteArrayDataBytes: bytes)
    }
}

/// Statistics of each data page of a chunk; all lists have one entry per page.
package struct ColumnIndex: Equatable, Sendable {
    package var nullPages: [Bool]
    /// Empty for a page of NULLs only.
    package var minValues: [[UInt8]]
    package var maxValues: [[UInt8]]
    package var boundaryOrder: BoundaryOrder
    package var nullCounts: [Int64]?
    /// (Maximum level + 1) entries per page.
    package var repetitionLevelHistograms: [Int64]?
    package var definitionLevelHistograms: [Int64]?
    /// Floating-point columns only.
    package var nanCounts: [Int64]?

    package init(
        nullPages: [Bool], minValues: [[UInt8]], maxValues: [[UInt8]], boundaryOrder: BoundaryOrder,
        nullCounts: [Int64]? = nil, repetitionLevelHistograms: [Int64]? = nil,
        definitionLevelHistograms: [Int64]? = nil, nanCounts: [Int64]? = nil
    ) {
        self.nullPages = nullPages
        self.minValues = minValues
        self.maxValues = maxValues
        self.boundaryOrder = boundaryOrder
        self.nullCounts = nullCounts
        self.repetitionLevelHistograms = repetitionLevelHistograms
        self.definitionLevelHistograms = definitionLevelHistograms
        self.nanCounts = nanCounts
    }

    package func write(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.list(1, of: .boolTrue, count: nullPages.count)
        for isNull in nullPages { writer.element(bool: isNull) }
        writer.list(2, of: .binary, count: minValues.count)
        for value in minValues { writer.element(binary: value) }
        writer.list(3, of: .binary, count: maxValues.count)
        for value in maxValues { writer.element(binary: value) }
        writer.field(4, int32: boundaryOrder.rawValue)
        if let nullCounts { writer.list(5, int64: nullCounts) }
        if let repetitionLevelHistograms { writer.list(6, int64: repetitionLevelHistograms) }
        if let definitionLevelHistograms { writer.list(7, int64: definitionLevelHistograms) }
        if let nanCounts { writer.list(8, int64: nanCounts) }
        writer.end(outer)
    }

    package static func read(from reader: inout CompactReader) throws(ParquetFault) -> ColumnIndex {
        var index = ColumnIndex(nullPages: [], minValues: [], maxValues: [], boundaryOrder: .unordered)
        var seen: UInt32 = 0
        let outer = try reader.begin()
        while let field = try reader.next() {
            if field.id > 0 && field.id < 32 { seen |= 1 << UInt32(field.id) }
            switch field.id {
            case 1:
                for _ in 0..<(try reader.list(field, of: .boolTrue)) {
                    index.nullPages.append(try reader.boolElement())
                }
            case 2:
                for _ in 0..<(try reader.list(field, of: .binary)) {
                    index.minValues.append(try reader.binaryElement())
                }
            case 3:
                for _ in 0..<(try reader.list(field, of: .binary)) {
                    index.maxValues.append(try reader.binaryElement())
                }
            case 4: index.boundaryOrder = try reader.closedEnum(field, BoundaryOrder.self)
            case 5: index.nullCounts = try reader.int64List(field)
            case 6: index.repetitionLevelHistograms = try reader.int64List(field)
            case 7: index.definitionLevelHistograms = try reader.int64List(field)
            case 8: index.nanCounts = try reader.int64List(field)
            default: try reader.skip(field)
            }
        }
        reader.end(outer)
        guard seen & 0b11110 == 0b11110 else { throw reader.missing("of 1...4", of: "ColumnIndex") }
        return index
    }
}
