import Columnar
import Ports
import TestSupport
import Testing

@testable import PostgresSource

@Suite("Decoding a COPY stream")
struct CopyDecoderTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        var plan: ColumnPlan
        var bytes: [UInt8]
        var text: String
        var testDescription: String { name }

        init(_ name: String, _ type: ColumnType, _ kind: FieldKind, _ bytes: [UInt8], _ text: String) {
            self.name = name
            plan = CopyBytes.plan(type, kind)
            self.bytes = bytes
            self.text = text
        }
    }

    static let utc = ColumnType.timestamp(.microseconds, utc: true)
    static let uuid = [UInt8](0..<16)
    static let scalars = [
        Case("true", .boolean, .bool, [1], "t"), Case("false", .boolean, .bool, [0], "f"),
        Case("smallest int2", .int16, .int16, CopyBytes.big(Int16.min), "-32768"),
        Case("largest int4", .int32, .int32, CopyBytes.big(Int32.max), "2147483647"),
        Case("smallest int8", .int64, .int64, CopyBytes.big(Int64.min), "-9223372036854775808"),
        Case("largest oid", .int64, .unsigned32, CopyBytes.big(UInt32.max), "4294967295"),
        Case("float4", .float, .float32, CopyBytes.big(Float(1.5).bitPattern), "1.5"),
        Case("float8 infinity", .double, .float64, CopyBytes.big(Double.infinity.bitPattern), "inf"),
        Case("first date", .date, .date, CopyBytes.big(Int32(-730_119)), "-719162"),
        Case("last date", .date, .date, CopyBytes.big(Int32(2_921_939)), "2932896"),
        Case("first instant", utc, .timestamp, CopyBytes.big(Int64(-730_119) * 86_400_000_000), "-62135596800000000"),
        Case(
            "last instant", utc, .timestamp, CopyBytes.big(Int64(2_921_940) * 86_400_000_000 - 1), "253402300799999999"),
        Case("noon", .text, .timeText, CopyBytes.big(Int64(43_200_000_001)), "12:00:00.000001"),
        Case("24:00", .text, .timeText, CopyBytes.big(Int64(86_400_000_000)), "24:00:00.000000"),
        Case("time", .time, .time, CopyBytes.big(Int64(86_399_999_999)), "86399999999"),
        Case("no text", .text, .bytes, [], ""), Case("text", .text, .bytes, Array("äöü€".utf8), "äöü€"),
        Case("pads", .text, .paddedText, Array("ab                  ".utf8), "ab"),
        Case("only pads", .text, .paddedText, Array("                         ".utf8), ""),
        Case("blank inside", .text, .paddedText, Array(" a b ".utf8), " a b"),
        Case("a tab is no pad", .text, .paddedText, Array("a\t  ".utf8), "a\t"),
        Case("bytea", .binary, .bytes, [0, 255, 32], "\\x00ff20"),
        Case("jsonb", .text, .jsonb, [1] + Array("{}".utf8), "{}"),
        Case("uuid text", .text, .uuidText, uuid, "00010203-0405-0607-0809-0a0b0c0d0e0f"),
        Case("uuid", .uuid, .uuid, uuid, "000102030405060708090a0b0c0d0e0f"),
        Case("checked text", .text, .checkedText, Array("ascii and ä € 😀".utf8), "ascii and ä € 😀"),
    ]

    @Test(arguments: scalars) func decodes(_ scalar: Case) throws {
        let stream = CopyBytes.stream([[scalar.bytes], [nil], [scalar.bytes]])
        let expected: [[String?]] = [[scalar.text], [nil], [scalar.text]]
        #expect(try CopyBytes.decode(stream, [scalar.plan]) == expected)
        for piece in [1, 2, 3, 7, 19, 23] {
            #expect(try CopyBytes.decode(stream, [scalar.plan], piece: piece) == expected, "pieces of \(piece)")
        }
    }

    @Test(arguments: [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 5000]) func copiesText(ofLength length: Int)
        throws
    {
        let text = String((0..<length).map { Character(Unicode.Scalar(UInt8(97 + $0 % 26))) })
        let plan = [CopyBytes.plan(.text, .bytes), CopyBytes.plan(.text, .bytes, name: "d")]
        let stream = CopyBytes.stream([[Array(text.utf8), Array(text.utf8)], [Array("x".utf8), Array(text.utf8)]])
        #expect(try CopyBytes.decode(stream, plan) == [[text, text], ["x", text]])
    }

    @Test func fillsBatchAfterBatch() throws {
        let rows = (0..<1000).map {
            [CopyBytes.big(Int32($0)), $0 % 3 == 0 ? nil : Array("v\($0)".utf8)] as [[UInt8]?]
        }
        let plan = [CopyBytes.plan(.int32, .int32), CopyBytes.plan(.text, .bytes, name: "d")]
        let expected = (0..<1000).map { [String($0), $0 % 3 == 0 ? nil : "v\($0)"] as [String?] }
        for piece in [nil, 1, 5, 64, 1000] {
            #expect(try CopyBytes.decode(CopyBytes.stream(rows), plan, piece: piece) == expected)
        }
        let decoder = try CopyDecoder(plan: plan)
        _ = try CopyBytes.decode(
            CopyBytes.stream(rows), with: decoder, piece: nil, limit: BatchLimit(rows: 64, bytes: 200))
        #expect(decoder.rowsInUnit == 1000)
    }

    @Test func readsHeaderExtensions() throws {
        var stream = CopyBytes.header(extension: [1, 2, 3])
        stream.row([CopyBytes.big(Int32(7))])
        stream.trailer()
        #expect(try CopyBytes.decode(stream.bytes, [CopyBytes.plan(.int32, .int32)], piece: 4) == [["7"]])
    }

    // MARK: - Lists

    @Test func decodesLists() throws {
        let one = CopyBytes.big(Int32(1))
        let two = CopyBytes.big(Int32(2))
        let plan = [CopyBytes.list(.list(.int32), .int32, oid: 23)]
        let stream = CopyBytes.stream([
            [CopyBytes.array([one, nil, two], oid: 23)], [CopyBytes.array([], oid: 23)], [nil],
            [CopyBytes.array([nil], oid: 23)],
        ])
        for piece in [nil, 1, 11] {
            #expect(try CopyBytes.decode(stream, plan, piece: piece) == [["{1,NULL,2}"], ["{}"], [nil], ["{NULL}"]])
        }
        let nested = [CopyBytes.list(.list(.list(.int32)), .int32, oid: 23)]
        let matrix = CopyBytes.array([one, two, nil, one, one, two], oid: 23, sizes: [2, 3])
        #expect(
            try CopyBytes.decode(CopyBytes.stream([[matrix], [CopyBytes.array([], oid: 23)], [matrix]]), nested)
                == [["{{1,2,NULL},{1,1,2}}"], ["{}"], ["{{1,2,NULL},{1,1,2}}"]])
    }

    @Test func refusesListsOfOtherShapes() throws {
        let one = CopyBytes.big(Int32(1))
        let plan = [CopyBytes.list(.list(.int32), .int32, oid: 23)]
        let deep = CopyBytes.array([one, one], oid: 23, sizes: [1, 2])
        let shifted = CopyBytes.array([one], oid: 23, sizes: [1], bounds: [0])
        for value in [deep, shifted] {
            let stream = CopyBytes.stream([[CopyBytes.array([one], oid: 23)], [value]])
            let fault = #expect(throws: PostgresFault.self) { try CopyBytes.decode(stream, plan) }
            #expect(fault?.reason == .unrepresentable && fault?.column == "c")
            #expect(fault?.message.contains("row 2 of the test") == true)
            #expect(try CopyBytes.decode(stream, plan, unfit: .null) == [["{1}"], [nil]])
        }
        let otherType = CopyBytes.stream([[CopyBytes.array([one], oid: 20)]])
        #expect(throws: PostgresFault.self) { try CopyBytes.decode(otherType, plan) }
        let untrue = CopyBytes.stream([[CopyBytes.array([one], oid: 23, sizes: [0x7FFF_FFFF])]])
        #expect(throws: PostgresFault.self) { try CopyBytes.decode(untrue, plan) }
    }

    // MARK: - What cannot be represented

    static let unfit: [Case] = [
        Case("infinite date", .date, .date, CopyBytes.big(Int32.max), "infinity"),
        Case("-infinite date", .date, .date, CopyBytes.big(Int32.min), "-infinity"),
        Case("the day before", .date, .date, CopyBytes.big(Int32(-730_120)), "0001-12-31 BC"),
        Case("the day after", .date, .date, CopyBytes.big(Int32(2_921_940)), "10000-01-01"),
        Case("infinite instant", utc, .timestamp, CopyBytes.big(Int64.max), "infinity"),
        Case("last PostgreSQL has", utc, .timestamp, CopyBytes.big(Int64(9_223_371_331_199_999_999)), "294276-12-31"),
        Case(
            "NaN", .decimal(precision: 15, scale: 2), .decimal64, CopyBytes.numeric([], weight: 0, sign: 0xC000), "NaN"),
        Case(
            "Infinity", .decimal(precision: 38, scale: 10), .decimal128, CopyBytes.numeric([], weight: 0, sign: 0xD000),
            "Infinity"),
        Case(
            "-Infinity", .decimal(precision: 9, scale: 0), .decimal32, CopyBytes.numeric([], weight: 0, sign: 0xF000),
            "-Infinity"),
        Case("24:00 as time", .time, .time, CopyBytes.big(Int64(86_400_000_000)), "24:00:00"),
    ]

    @Test(arguments: unfit) func stopsOrWritesNull(_ value: Case) throws {
        let stream = CopyBytes.stream([[nil], [value.bytes], [nil]])
        let fault = #expect(throws: PostgresFault.self) { try CopyBytes.decode(stream, [value.plan]) }
        #expect(fault?.kind == .permanent && fault?.reason == .unrepresentable)
        #expect(fault?.message.hasPrefix("Column 'c', row 2 of the test: \(value.text) ") == true, "\(fault as Any)")
        let decoder = try CopyDecoder(plan: [value.plan], unrepresentable: .null)
        let rows = try CopyBytes.decode(stream, with: decoder, piece: nil, limit: BatchLimit())
        #expect(rows == [[nil], [nil], [nil]])
        #expect(decoder.adjustedCounts == [1])
    }

    @Test func namesTextThatIsNotUTF8() throws {
        for bytes in [
            [0xC3, 0x28], [0xFF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0x41, 0xC3],
        ] as [[UInt8]] {
            let stream = CopyBytes.stream([[bytes]])
            let fault = #expect(throws: PostgresFault.self) {
                try CopyBytes.decode(stream, [CopyBytes.plan(.text, .checkedText)])
            }
            #expect(fault?.message.contains("SQL_ASCII") == true && fault?.column == "c")
        }
    }

    // MARK: - Broken streams

    static let broken: [(String, [UInt8])] = {
        let row: [[UInt8]?] = [CopyBytes.big(Int32(1)), Array("x".utf8)]
        let good = CopyBytes.stream([row, row])
        var flags = CopyBytes.header(flags: 1 << 16)
        flags.trailer()
        var long = CopyBytes.header()
        long.add(Int16(2))
        long.add(Int32.max)
        var negative = CopyBytes.header()
        negative.add(Int16(2))
        negative.add(Int32(-2))
        return [
            ("nothing", []), ("no header", Array("hello, this is text, not COPY".utf8)), ("critical flag", flags.bytes),
            ("too few fields", CopyBytes.stream([[row[0]]])), ("too many fields", CopyBytes.stream([row + row])),
            ("short integer", CopyBytes.stream([[[1, 2, 3], row[1]]])),
            ("long integer", CopyBytes.stream([[[1, 2, 3, 4, 5], row[1]]])), ("length of 2 GiB", long.bytes),
            ("length of -2", negative.bytes), ("no trailer", Array(good.dropLast(2))),
            ("cut in a row", Array(good.dropLast(4))), ("bytes behind the trailer", good + [0]),
            ("a second trailer", good + [0xFF, 0xFF]),
        ]
    }()

    @Test(arguments: broken) func refuses(_ name: String, _ stream: [UInt8]) {
        let plan = [CopyBytes.plan(.int32, .int32), CopyBytes.plan(.text, .bytes, name: "d")]
        for piece in [nil, 1, 3] {
            let fault = #expect(throws: PostgresFault.self, "\(name)") {
                try CopyBytes.decode(stream, plan, piece: piece)
            }
            #expect(fault?.reason == .corruptStream, "\(name)")
        }
    }

    @Test func keepsTheRowsBeforeAFault() throws {
        let plan =
            [CopyBytes.plan(.int32, .int32), CopyBytes.list(.list(.int32), .int32, oid: 23)].enumerated().map {
                var plan = $1
                plan.name = "c\($0)"
                return plan
            } + [CopyBytes.plan(.date, .date, name: "d")]
        let list = CopyBytes.array([CopyBytes.big(Int32(5)), nil], oid: 23)
        let stream = CopyBytes.stream([
            [CopyBytes.big(Int32(1)), list, CopyBytes.big(Int32(0))], [nil, list, CopyBytes.big(Int32.max)],
        ])
        let decoder = try CopyDecoder(plan: plan)
        let batch = Batch(schema: decoder.schema)
        decoder.beginUnit(label: "")
        decoder.attach(batch)
        #expect(throws: PostgresFault.self) { try stream.withUnsafeBytes { _ = try decoder.consume($0) } }
        decoder.detach()
        batch.checkInvariants()
        #expect(BatchText.rows(batch) == [["1", "{5,NULL}", "10957"]])
    }

    @Test func refusesSchemasThatAreNone() {
        #expect(throws: PostgresFault.self) { try CopyDecoder(plan: []) }
        let twice = [CopyBytes.plan(.int32, .int32), CopyBytes.plan(.int32, .int32)]
        #expect(throws: PostgresFault.self) { try CopyDecoder(plan: twice) }
    }
}
