/// Walks one chunk's pages and compares what is found with the chunk's metadata and its indexes.
struct ChunkVerification {
    let column: Int
    let group: Int
    private var dataPages: [PageWalker.Page] = []
    private var uncompressed: Int64 = 0
    private var values: Int64 = 0
    private var counts: [Encoding: [PageType: Int32]] = [:]
    private var rowsOfPages: [Int64] = []
    private var bounds = ValueBounds()

    init(column: Int, group: Int) {
        self.column = column
        self.group = group
    }

    mutating func run(_ verifier: inout FileVerifier) throws(ParquetFault) {
        let file = verifier.file
        let metaData = try file.column(column, ofRowGroup: group)
        let decoder = verifier.depth == .values ? try PageDecoder(file.leaves[column], codec: metaData.codec) : nil
        var walker = try PageWalker(file, column: column, rowGroup: group)
        var isFirst = true
        while let page = try walker.nextPage() {
            note(page, isFirst: isFirst, metaData, &verifier)
            isFirst = false
            let body = try walker.body(of: page)
            guard let decoded = try decoder?.decode(page.header, body: body) else { continue }
            let rows =
                decoded.repetitionLevels.isEmpty
                ? decoded.levelCount : decoded.repetitionLevels.count { $0 == 0 }
            rowsOfPages.append(Int64(rows))
            bounds.add(decoded, of: file.leaves[column])
        }
        checkSums(metaData, &verifier)
        try checkIndexes(&verifier)
        if decoder != nil { checkValues(metaData, &verifier) }
    }

    private mutating func note(
        _ page: PageWalker.Page, isFirst: Bool, _ metaData: ColumnMetaData, _ verifier: inout FileVerifier
    ) {
        // No overflow: a page's sizes are below 2^31, and a file has fewer than 2^32 pages of a byte or more.
        uncompressed += Int64(page.headerLength) + Int64(page.header.uncompressedPageSize)
        let encoding: Encoding
        switch page.header.detail {
        case .index: return
        case .dictionary(let dictionary):
            encoding = dictionary.encoding
            if !isFirst { problem("a dictionary page behind other pages", &verifier) }
            if metaData.dictionaryPageOffset != Int64(page.headerOffset) {
                problem("dictionary_page_offset is not \(page.headerOffset)", &verifier)
            }
        case .data(let data):
            encoding = data.encoding
            values += Int64(data.numValues)
            dataPages.append(page)
        case .dataV2(let data):
            encoding = data.encoding
            values += Int64(data.numValues)
            dataPages.append(page)
        }
        counts[encoding, default: [:]][Self.kind(page.header.type), default: 0] += 1
        if !metaData.encodings.contains(encoding) { problem("\(encoding) is not among its encodings", &verifier) }
    }

    /// Arrow counts data pages of version 2 as data pages.
    private static func kind(_ type: PageType) -> PageType { type == .dataPageV2 ? .dataPage : type }

    private func checkSums(_ metaData: ColumnMetaData, _ verifier: inout FileVerifier) {
        if values != metaData.numValues {
            problem("its pages have \(values) values, num_values is \(metaData.numValues)", &verifier)
        }
        if uncompressed != metaData.totalUncompressedSize {
            problem(
                "its pages have \(uncompressed) bytes uncompressed, the footer says \(metaData.totalUncompressedSize)",
                &verifier)
        }
        if let first = dataPages.first, metaData.dataPageOffset != Int64(first.headerOffset) {
            problem("data_page_offset is not \(first.headerOffset)", &verifier)
        }
        if metaData.dictionaryPageOffset != nil && !counts.values.contains(where: { $0[.dictionaryPage] != nil }) {
            problem("a dictionary_page_offset without a dictionary page", &verifier)
        }
        guard let stats = metaData.encodingStats else { return }
        var claimed: [Encoding: [PageType: Int32]] = [:]
        for entry in stats where entry.count != 0 {
            claimed[entry.encoding, default: [:]][Self.kind(entry.pageType), default: 0] &+= entry.count
        }
        if claimed != counts { problem("encoding_stats are not those of its pages", &verifier) }
    }

    private func checkIndexes(_ verifier: inout FileVerifier) throws(ParquetFault) {
        let file = verifier.file
        let rows = file.metaData.rowGroups[group].numRows
        if let index = try file.offsetIndex(ofColumn: column, rowGroup: group) {
            let found = dataPages.map { (Int64($0.headerOffset), Int32(clamping: $0.headerLength + $0.bodyLength)) }
            let claimed = index.pageLocations.map { ($0.offset, $0.compressedPageSize) }
            if found.count != claimed.count || !zip(found, claimed).allSatisfy({ $0 == $1 }) {
                problem("the offset index is not that of its pages", &verifier)
            }
            let starts = index.pageLocations.map(\.firstRowIndex)
            let areOrdered = zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 }
            if !areOrdered || (starts.first ?? 0) != 0 || (starts.last ?? 0) > rows {
                problem("the offset index has rows out of order", &verifier)
            }
            if !rowsOfPages.isEmpty {
                var next: Int64 = 0
                let expected = rowsOfPages.map { rows in
                    defer { next += rows }
                    return next
                }
                if expected != starts { problem("the offset index has wrong first rows", &verifier) }
            }
        }
        guard let index = try file.columnIndex(ofColumn: column, rowGroup: group) else { return }
        let counts = [index.nullPages.count, index.minValues.count, index.maxValues.count]
        if counts.contains(where: { $0 != dataPages.count })
            || index.nullCounts.map(\.count) ?? dataPages.count
                != dataPages.count
        {
            problem("the column index is not of \(dataPages.count) pages", &verifier)
            return
        }
        let leaf = file.leaves[column]
        for (page, isNull) in index.nullPages.enumerated() where !isNull {
            guard leaf.text(statistic: index.minValues[page]) != nil, leaf.text(statistic: index.maxValues[page]) != nil
            else {
                problem("the column index has no \(leaf.typeText) for page \(page)", &verifier)
                return
            }
        }
        if verifier.depth == .values { bounds.check(index, of: leaf) { problem($0, &verifier) } }
    }

    private func checkValues(_ metaData: ColumnMetaData, _ verifier: inout FileVerifier) {
        let leaf = verifier.file.leaves[column]
        if let nulls = metaData.statistics?.nullCount, nulls != bounds.nulls {
            problem("null_count is \(nulls), the pages have \(bounds.nulls)", &verifier)
        }
        if let statistics = metaData.statistics { bounds.check(statistics, of: leaf) { problem($0, &verifier) } }
    }

    private func problem(_ message: String, _ verifier: inout FileVerifier) {
        verifier.report(message, group: group, column: column)
    }
}
