import CODBC
import Columnar
import Testing

@testable import ODBCSource

@Suite("Cells to columns")
struct ColumnConverterTests {
    @Test("patterns of NULLs, in any runs", arguments: [0, 1, 3, 8, 9])
    func nulls(runs: Int) throws {
        for count in [0, 1, 7, 8, 9, 16, 65] {
            for pattern in 0..<5 {
                let values: [Int64?] = (0..<count).map { row in
                    let isNull = [false, true, row % 2 == 0, row == 0, row == count - 1][pattern]
                    return isNull ? nil : Int64(row) &* 0x0102_0304_0506_0708
                }
                let cells = values.map { value in value.map { FilledColumn.raw($0) } }
                let fixed = try FilledColumn(cells, kind: .int64, type: .int64, runs: runs)
                #expect(fixed.fixed(as: Int64.self) == values)
                #expect(fixed.column.nullCount == values.filter { $0 == nil }.count)
                let expected = values.map { value in value.map { "\($0)" } }
                let texts = try FilledColumn(
                    expected.map { $0.map { FilledColumn.of($0) } }, kind: .narrowText, type: .text, runs: runs)
                #expect(texts.texts == expected)
            }
        }
    }

    @Test("unsigned 64-bit integers")
    func unsigned() throws {
        let values: [UInt64?] = [0, .max, nil, 1 << 63, 1]
        let cells = values.map { value in value.map { FilledColumn.raw($0) } }
        let filled = try FilledColumn(cells, kind: .unsigned64, type: .decimal(precision: 20, scale: 0))
        #expect(filled.fixed(as: Int128.self) == values.map { value in value.map { Int128($0) } })
    }

    @Test("as a bit whatever is not 0 is true; of a flag nothing but 0 and 1 is taken")
    func truth() throws {
        let bits = try FilledColumn([[0], [1], nil, [255]], kind: .bit, type: .boolean)
        #expect(bits.fixed(as: UInt8.self) == [0, 1, nil, 1])
        func flags(_ last: Int32, nullsUnfit: Bool) throws -> FilledColumn {
            try FilledColumn(
                [FilledColumn.raw(Int32(0)), FilledColumn.raw(Int32(1)), nil, FilledColumn.raw(last)], kind: .flag,
                type: .boolean, nullsUnfit: nullsUnfit)
        }
        #expect(try flags(1, nullsUnfit: false).fixed(as: UInt8.self) == [0, 1, nil, 1])
        for other in [Int32(2), -1, 256, .min] {
            let fault = #expect(throws: ODBCFault.self) { try flags(other, nullsUnfit: false) }
            #expect(fault?.message.hasPrefix("Column 'c', row 4: \(other) of type") == true)
            #expect(try flags(other, nullsUnfit: true).fixed(as: UInt8.self) == [0, 1, nil, nil])
        }
    }

    @Test("integers as text, up to both ends")
    func integerTexts() throws {
        let texts = ["0", "-9223372036854775808", "9223372036854775807", " 42", "1E3", "7.00"]
        let filled = try FilledColumn(texts.map { FilledColumn.of($0) }, kind: .integerText, type: .int64)
        #expect(filled.fixed(as: Int64.self) == [0, .min, .max, 42, 1000, 7])
        for bad in ["9223372036854775808", "1.5", "", "x"] {
            #expect(throws: ODBCFault.self) {
                try FilledColumn([FilledColumn.of(bad)], kind: .integerText, type: .int64)
            }
        }
    }

    @Test("the parts of a GUID, in network order")
    func guids() throws {
        // SQLGUID: 32, 16 and 16 bits as numbers, then 8 bytes as they are.
        let parts = FilledColumn.raw(UInt32(0x0011_2233)) + FilledColumn.raw(UInt16(0x4455))
        let cell = parts + FilledColumn.raw(UInt16(0x6677)) + [0x88, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF]
        let texts = try FilledColumn([nil, cell], kind: .guidText, type: .text)
        #expect(texts.texts == [nil, "00112233-4455-6677-8899-aabbccddeeff"])
        let bytes = try FilledColumn([cell, nil], kind: .guid, type: .uuid).fixed(as: UInt128.self)
        #expect(bytes[0].map { FilledColumn.raw($0) } == (0...15).map { UInt8($0 * 0x11) })
        #expect(bytes[1] == nil)
    }

    @Test("bytes of every length, short and packed")
    func binary() throws {
        let values = (0..<70).map { length -> [UInt8]? in
            length % 9 == 4 ? nil : (0..<length).map { UInt8(255 - $0) }
        }
        #expect(try FilledColumn(values, kind: .binary, type: .binary, width: 20).bytes == values)
    }

    @Test(
        "ill-formed UTF-8 stops the read", arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]])
    func invalid(bytes: [UInt8]) {
        for before in 0...9 {
            let cell = [UInt8](repeating: 0x61, count: before) + bytes
            let fault = #expect(throws: ODBCFault.self) {
                try FilledColumn([nil, cell], kind: .narrowText, type: .text)
            }
            #expect(fault?.message.hasPrefix("Column 'c', row 2: ") == true)
        }
    }

    @Test("blanks at the end of padded text only")
    func padded() throws {
        let values: [String?] = ["a   ", " a", "   ", "", nil, "é ", "no"]
        let cells = values.map { $0.map { FilledColumn.of($0) } }
        let filled = try FilledColumn(cells, kind: .paddedNarrowText, type: .text)
        #expect(filled.texts == ["a", " a", "", "", nil, "é", "no"])
    }

    private static func moment(
        _ year: Int, _ month: Int, _ day: Int, _ hour: Int = 0, _ minute: Int = 0, _ second: Int = 0,
        _ nanoseconds: UInt32 = 0
    ) -> [UInt8] {
        FilledColumn.raw(Int16(year)) + [month, day, hour, minute, second].flatMap { FilledColumn.raw(UInt16($0)) }
            + FilledColumn.raw(nanoseconds)
    }

    @Test("timestamps: both ends, and digits that are cut are counted")
    func timestamps() throws {
        let cells = [
            Self.moment(1, 1, 1), nil, Self.moment(9999, 12, 31, 23, 59, 59, 999_999_999),
            Self.moment(1969, 12, 31, 23, 59, 59, 999_999_000), Self.moment(1970, 1, 1, 0, 0, 0, 1),
        ]
        let filled = try FilledColumn(cells, kind: .timestamp, type: .timestamp(.microseconds, utc: false))
        let (first, last) = (Int64(Calendar.firstMicrosecond), Int64(Calendar.endMicrosecond - 1))
        #expect(filled.fixed(as: Int64.self) == [first, nil, last, -1, 0])
        #expect(filled.converter.floored == 2)
    }

    @Test(
        "no timestamps",
        arguments: [
            moment(0, 0, 0), moment(2024, 2, 30), moment(2024, 1, 1, 24), moment(2024, 1, 1, 0, 60),
            moment(2024, 1, 1, 0, 0, 60), moment(2024, 1, 1, 0, 0, 0, 1_000_000_000), moment(-1, 1, 1),
        ])
    func unfitTimestamps(cell: [UInt8]) throws {
        let type = ColumnType.timestamp(.microseconds, utc: false)
        #expect(throws: ODBCFault.self) { try FilledColumn([cell], kind: .timestamp, type: type) }
        let nulled = try FilledColumn([cell, Self.moment(1970, 1, 1)], kind: .timestamp, type: type, nullsUnfit: true)
        #expect(nulled.fixed(as: Int64.self) == [nil, 0])
        #expect(nulled.converter.nulled == 1)
    }

    private static func instant(_ local: [UInt8], _ hours: Int, _ minutes: Int) throws -> [Int64?] {
        let cell = local + FilledColumn.raw(Int16(hours)) + FilledColumn.raw(Int16(minutes))
        let type = ColumnType.timestamp(.microseconds, utc: true)
        return try FilledColumn([cell, nil], kind: .instant, type: type).fixed(as: Int64.self)
    }

    @Test("local times with an offset are instants", arguments: [(5, 30), (-8, 0), (-3, -30), (14, 0), (0, 0)])
    func instants(hours: Int, minutes: Int) throws {
        let found = try Self.instant(Self.moment(1970, 1, 2, 0, 0, 0, 5_000), hours, minutes)
        #expect(found == [Int64(86_400 - hours * 3600 - minutes * 60) * 1_000_000 + 5, nil])
    }

    @Test("an instant whose offset takes it out of the years, or is none")
    func unfitInstants() {
        for (local, hours) in [
            (Self.moment(1, 1, 1), 1), (Self.moment(9999, 12, 31, 23), -2), (Self.moment(2024, 1, 1), 19),
        ] {
            #expect(throws: ODBCFault.self) { try Self.instant(local, hours, 0) }
        }
    }
}
