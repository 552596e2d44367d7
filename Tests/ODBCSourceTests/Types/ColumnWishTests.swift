import CODBC
import Columnar
import Ports
import SQLDialects
import Testing

@testable import ODBCSource

@Suite("ODBC columns with a type of their own")
struct ColumnWishTests {
    private func mapping(
        _ sqlType: Int, size: Int = 0, digits: Int = 0, _ name: String, as wanted: ColumnRule.ColumnType
    ) throws(ODBCFault) -> ColumnMapping {
        var choice = ColumnChoices.Choice("c")
        choice.type = wanted
        let column = DescribedColumn(name: "c", sqlType: sqlType, size: size, digits: digits, typeName: name)
        return try ColumnMapping(column, reading: .plain, choices: TypeChoices(), quirks: Quirks(), choice)
    }

    @Test(
        "what is read how",
        arguments: [
            (4, "int", ColumnRule.ColumnType.int64, CellKind.int64), (4, "int", .int16, .narrowIntegerText),
            (4, "int", .decimal(precision: 12, scale: 2), .decimalText), (4, "int", .string, .wideText),
            (-5, "bigint", .int32, .narrowIntegerText), (93, "datetime2", .nanoseconds, .timestamp),
            (-155, "datetimeoffset", .nanosecondsUTC, .instant), (-11, "uniqueidentifier", .uuid, .guid),
            (1, "char", .keepPadding, .wideText), (91, "date", .string, .wideText), (7, "real", .double, .float64),
        ])
    func kinds(sqlType: Int, name: String, wanted: ColumnRule.ColumnType, kind: CellKind) throws {
        let found = try mapping(sqlType, size: 10, name, as: wanted)
        #expect(found.type == wanted.columnType)
        #expect(found.kind == kind)
    }

    @Test("decimals of other digits, and as what may lose some")
    func decimals() throws {
        #expect(
            try mapping(3, size: 12, digits: 4, "decimal", as: .decimal(precision: 9, scale: 2)).kind == .decimalText)
        #expect(try mapping(3, size: 12, digits: 4, "decimal", as: .int64).kind == .integerText)
        #expect(try mapping(3, size: 12, digits: 4, "decimal", as: .double).kind == .float64)
    }

    @Test("what a column cannot be read as is refused with what it can")
    func refusals() {
        for (sqlType, name, wanted) in [
            (12, "varchar", ColumnRule.ColumnType.int64), (8, "float", .decimal(precision: 9, scale: 2)),
            (91, "date", .time),
            (-3, "varbinary", .string), (12, "varchar", .keepPadding), (8, "float", .string),
        ] {
            let fault = #expect(throws: ODBCFault.self) { try mapping(sqlType, name, as: wanted) }
            #expect(fault?.kind == .configuration)
            #expect(fault?.message.contains("'c', which is \(name)") == true)
            #expect(fault?.remedy?.hasSuffix("or leave the cell type empty.") == true)
        }
    }

    @Test("narrow integers from digits, to both ends", arguments: [ColumnType.int16, .int32])
    func narrow(type: ColumnType) throws {
        let ends: [Int] = type == .int16 ? [-32_768, 32_767] : [Int(Int32.min), Int(Int32.max)]
        let filled = try FilledColumn(
            [FilledColumn.of("\(ends[0])"), nil, FilledColumn.of("\(ends[1]).00")], kind: .narrowIntegerText, type: type
        )
        #expect(filled.fixed(as: Int32.self) == [Int32(ends[0]), nil, Int32(ends[1])])
        for bad in ["\(ends[0] - 1)", "\(ends[1] + 1)", "1.5"] {
            #expect(throws: ODBCFault.self) {
                try FilledColumn([FilledColumn.of(bad)], kind: .narrowIntegerText, type: type)
            }
        }
    }

    private func timestamp(_ year: Int16, _ nanoseconds: UInt32, offset: (Int16, Int16)? = nil) -> [UInt8] {
        FilledColumn.raw(year) + [UInt16(1), 1, 12, 30, 15].flatMap { FilledColumn.raw($0) }
            + FilledColumn.raw(nanoseconds)
            + (offset.map { FilledColumn.raw($0.0) + FilledColumn.raw($0.1) } ?? [])
    }

    @Test("all nine digits, and years that they reach")
    func nanoseconds() throws {
        let type = ColumnType.timestamp(.nanoseconds, utc: false)
        let filled = try FilledColumn(
            [timestamp(1970, 123_456_789), timestamp(1969, 1), nil, timestamp(2262, 0)], kind: .timestamp, type: type)
        let clock: Int64 = 45_015 * 1_000_000_000
        #expect(
            filled.fixed(as: Int64.self) == [
                clock + 123_456_789, clock - 365 * 86_400_000_000_000 + 1, nil, clock + 106651 * 86_400_000_000_000,
            ])
        #expect(filled.converter.floored == 0)
        for year in [Int16(1677), 2263, 9999] {
            #expect(throws: ODBCFault.self) { try FilledColumn([timestamp(year, 0)], kind: .timestamp, type: type) }
        }
        let instant = try FilledColumn(
            [timestamp(1970, 7, offset: (-1, -30))], kind: .instant, type: .timestamp(.nanoseconds, utc: true))
        #expect(instant.fixed(as: Int64.self) == [clock + 5_400_000_000_000 + 7])
    }
}
