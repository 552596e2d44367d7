import CZlib
import CZstd
import Testing
import TestSupport

@testable import Parquet

@Suite("Codecs")
struct CodecTests {
    static let pages: [(String, [UInt8])] = {
        var random = SeededRandom(1)
        let noise = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
        return [
            ("empty", []), ("one byte", [7]), ("constant", Array(repeating: 65, count: 300_000)), ("noise", noise),
            ("text", Array(String(repeating: "Lorem ipsum dolor sit amet, ", count: 5000).utf8)),
        ]
    }()

    private func compressed(_ page: [UInt8], _ compressor: Compressor, level: Int) throws -> [UInt8] {
        let capacity = compressor.bound(page.count)
        let memory = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 16)
        defer { memory.deallocate() }
        let count = try page.withUnsafeBytes { source in
            try compressor.compress(source, into: memory, capacity: capacity, level: level)
        }
        return Array(UnsafeRawBufferPointer(start: memory, count: count))
    }

    private func decompressed(_ bytes: [UInt8], _ decompressor: Decompressor, size: Int) throws -> [UInt8] {
        try bytes.withUnsafeBytes { source in
            try decompressor.decompress(source, size: size, limit: 1 << 24)
        }
    }

    @Test("pages come back, also when levels change between pages and contexts are reused", arguments: Codec.allCases)
    func roundTrip(codec: Codec) throws {
        let compressor = try Compressor(codec)
        let decompressor = try Decompressor(codec)
        for level in [Compressor.levels(codec).lowerBound, Compressor.defaultLevel(codec), 1, 5, 1] {
            for (name, page) in Self.pages {
                let bytes = try compressed(page, compressor, level: level)
                #expect(try decompressed(bytes, decompressor, size: page.count) == page, "\(name) at level \(level)")
                if codec != .none && name == "constant" { #expect(bytes.count < page.count / 10) }
            }
        }
    }

    @Test("a wrong size, damage and truncation are errors", arguments: Codec.allCases)
    func damage(codec: Codec) throws {
        let compressor = try Compressor(codec)
        let decompressor = try Decompressor(codec)
        let page = Self.pages[4].1
        let bytes = try compressed(page, compressor, level: Compressor.defaultLevel(codec))
        for size in [0, page.count - 1, page.count + 1] {
            #expect(throws: ParquetFault.self, "\(size)") { try decompressed(bytes, decompressor, size: size) }
        }
        #expect(throws: ParquetFault.self) { try decompressed([], decompressor, size: page.count) }
        for count in [1, bytes.count / 2, bytes.count - 1] {
            #expect(throws: ParquetFault.self) {
                try decompressed(Array(bytes[..<count]), decompressor, size: page.count)
            }
        }
        // Damage may go unnoticed where the codec has no checksum; it must not trap, and the context must survive.
        var random = SeededRandom(2)
        for _ in 0..<500 {
            var bad = bytes
            for _ in 0..<3 {
                bad[Int.random(in: 0..<bad.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = try? decompressed(bad, decompressor, size: page.count)
        }
        #expect(try decompressed(bytes, decompressor, size: page.count) == page)
    }

    @Test("a claimed size above the limit is refused before memory is taken")
    func limit() throws {
        let decompressor = try Decompressor(.snappy)
        #expect(throws: ParquetFault.self) {
            try [UInt8(0)].withUnsafeBytes { source in
                try decompressor.decompress(source, size: 1 << 40, limit: 1 << 20)
            }
        }
    }

    @Test("too little room and levels that don't exist are the caller's mistakes", arguments: Codec.allCases)
    func misuse(codec: Codec) throws {
        let compressor = try Compressor(codec)
        var memory: [UInt8] = Array(repeating: 0, count: 8)
        let page = Self.pages[3].1
        #expect(throws: ParquetFault.self) {
            try page.withUnsafeBytes { source in
                try memory.withUnsafeMutableBytes { target in
                    try compressor.compress(source, into: target.baseAddress!, capacity: 8, level: 1)
                }
            }
        }
        if codec == .zstd || codec == .gzip {
            #expect(throws: ParquetFault.self) { try compressed(page, compressor, level: 99) }
        }
        // And it still works.
        #expect(try !compressed(page, compressor, level: 1).isEmpty)
    }

    @Test("gzip has the gzip frame; zstd has its content size and no checksum")
    func frames() throws {
        let page = Self.pages[4].1
        let gzip = try compressed(page, Compressor(.gzip), level: 6)
        #expect(gzip[..<3] == [0x1F, 0x8B, 0x08])
        let zstd = try compressed(page, Compressor(.zstd), level: 3)
        #expect(ZSTD_getFrameContentSize(zstd, zstd.count) == UInt64(page.count))
        // Frame_Header_Descriptor, bit 2: Content_Checksum_flag.
        #expect(zstd[4] & 0b100 == 0)
    }

    @Test("gzip members one after the other are one page")
    func members() throws {
        let compressor = try Compressor(.gzip)
        let both = try compressed([1, 2], compressor, level: 6) + compressed([3], compressor, level: 6)
        #expect(try decompressed(both, Decompressor(.gzip), size: 3) == [1, 2, 3])
    }

    @Test("CRC-32 is that of gzip, over one piece or two")
    func checksum() {
        let digits = Array("123456789".utf8)
        digits.withUnsafeBytes { bytes in
            #expect(Checksum.crc32(bytes) == 0xCBF4_3926)
            for cut in 0...9 {
                let first = UnsafeRawBufferPointer(rebasing: bytes[..<cut])
                let second = UnsafeRawBufferPointer(rebasing: bytes[cut...])
                #expect(Checksum.crc32(first, second) == 0xCBF4_3926)
            }
        }
        #expect(Checksum.crc32(UnsafeRawBufferPointer(start: nil, count: 0)) == 0)
    }
}
