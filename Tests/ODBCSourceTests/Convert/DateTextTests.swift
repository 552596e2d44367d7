import Columnar
import Testing

@testable import ODBCSource

@Suite("Dates and times from text")
struct DateTextTests {
    private static let local = ColumnType.timestamp(.microseconds, utc: false)

    @Test("first, 28th and last day of every month of 9,999 years")
    func allMonths() throws {
        var texts = [[UInt8]?]()
        var expected = [Int32?]()
        for month in 0..<(9999 * 12) {
            let (year, month) = (month / 12 + 1, month % 12 + 1)
            for day in [1, 28, Calendar.length(ofMonth: month, year: year)] {
                texts.append(FilledColumn.of(Calendar.text(year: year, month: month, day: day)))
                expected.append(Calendar.days(year: year, month: month, day: day).map { Int32($0) })
            }
        }
        #expect(try FilledColumn(texts, kind: .dateText, type: .date, runs: 4096).fixed(as: Int32.self) == expected)
        #expect(!expected.contains(nil))
    }

    @Test(
        "no dates: an error that names them, or NULL",
        arguments: [
            "0000-00-00", "2024-00-15", "2024-01-00", "2024-02-30", "2023-02-29", "2024-13-01", "0000-01-01", "",
            "2024-01-1", "2024-01-015", "2024/01/01", "2024-01/01", "20240-1-01", "2024-1a-01", "x024-01-01",
            "202 -01-01", "-024-01-01", "2024-01-01 00:00:00", "infinity", "2024-01-:1",
        ])
    func noDates(text: String) throws {
        let fault = #expect(throws: ODBCFault.self) {
            try FilledColumn([nil, FilledColumn.of(text)], kind: .dateText, type: .date)
        }
        #expect(fault?.message.hasPrefix("Column 'c', row 2: '\(text)'") == true)
        let filled = try FilledColumn(
            [FilledColumn.of(text), FilledColumn.of("1970-01-02"), nil], kind: .dateText, type: .date, nullsUnfit: true)
        #expect(filled.fixed(as: Int32.self) == [nil, 1, nil])
        #expect(filled.converter.nulled == 1)
    }

    @Test(
        "timestamps",
        arguments: [
            ("1970-01-01 00:00:00", 0), ("1970-01-01 00:00:00.000001", 1), ("1969-12-31 23:59:59.999999", -1),
            ("1970-01-02 01:02:03.5", 90_123_500_000), ("0001-01-01 00:00:00", Calendar.firstMicrosecond),
            ("9999-12-31 23:59:59.999999", Calendar.endMicrosecond - 1), ("1970-01-01 00:00:00.0000019", 1),
            ("1970-01-01 00:00:00+00", 0), ("1970-01-01 00:00:00.000001+00", 1),
        ] as [(String, Int)])
    func timestamps(text: String, expected: Int) throws {
        let filled = try FilledColumn([FilledColumn.of(text), nil], kind: .timestampText, type: Self.local)
        #expect(filled.fixed(as: Int64.self) == [Int64(expected), nil])
        #expect(filled.converter.floored == (text.hasSuffix("19") ? 1 : 0))
    }

    @Test(
        "no timestamps",
        arguments: [
            "0000-00-00 00:00:00", "2024-00-15 10:00:00.5", "2024-01-15", "2024-01-15 24:00:00", "2024-01-15 10:60:00",
            "2024-01-15 10:00:60", "2024-01-15 10:00:00.", "2024-01-15 10:00:00.5x", "2024-01-15 10:00:00Z",
            "2024-01-15T10:00:00", "2024-01-15 10-00-00", "2024-01-15 1:00:000", "2024-01-15 10:00", "",
            "2024-01-15 10:00:00+01", "2024-01-15 10:00:00-00", "2024-01-15 10:00:00.+00", "2024-01-15 10:00:00+00+00",
            "2024-01-15 10:00:00+05:45", "0044-03-15 00:00:00 BC", "0044-03-15 00:00:00+00 BC", "infinity", "-infinity",
            "10000-01-01 00:00:00", "294276-12-31 23:59:59.999999+00",
        ])
    func noTimestamps(text: String) throws {
        #expect(throws: ODBCFault.self) {
            try FilledColumn([FilledColumn.of(text)], kind: .timestampText, type: Self.local)
        }
        let filled = try FilledColumn([FilledColumn.of(text)], kind: .timestampText, type: Self.local, nullsUnfit: true)
        #expect(filled.fixed(as: Int64.self) == [nil])
    }

    @Test(
        "times of day kept as text with six digits",
        arguments: [
            ("00:00:00", "00:00:00.000000"), ("23:59:59.999999", "23:59:59.999999"), ("1:02:03", "01:02:03.000000"),
            ("12:00:00.5", "12:00:00.500000"), ("12:00:00.1234567", "12:00:00.123456"),
            ("-838:59:59", "-838:59:59.000000"), ("838:59:59.000001", "838:59:59.000001"),
            ("24:00:00", "24:00:00.000000"), ("12:60:00", "12:60:00"), ("noon", "noon"), ("", ""), ("12:00", "12:00"),
            ("12:00:00 PM", "12:00:00 PM"), ("1000:00:00", "1000:00:00"),
        ])
    func timeTexts(cell: String, expected: String) throws {
        let filled = try FilledColumn([nil, FilledColumn.of(cell)], kind: .timeText, type: .text)
        #expect(filled.texts == [nil, expected])
        #expect(filled.converter.floored == (cell.hasSuffix("4567") ? 1 : 0))
    }

    @Test(
        "times of day in microseconds",
        arguments: [
            ("00:00:00", 0), ("23:59:59.999999", 86_399_999_999), ("12:00:00.5", 43_200_500_000), ("24:00:00", nil),
            ("-01:00:00", nil), ("12:00", nil), ("", nil),
        ] as [(String, Int64?)])
    func times(cell: String, expected: Int64?) throws {
        let filled = try FilledColumn([FilledColumn.of(cell), nil], kind: .time, type: .time, nullsUnfit: true)
        #expect(filled.fixed(as: Int64.self) == [expected, nil])
        #expect(filled.converter.nulled == (expected == nil ? 1 : 0))
        guard expected == nil else { return }
        let fault = #expect(throws: ODBCFault.self) {
            try FilledColumn([nil, FilledColumn.of(cell)], kind: .time, type: .time)
        }
        #expect(fault?.message.contains("Column 'c', row 2") == true)
    }
}
