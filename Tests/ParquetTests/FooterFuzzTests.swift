import Glibc
import Testing
import TestSupport

@testable import Parquet

/// Multiplies the rounds, for long runs.
private let fuzzFactor = getenv("INGEST_FUZZ_FACTOR").flatMap { Int(String(cString: $0)) } ?? 1
/// Moves on to other mutations; without it a failure repeats.
private let fuzzSeed = getenv("INGEST_FUZZ_SEED").flatMap { UInt64(String(cString: $0)) } ?? 0

/// Damaged files must give an error or be read, never trap, never run away.
@Suite("Fuzzing the reader", .timeLimit(.minutes(10)))
struct FooterFuzzTests {
    private func mutated(_ good: [UInt8], _ random: inout SeededRandom) -> [UInt8] {
        var bytes = good
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            guard !bytes.isEmpty else { break }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
            case 2: bytes[place] = 0xFF
            case 3: bytes.remove(at: place)
            case 4: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
            default:
                // A varint of the largest kind.
                let end = min(place + Int.random(in: 1...9, using: &random), bytes.count)
                for index in place..<end { bytes[index] = 0xFF }
            }
        }
        return bytes
    }

    private func footer(_ metaData: FileMetaData) -> [UInt8] {
        let buffer = ByteBuffer()
        var writer = CompactWriter(into: buffer)
        metaData.write(to: &writer)
        return Array(buffer.bytes)
    }

    @Test("mutated footers")
    func footers() throws {
        var random = SeededRandom(11 &+ fuzzSeed &* 100)
        var survivors = 0
        let count = 50_000 * fuzzFactor
        for good in [footer(try HandmadeFile().metaData), footer(MetadataTests.file)] {
            for _ in 0..<count {
                let bytes = mutated(good, &random)
                bytes.withUnsafeBytes { bytes in
                    var reader = CompactReader(bytes)
                    guard let metaData = try? FileMetaData.read(from: &reader) else { return }
                    survivors += 1
                    _ = try? SchemaLeaf.leaves(of: metaData.schema)
                }
            }
        }
        // Most damage to a value leaves a footer that can be read; none of it may go on for ever.
        #expect(survivors > 0 && survivors < 2 * count)
    }

    @Test("mutated files, verified with every value", arguments: [Codec.none, .snappy, .zstd])
    func files(codec: Codec) throws {
        var random = SeededRandom(12 &+ fuzzSeed &* 100)
        // CRCs stop most damage to pages before they are decoded; the next test goes round them.
        let good = try HandmadeFile(codec: codec).bytes
        var problems = 0
        for _ in 0..<1500 * fuzzFactor {
            let bytes = mutated(good, &random)
            guard let file = try? ParquetFile(MemoryRangeSource(bytes)) else {
                problems += 1
                continue
            }
            if !FileVerifier.verify(file, depth: .values).isEmpty { problems += 1 }
        }
        #expect(problems > 1000 * fuzzFactor)
    }

    @Test("mutated pages, decoded without the CRC in the way")
    func pages() throws {
        var random = SeededRandom(13 &+ fuzzSeed &* 100)
        let file = try ParquetFile(MemoryRangeSource(HandmadeFile().bytes))
        var limit = PageDecoder.Limit()
        limit.pageValues = 1000
        limit.pageBytes = 1 << 16
        for column in file.leaves.indices {
            var walker = try PageWalker(file, column: column, rowGroup: 0)
            var pages: [(PageHeader, [UInt8])] = []
            while let page = try walker.nextPage() { pages.append((page.header, try walker.body(of: page))) }
            for _ in 0..<3000 * fuzzFactor {
                let decoder = try PageDecoder(file.leaves[column], codec: CompressionCodec(.none), limit: limit)
                for (header, body) in pages {
                    var header = header
                    let bytes = mutated(body, &random)
                    header.uncompressedPageSize = Int32(bytes.count)
                    guard let decoded = try? decoder.decode(header, body: bytes) else { continue }
                    #expect(decoded.levelCount <= 1000)
                    _ = try? decoded.records(of: file.leaves[column])
                }
            }
        }
    }

    @Test("random bytes as every structure")
    func noise() {
        var random = SeededRandom(14 &+ fuzzSeed &* 100)
        for _ in 0..<5000 * fuzzFactor {
            let bytes = (0..<Int.random(in: 0...80, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random) & (Bool.random(using: &random) ? 0xFF : 0x1F)
            }
            bytes.withUnsafeBytes { bytes in
                var reader = CompactReader(bytes)
                _ = try? FileMetaData.read(from: &reader)
                reader = CompactReader(bytes)
                _ = try? PageHeader.read(from: &reader)
                reader = CompactReader(bytes)
                _ = try? ColumnIndex.read(from: &reader)
                reader = CompactReader(bytes)
                _ = try? OffsetIndex.read(from: &reader)
                _ = try? BloomFilter(reading: bytes)
                _ = try? HybridDecoder.decode(bytes, width: 7, count: 100)
                _ = try? DeltaByteArray.decode(bytes, limit: 100, byteLimit: 1000)
            }
        }
    }
}
