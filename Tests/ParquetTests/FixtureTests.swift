import Testing
import TestSupport

@testable import Parquet

/// Files that pyarrow wrote (Fixtures/generate.py): other hands than ours made every byte, so a misreading that writer and
/// reader share is found here.
@Suite("Files by pyarrow")
struct FixtureTests {
    static let names = ["dictionary", "dictionary_v2", "encodings", "encodings_v2"]

    private static let folder =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        .joined(separator: "/") + "/Fixtures"

    /// Each column's name and its values, as text.
    private func expected() throws -> [[String]] {
        let source = try FileRangeSource(path: Self.folder + "/values.txt")
        let text = String(decoding: try source.read(offset: 0, count: source.size), as: UTF8.self)
        return text.split(separator: "\n").map {
            $0.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        }
    }

    private func text(_ record: LeafRecord, _ leaf: SchemaLeaf) -> String {
        switch record {
        case .null: "NULL"
        case .value(let value): leaf.text(value) ?? "?"
        case .list(let records): "[" + records.map { text($0, leaf) }.joined(separator: ",") + "]"
        }
    }

    @Test("every value is what pyarrow says", arguments: names)
    func values(name: String) throws {
        let file = try ParquetFile(path: "\(Self.folder)/\(name).parquet")
        let expected = try expected()
        #expect(file.leaves.count == expected.count)
        for (leaf, column) in zip(file.leaves, expected) {
            #expect(leaf.path[0] == column[0])
            var found: [String] = []
            for group in file.metaData.rowGroups.indices {
                let records = try PageDecoder.decode(file, column: leaf.index, rowGroup: group).records(of: leaf)
                found += records.map { text($0, leaf) }
            }
            #expect(found == Array(column.dropFirst()), "\(leaf.name)")
        }
    }

    @Test("nothing is wrong with them", arguments: names)
    func verify(name: String) throws {
        let file = try ParquetFile(path: "\(Self.folder)/\(name).parquet")
        #expect(file.metaData.rowGroups.count == 2)
        #expect(FileVerifier.verify(file, depth: .values).map(\.description) == [])
    }

    @Test("they use what they are here for")
    func encodings() throws {
        func used(_ name: String) throws -> Set<Encoding> {
            let file = try ParquetFile(path: "\(Self.folder)/\(name).parquet")
            return Set(file.metaData.rowGroups.flatMap(\.columns).flatMap { $0.metaData?.encodings ?? [] })
        }
        #expect(try used("dictionary").isSuperset(of: [.plain, .rleDictionary, .rle]))
        #expect(
            try used("encodings_v2").isSuperset(of: [
                .rle, .plain, .deltaBinaryPacked, .deltaByteArray, .deltaLengthByteArray, .byteStreamSplit,
            ]))
    }

    @Test("mutated, they give errors or values, and never trap", arguments: names)
    func mutations(name: String) throws {
        let source = try FileRangeSource(path: "\(Self.folder)/\(name).parquet")
        let good = try source.read(offset: 0, count: source.size)
        var random = SeededRandom(21)
        var found = 0
        for _ in 0..<15 {
            var bytes = good
            for _ in 0..<8 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            guard let file = try? ParquetFile(MemoryRangeSource(bytes)) else {
                found += 1
                continue
            }
            if !FileVerifier.verify(file, depth: .values).isEmpty { found += 1 }
        }
        // Some damage hits what nobody checks, such as key-value text.
        #expect(found > 10)
    }

    @Test("a missing file and a folder are errors with a reason")
    func notFiles() {
        #expect(throws: ParquetFault.self) { try ParquetFile(path: Self.folder + "/absent.parquet") }
        #expect(throws: ParquetFault.self) { try ParquetFile(path: Self.folder) }
    }
}
