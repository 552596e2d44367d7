import Glibc
import Parquet
import Ports

/// What `ingest inspect` knows of a file; `…+Text` and `…+JSON` print it.
struct FileInspection {
    enum Depth: Comparable { case file, rowGroups, pages }

    let path: String
    let file: ParquetFile
    let depth: Depth

    init(path: String, depth: Depth) throws {
        self.path = path
        self.depth = depth
        try Self.checkIsFile(path)
        do { file = try ParquetFile(path: path) } catch { throw FormatFault(error, file: path) }
    }

    /// Before it is opened: opening a pipe waits for somebody who writes.
    private static func checkIsFile(_ path: String) throws(UsageFault) {
        guard !path.isEmpty else { throw UsageFault("FILE is empty", verb: "inspect") }
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            throw UsageFault("Cannot open '\(path)': \(String(cString: strerror(code)))")
        }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw UsageFault("'\(path)' is a folder", remedy: "Name a Parquet file in it.")
        default:
            throw UsageFault(
                "'\(path)' is a pipe or a device, not a file",
                remedy: "The footer is at the end: write it to a file first.")
        }
    }

    /// Of each leaf, over all row groups.
    var columns: [ChunkFacts] {
        file.leaves.map { leaf in
            var facts = ChunkFacts()
            for group in file.metaData.rowGroups { facts.add(group.columns[leaf.index], of: leaf) }
            return facts
        }
    }

    /// A page as the page index describes it.
    struct Page {
        var offset: Int64
        var bytes: Int32
        var firstRow: Int64
        var rows: Int64
        var nulls: Int64?
        var minimum: String?
        var maximum: String?
    }

    /// Nil where the chunk has no page index.
    func pages(of leaf: SchemaLeaf, inRowGroup number: Int) throws -> [Page]? {
        let group = file.metaData.rowGroups[number]
        do {
            guard let offsets = try file.offsetIndex(ofColumn: leaf.index, rowGroup: number) else { return nil }
            let bounds = try file.columnIndex(ofColumn: leaf.index, rowGroup: number)
            let locations = offsets.pageLocations
            return locations.enumerated().map { index, location in
                let next = index + 1 < locations.count ? locations[index + 1].firstRowIndex : group.numRows
                func bound(_ values: [[UInt8]]?) -> String? {
                    guard let values, index < values.count, let bounds, index < bounds.nullPages.count,
                        !bounds.nullPages[index]
                    else { return nil }
                    return leaf.text(statistic: values[index])
                }
                return Page(
                    offset: location.offset, bytes: location.compressedPageSize, firstRow: location.firstRowIndex,
                    rows: next.subtractingReportingOverflow(location.firstRowIndex).partialValue,
                    nulls: bounds?.nullCounts.flatMap { index < $0.count ? $0[index] : nil },
                    minimum: bound(bounds?.minValues), maximum: bound(bounds?.maxValues))
            }
        } catch { throw FormatFault(error, file: path) }
    }
}
