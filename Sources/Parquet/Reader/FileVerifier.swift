/// Checks that a file is what its footer says. Problems are collected, up to a limit: one wrong offset rarely comes alone.
package struct FileVerifier {
    package enum Depth: Sendable {
        /// The footer against itself.
        case footer
        /// Also every page header, the CRCs that are there, and the indexes.
        case pages
        /// Also every value: decompressed, decoded, counted, compared with the statistics.
        case values
    }

    package private(set) var problems: [ParquetFault] = []
    let file: ParquetFile
    let depth: Depth
    static let maximumProblems = 100

    package static func verify(_ file: ParquetFile, depth: Depth) -> [ParquetFault] {
        var verifier = FileVerifier(file: file, depth: depth)
        verifier.run()
        return verifier.problems
    }

    private init(file: ParquetFile, depth: Depth) {
        self.file = file
        self.depth = depth
    }

    var isFull: Bool { problems.count >= Self.maximumProblems }

    mutating func report(_ message: String, group: Int? = nil, column: Int? = nil) {
        let place = group.map { "row group \($0): " } ?? ""
        report(ParquetFault(.corrupt, place + message, column: column.map { file.leaves[$0].name }))
    }

    mutating func report(_ fault: ParquetFault) {
        if !isFull { problems.append(fault) }
    }

    private mutating func run() {
        checkMagic()
        checkFile()
        var used: [Range<Int>] = []
        for group in file.metaData.rowGroups.indices where !isFull {
            checkGroup(group)
            for column in file.leaves.indices where !isFull {
                do throws(ParquetFault) {
                    used.append(try file.pages(ofColumn: column, rowGroup: group))
                    try checkColumn(column, group)
                    if depth != .footer {
                        var chunk = ChunkVerification(column: column, group: group)
                        try chunk.run(&self)
                    }
                } catch {
                    report(error)
                }
            }
        }
        used.sort { $0.lowerBound < $1.lowerBound }
        for (left, right) in zip(used, used.dropFirst()) where left.upperBound > right.lowerBound {
            report("chunks overlap: \(left) and \(right)")
        }
    }

    private mutating func checkMagic() {
        do throws(ParquetFault) {
            let start = try file.source.read(offset: 0, count: 4)
            if start != FooterReader.magic { report("the file does not begin with PAR1") }
        } catch {
            report(error)
        }
    }

    private mutating func checkFile() {
        let metaData = file.metaData
        if metaData.version != 1 && metaData.version != 2 { report("version \(metaData.version)") }
        if let orders = metaData.columnOrders, orders.count != file.leaves.count {
            report("\(orders.count) column orders for \(file.leaves.count) columns")
        }
        var rows: Int64 = 0
        for group in metaData.rowGroups { rows = rows.addingReportingOverflow(group.numRows).partialValue }
        if rows != metaData.numRows { report("row groups have \(rows) rows, the file says \(metaData.numRows)") }
    }

    private mutating func checkGroup(_ index: Int) {
        let group = file.metaData.rowGroups[index]
        if group.numRows < 0 { report("\(group.numRows) rows", group: index) }
        if let ordinal = group.ordinal, Int(ordinal) != index { report("ordinal \(ordinal)", group: index) }
        var compressed: Int64 = 0
        var uncompressed: Int64 = 0
        for chunk in group.columns {
            guard let metaData = chunk.metaData else { continue }
            compressed = compressed.addingReportingOverflow(metaData.totalCompressedSize).partialValue
            uncompressed = uncompressed.addingReportingOverflow(metaData.totalUncompressedSize).partialValue
        }
        if let total = group.totalCompressedSize, total != compressed {
            report("total_compressed_size \(total), its chunks have \(compressed)", group: index)
        }
        if group.totalByteSize != uncompressed {
            report("total_byte_size \(group.totalByteSize), its chunks have \(uncompressed)", group: index)
        }
        if let offset = group.fileOffset, let first = group.columns.first?.metaData {
            let start = min(first.dataPageOffset, first.dictionaryPageOffset ?? first.dataPageOffset)
            if offset != start { report("file_offset \(offset), its first page is at \(start)", group: index) }
        }
        for sorting in group.sortingColumns ?? [] where !file.leaves.indices.contains(Int(sorting.columnIdx)) {
            report("sorted by column \(sorting.columnIdx) of \(file.leaves.count)", group: index)
        }
    }

    private mutating func checkColumn(_ column: Int, _ group: Int) throws(ParquetFault) {
        let metaData = try file.column(column, ofRowGroup: group)
        let leaf = file.leaves[column]
        let rows = file.metaData.rowGroups[group].numRows
        if metaData.type != leaf.type { report("type \(metaData.type)", group: group, column: column) }
        if metaData.pathInSchema != leaf.path {
            report("path_in_schema \(metaData.pathInSchema)", group: group, column: column)
        }
        let isFlat = leaf.maxRepetitionLevel == 0
        if isFlat ? metaData.numValues != rows : metaData.numValues < rows {
            report("\(metaData.numValues) values in \(rows) rows", group: group, column: column)
        }
        if let nulls = metaData.statistics?.nullCount, nulls < 0 || nulls > metaData.numValues {
            report("\(nulls) NULLs of \(metaData.numValues) values", group: group, column: column)
        }
        for value in [metaData.statistics?.minValue, metaData.statistics?.maxValue] {
            if let value, leaf.text(statistic: value) == nil {
                report("a statistic of \(value.count) bytes for \(leaf.typeText)", group: group, column: column)
            }
        }
        if let histogram = metaData.sizeStatistics?.definitionLevelHistogram,
            histogram.count != leaf.maxDefinitionLevel + 1
        {
            report("a definition level histogram of \(histogram.count) entries", group: group, column: column)
        }
        if depth != .footer, try file.bloomFilter(ofColumn: column, rowGroup: group) == nil,
            metaData.bloomFilterLength != nil
        {
            report("a bloom filter's length without its offset", group: group, column: column)
        }
    }
}
