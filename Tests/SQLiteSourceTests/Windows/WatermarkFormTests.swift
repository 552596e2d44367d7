import Ports
import TestSupport
import Testing

@testable import SQLiteSource

extension DatabaseFiles {
    @Suite("What a watermark's values are", .serialized)
    struct WatermarkFormTests {
        let folder = TemporaryFolder()
        private var source: SQLiteSource { SQLiteSource(path: folder.file("a.db")) }

        private func make(_ type: String, _ values: String...) {
            let database = WritableDatabase(folder.file("a.db"))
            database.run("CREATE TABLE t (id INTEGER PRIMARY KEY, c \(type))")
            for value in values { database.run("INSERT INTO t (c) VALUES (\(value))") }
        }

        private func frozen(_ low: WatermarkText? = nil, timezone: String? = "UTC", openDays: Int = 2) throws
            -> WindowMoment
        {
            try freeze(
                source,
                WindowQuestion(object: .table("t"), columns: ["C"], timezone: timezone, low: low, openDays: openDays))
        }

        @Test(
            "tag, sort and end, by declaration and values",
            arguments: [
                ("INTEGER", "7", "integer", KeySort.integer, "7"), ("", "7", "integer", .integer, "7"),
                ("DECIMAL(10,2)", "1.25", "numeric", .decimal(scale: 2), "1.25"),
                ("NUMERIC", "9007199254740993", "numeric", .decimal(scale: 10), "9007199254740993"),
                ("TEXT", "'A-17'", "text", .text, "A-17"),
                ("TEXT", "'2024-05-05 10:00:00'", "text timestamp", .time(digits: 6, zone: false), nil),
                ("DATETIME", "'2024-05-05T10:00:00.123'", "text timestamp", .time(digits: 6, zone: false), nil),
                ("TEXT", "'2024-05-05T10:00:00Z'", "text timestamptz", .time(digits: 6, zone: true), nil),
                ("TEXT", "'2024-05-05 10:00:00+02:00'", "text timestamptz", .time(digits: 6, zone: true), nil),
                ("TEXT", "'2024-05-05'", "text date", .date, nil), ("DATE", "'2024-05-05'", "text date", .date, nil),
                ("DATETIME", "1714903200", "unix seconds", .time(digits: 6, zone: true), nil),
                ("TIMESTAMP", "1714903200.25", "unix seconds", .time(digits: 6, zone: true), nil),
                ("REAL", "julianday('2024-05-05 10:00:00')", "julian day", .time(digits: 6, zone: true), nil),
            ] as [(String, String, String, KeySort, String?)])
        func forms(_ type: String, _ value: String, _ tag: String, _ sort: KeySort, _ high: String?) throws {
            make(type, value, "NULL")
            let moment = try frozen()
            #expect(moment.high?.type == tag)
            #expect(moment.sort == sort)
            #expect(moment.ends == (high == nil ? .low : .high))
            #expect(high == nil || moment.high?.value == high)
            #expect(moment.nulls == 1)
            #expect(moment.warnings == [])
            let bound = try #require(moment.high?.value)
            let windows = ReadWindows(
                columns: ["c"], ends: moment.ends, slices: [.window(low: nil, high: bound), .nulls])
            #expect(try readSlices(source, .table("t"), windows) == [["1"], ["2"]])
            let next = ReadWindows(columns: ["c"], ends: moment.ends, slices: [.window(low: bound, high: nil)])
            #expect(try readSlices(source, .table("t"), next) == [[]])
        }

        @Test(
            "what cannot be a watermark is refused in words",
            arguments: [
                ("TEXT", ["'2024-05-05 10:00:00'", "'2024-05-05T11:00:00'"], "a blank and a T"),
                ("TEXT", ["'2024-05-05 10:00:00Z'", "'2024-05-05 11:00:00+02:00'"], "different zones"),
                ("TEXT", ["'2024-05-05 10:00:00'", "'soon'"], "no time like"),
                ("TEXT", ["'2024-05-05 10:00:00'", "'2024-05-06'"], "1 days without a time"),
                ("DATETIME", ["'2024-05-05 10:00:00'", "1714903200"], "different ways (1 as integer, 1 as text)"),
                ("DATETIME", ["'05/05/2024'"], "no time like"), ("", ["1", "X'00'"], "different ways"),
                ("REAL", ["1.5"], "binary fractions"), ("BOOLEAN", ["1"], "a boolean"), ("UUID", ["'a'"], "a UUID"),
                ("BLOB", ["X'00'"], "bytes"), ("DATETIME", ["20240505"], "neither days"),
                ("DATETIME", ["1714903200000"], "neither days"),
            ])
        func refused(_ type: String, _ values: [String], _ why: String) {
            let database = WritableDatabase(folder.file("a.db"))
            database.run("CREATE TABLE t (id INTEGER PRIMARY KEY, c \(type))")
            for value in values { database.run("INSERT INTO t (c) VALUES (\(value))") }
            let fault = #expect(throws: SQLiteFault.self) { try frozen() }
            #expect(fault?.message.contains(why) == true, "\(String(describing: fault))")
            #expect(fault?.kind == .configuration && fault?.remedy != nil)
        }

        @Test("an empty table has no end; neither has one of NULLs")
        func empty() throws {
            make("DATETIME")
            #expect(try frozen().high == nil && frozen().nulls == 0)
            WritableDatabase(folder.file("a.db")).run("INSERT INTO t (c) VALUES (NULL), (NULL)")
            #expect(try frozen().high == nil && frozen().nulls == 2)
            let windows = ReadWindows(
                columns: ["c"], ends: .low, slices: [.window(low: nil, high: "2026-01-01"), .nulls])
            #expect(try readSlices(source, .table("t"), windows) == [[], ["1", "2"]])
        }

        @Test("days: the last ones are open, or only whole ones are read")
        func days() throws {
            make("DATE", "date('now', '-1 day')", "date('now')", "date('now', '+1 day')")
            let open = try frozen()
            #expect(open.beyond == 1)
            let database = WritableDatabase(folder.file("a.db"))
            #expect([open.high?.value] == database.run("SELECT date('now', '+1 day')"))
            #expect([open.finalBelow?.value] == database.run("SELECT date('now', '-1 day')"))
            let whole = try frozen(openDays: 0)
            #expect([whole.high?.value] == database.run("SELECT date('now')"))
            #expect(whole.finalBelow == nil && whole.beyond == 2)
        }

        @Test("a time far above the end is a warning that names watermark_timezone")
        func warning() throws {
            make("DATETIME", "datetime('now', '+6 minutes')", "datetime('now', '-1 minute')")
            let moment = try frozen()
            #expect(moment.beyond == 1)
            #expect(moment.warnings.first?.contains("watermark_timezone (UTC)") == true, "\(moment.warnings)")
            WritableDatabase(folder.file("a.db")).run("UPDATE t SET c = datetime('now', '+3 minutes') WHERE id = 1")
            #expect(try frozen().warnings == [] && frozen().beyond == 1)
            // Kiritimati is 14 hours ahead.
            #expect(try #require(frozen(timezone: "Pacific/Kiritimati").high?.value) > moment.high?.value ?? "")
            let fault = #expect(throws: SQLiteFault.self) { try frozen(timezone: "Mars/Base") }
            #expect(fault?.kind == .configuration)
        }

        @Test("integers that look like seconds since 1970 are a warning")
        func unixIntegers() throws {
            make("INTEGER", "strftime('%s', 'now')")
            #expect(try frozen().warnings.first?.contains("look like seconds") == true)
        }

        @Test("text is ordered by the database")
        func order() throws {
            make("TEXT", "'B'", "'a'")
            func order(_ low: String) throws -> WindowMoment.Order? {
                try frozen(WatermarkText(value: low, type: "text")).order
            }
            #expect(try order("a") == .same && order("b") == .below && order("B") == .above && frozen().order == nil)
        }

        @Test("the first of several columns that has a value counts")
        func fallback() throws {
            let database = WritableDatabase(folder.file("a.db"))
            database.run(
                """
                CREATE TABLE t (id INTEGER PRIMARY KEY, updated TEXT, created TEXT);
                INSERT INTO t VALUES (1, NULL, '2024-01-01 00:00:00'), (2, '2024-03-01 00:00:00', '2024-01-01 00:00:00'),
                    (3, NULL, NULL)
                """)
            let moment = try freeze(
                source, WindowQuestion(object: .table("t"), columns: ["UPDATED", "created"], timezone: "UTC"))
            #expect(moment.nulls == 1 && moment.high?.type == "text timestamp")
            let windows = ReadWindows(
                columns: ["updated", "created"], ends: .low,
                slices: [
                    .window(low: nil, high: "2024-02-01"), .window(low: "2024-02-01T00:00:00.000000", high: nil),
                    .nulls,
                ])
            #expect(try readSlices(source, .table("t"), windows) == [["1"], ["2"], ["3"]])
        }

        @Test("a filter holds for the ends, the counts and the rows")
        func filter() throws {
            make("INTEGER", "1", "2", "3", "NULL")
            var question = WindowQuestion(object: .table("t"), filter: "id <> 3 -- why", columns: ["c"])
            #expect(try freeze(source, question).high?.value == "2")
            #expect(try freeze(source, question).nulls == 1)
            let windows = ReadWindows(columns: ["c"], ends: .high, slices: [.window(low: "1", high: "9")])
            #expect(try readSlices(source, .table("t"), windows, filter: "id <> 3 -- why") == [["2"]])
            question.columns = ["d"]
            #expect(throws: SQLiteFault.self) { try freeze(source, question) }
        }

        @Test(
            "boundaries and ties: half-open, in the column's own order",
            arguments: ["DATETIME", "TEXT", "REAL", "INTEGER"])
        func boundaries(_ type: String) throws {
            let value =
                switch type {
                case "REAL": "julianday('2024-05-05 10:00:00', '+' || (value / 2) || ' seconds')"
                case "INTEGER": "value / 2"
                default: "datetime('2024-05-05 10:00:00', '+' || (value / 2) || ' seconds')"
                }
            let database = WritableDatabase(folder.file("a.db"))
            database.run(
                """
                CREATE TABLE t (id INTEGER PRIMARY KEY, c \(type));
                WITH RECURSIVE n(value) AS (SELECT 0 UNION ALL SELECT value + 1 FROM n WHERE value < 9)
                INSERT INTO t (c) SELECT \(value) FROM n; CREATE INDEX i ON t (c)
                """)
            let isNumber = type == "INTEGER"
            func bound(_ second: Int) -> String { isNumber ? String(second) : "2024-05-05T10:00:0\(second).000000" }
            let windows = ReadWindows(
                columns: ["c"], ends: isNumber ? .high : .low,
                slices: [
                    .window(low: nil, high: bound(1)), .window(low: bound(1), high: bound(3)),
                    .window(low: bound(3), high: nil),
                ])
            let expected =
                isNumber
                ? [["1", "2", "3", "4"], ["5", "6", "7", "8"], ["9", "10"]]
                : [["1", "2"], ["3", "4", "5", "6"], ["7", "8", "9", "10"]]
            #expect(try readSlices(source, .table("t"), windows) == expected)
        }
    }
}
