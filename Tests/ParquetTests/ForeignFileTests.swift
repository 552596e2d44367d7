import Glibc
import Testing

@testable import Parquet

private let foreignFolder = getenv("INGEST_TEST_PARQUET").map { String(cString: $0) }

/// Files of other writers: the verifier must find nothing wrong with them. The folder is named by INGEST_TEST_PARQUET.
@Suite("Files of other writers", .enabled(if: foreignFolder != nil, "set INGEST_TEST_PARQUET to a folder"))
struct ForeignFileTests {
    static let files: [String] = {
        guard let foreignFolder, let directory = opendir(foreignFolder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".parquet") { names.append(name) }
        }
        return names.sorted()
    }()

    @Test("nothing is wrong", arguments: files)
    func verify(name: String) throws {
        let file = try ParquetFile(path: "\(foreignFolder ?? "")/\(name)")
        for problem in FileVerifier.verify(file, depth: .values) { Issue.record("\(problem)") }
        for group in file.metaData.rowGroups.indices {
            for leaf in file.leaves {
                let records = try PageDecoder.decode(file, column: leaf.index, rowGroup: group).records(of: leaf)
                #expect(records.count == Int(file.metaData.rowGroups[group].numRows), "\(leaf.name)")
            }
        }
    }
}
