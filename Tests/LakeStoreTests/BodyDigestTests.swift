import TestSupport
import Testing

@testable import LakeStore

@Suite("The checksum of a body")
struct BodyDigestTests {
    private func digest(_ pieces: [[UInt8]]) -> String {
        var digest = BodyDigest()
        for piece in pieces { piece.withUnsafeBytes { digest.add($0) } }
        return digest.text
    }

    @Test(
        "is the CRC-32C of RFC 3720",
        arguments: [
            (Array("123456789".utf8), "crc32c:e3069283"), ([], "crc32c:00000000"),
            ([UInt8](repeating: 0, count: 32), "crc32c:8a9136aa"),
            ([UInt8](repeating: 0xFF, count: 32), "crc32c:62a8ab43"), (Array(0..<32), "crc32c:46dd794e"),
        ])
    func vectors(bytes: [UInt8], text: String) { #expect(digest([bytes]) == text) }

    @Test("does not depend on the pieces that a body comes in")
    func pieces() {
        let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 7) }
        let whole = digest([bytes])
        for cut in [1, 3, 7, 8, 9, 500, 999] { #expect(digest([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole) }
    }
}
