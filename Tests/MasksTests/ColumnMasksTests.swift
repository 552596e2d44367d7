import Columnar
import Ports
import TestSupport
import Testing

@testable import Masks

@Suite("Masks")
struct ColumnMasksTests {
    private static let salt = "0123456789abcdef"
    private static let masks = ColumnMasks(
        salt: { Secret(salt) }, key: { Secret(String(repeating: "00", count: 32)) })

    private func masked(_ mask: ColumnRule.Mask, _ type: ColumnType, _ fill: (Column) -> Void) throws -> [String?] {
        let column = Column(type, slots: 0)
        fill(column)
        let mask = try Self.masks.mask(mask, of: Field("c", type))
        let masker = try mask.makeMasker()
        let masked = Column(mask.type, slots: 0)
        // Twice: columns and maskers are used again.
        for _ in 0..<2 {
            masked.reset()
            try masker.append(column, to: masked)
            masked.checkInvariants()
        }
        return BatchText.values(masked, 0..<masked.slotCount)
    }

    private func texts(_ mask: ColumnRule.Mask, _ texts: [String?]) throws -> [String?] {
        try masked(mask, .text) { column in
            for text in texts { if let text { column.append(text) } else { column.appendNull() } }
        }
    }

    // Expected values: hmac.new(b"0123456789abcdef", text.encode(), "sha256").hexdigest()
    @Test("hash is HMAC-SHA-256 of the text, NULL stays NULL")
    func hash() throws {
        let found = try texts(.hash, ["ann@example.com", nil, "", String(repeating: "é", count: 100)])
        #expect(
            found == [
                "9f70eb4f1d9f0194d58bc08c41ce2b3b2e4e580a424a246ce2484484122343df", nil,
                "496dc93fa2d26eae500ec0bc37a122706b88f8963cebf0899d0245fae313e241",
                "66c63e32b9278438a7b3794b9926af4a7a6d7eedf83db0038f2b65f31778f124",
            ])
    }

    @Test("a salt of more than a block is hashed first, as RFC 2104 says")
    func longKey() throws {
        let key = HMACKey(Array(repeating: 0x61, count: 100))
        var digest = [UInt8](repeating: 0, count: 32)
        Array("x".utf8).withUnsafeBytes { key.digest($0, to: &digest) }
        #expect(
            digest.map { String($0, radix: 16) }.joined()
                == "d071eef2ffa0e46cdeee4042c6e881a91b5a171178cc3eb08014f3c65364a0")
    }

    @Test("equal values have equal hashes, whatever their type")
    func canonical() throws {
        let long = try masked(.hash, .int64) { $0.append(Int64(-1250)) }
        #expect(long == (try texts(.hash, ["-1250"])))
        #expect(try masked(.hash, .int32) { $0.append(Int32(-1250)) } == long)
        #expect(try masked(.hash, .decimal(precision: 12, scale: 2)) { $0.append(Int64(-125_000)) } == long)
        #expect(
            try masked(.hash, .decimal(precision: 38, scale: 10)) { $0.append(Int128(-12_500_000_000_000)) } == long)
    }

    private func canonical(_ type: ColumnType, _ fill: (Column) -> Void) throws -> String {
        let column = Column(type, slots: 0)
        fill(column)
        var texts: [String] = []
        try CanonicalText.each(of: column) { (_, text) throws(MaskFault) in
            texts.append(String(decoding: text, as: UTF8.self))
        }
        return texts.joined(separator: " ")
    }

    @Test("the text of every type")
    func texts() throws {
        #expect(
            try canonical(.boolean) {
                $0.append(true); $0.append(false)
            } == "true false")
        #expect(
            try canonical(.int64) {
                $0.append(Int64.min); $0.append(Int64(0))
            } == "-9223372036854775808 0")
        #expect(
            try canonical(.double) {
                $0.append(0.1); $0.append(-2.0); $0.append(1e22)
            } == "0.1 -2.0 1e+22")
        #expect(try canonical(.float) { $0.append(Float(0.1)) } == "0.1")
        #expect(
            try canonical(.decimal(precision: 38, scale: 20)) {
                $0.append(Int128(5)); $0.append(-Int128(PowersOfTen.wide(38) - 1)); $0.append(Int128(0))
            } == "0.00000000000000000005 -999999999999999999.99999999999999999999 0")
        #expect(try canonical(.decimal(precision: 5, scale: 0)) { $0.append(Int32(1200)) } == "1200")
        #expect(
            try canonical(.date) {
                $0.append(Int32(-1)); $0.append(Int32(11_016))
            } == "1969-12-31 2000-02-29")
        #expect(try canonical(.time) { $0.append(Int64(86_399_999_999)) } == "23:59:59.999999")
        #expect(
            try canonical(.timestamp(.microseconds, utc: true)) { $0.append(Int64(-1)) }
                == "1969-12-31T23:59:59.999999Z")
        #expect(
            try canonical(.timestamp(.nanoseconds, utc: false)) { $0.append(Int64(1)) }
                == "1970-01-01T00:00:00.000000001")
        #expect(
            try canonical(.uuid) { $0.append(UInt128(1).bigEndian) } == "00000000-0000-0000-0000-000000000001")
    }

    @Test("redact")
    func redact() throws {
        #expect(try texts(.redact, ["secret", nil, ""]) == ["***", nil, "***"])
        #expect(try masked(.redact, .date) { $0.append(Int32(1)) } == ["***"])
        #expect(
            try masked(.redact, .list(.text)) {
                $0.appendList(count: 1)
                $0.children[0].append("x")
                $0.appendNull()
            } == ["***", nil])
    }

    @Test("partial shows the end, but never more than half")
    func partial() throws {
        #expect(
            try texts(.partial(4), ["4111111111111234", "12345678", "123", "1", "", nil, "żółć-ąęöü", "日本語文字列"])
                == ["***1234", "***5678", "***3", "***", "***", nil, "***ąęöü", "***文字列"])
        #expect(try masked(.partial(2), .int64) { $0.append(Int64(123_456)) } == ["***56"])
    }

    @Test("truncate_date, before 1970 too")
    func truncate() throws {
        let day: Int64 = 86_400_000_000
        let type = ColumnType.timestamp(.microseconds, utc: true)
        #expect(
            try masked(.truncateDate(.day), type) {
                $0.append(Int64(-1)); $0.append(day)
            } == ["\(-day)", "\(day)"])
        #expect(
            try masked(.truncateDate(.month), .date) {
                $0.append(Int32(-1)); $0.append(Int32(11_016))
            } == ["-31", "10988"])
        #expect(
            try masked(.truncateDate(.year), .date) {
                $0.append(Int32(-1)); $0.append(Int32(11_016))
            } == ["-365", "10957"])
        #expect(
            try masked(.truncateDate(.year), .timestamp(.nanoseconds, utc: false)) { $0.append(day * 1000 * 400 + 7) }
                == ["\(day * 1000 * 365)"])
    }

    @Test("encrypt: versioned, a nonce of its own for each value; version and key id in front")
    func encrypt() throws {
        let found = try texts(.encrypt, ["secret", "secret", nil, ""])
        // SHA-256 of 32 zero bytes begins with 66687aad.
        #expect(found.compactMap { $0?.prefix(12) } == Array(repeating: "\\x0166687aad", count: 3))
        #expect(found[0] != found[1])
        #expect(found.map { $0.map { ($0.count - 2) / 2 } } == [39, 39, nil, 33])
    }

    @Test("what a mask does not apply to, and keys that are missing, short or no keys")
    func refusals() {
        let none = ColumnMasks(salt: { nil }, key: { nil })
        let bad = ColumnMasks(salt: { Secret("short") }, key: { Secret("bm8=") })
        for masks in [none, bad] {
            #expect(throws: MaskFault.self) { try masks.mask(.hash, of: Field("c", .text)) }
            #expect(throws: MaskFault.self) { try masks.mask(.encrypt, of: Field("c", .text)) }
        }
        for (mask, type) in [
            (ColumnRule.Mask.truncateDate(.day), ColumnType.text), (.hash, .list(.text)), (.encrypt, .list(.text)),
            (.partial(4), .binary),
        ] {
            #expect(throws: MaskFault.self) { try Self.masks.mask(mask, of: Field("c", type)) }
        }
    }

    @Test("keys in base64, in both alphabets, and in hexadecimal")
    func keys() {
        let expected: [UInt8] = Array(repeating: 0xFB, count: 32)
        #expect(KeyText.bytes(String(repeating: "fb", count: 32)) == expected)
        #expect(KeyText.bytes(String(repeating: "+/v7", count: 10) + "+/s=\n") == expected)
        #expect(KeyText.bytes(String(repeating: "-_v7", count: 10) + "-_s") == expected)
        #expect(KeyText.bytes("nonsense") == nil)
    }
}
