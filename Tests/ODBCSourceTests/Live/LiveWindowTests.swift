import Columnar
import Glibc
import Ports
import SQLDialects
import Synchronization
import TestSupport
import Testing

@testable import ODBCSource

extension LiveSource {
    func source(_ more: String = "", maximumConnections: Int = 4) throws -> ODBCSource {
        ODBCSource(
            try plan(more).resolved(among: .current()), type: .odbc, maximumConnections: maximumConnections)
    }
}

extension ODBCSource {
    func freezeOne(_ question: WindowQuestion, _ terms: WindowTerms = WindowTerms()) throws -> WindowMoment {
        try freeze([question], terms: terms, stop: StopSignal())[0].get()
    }

    /// The first column of the rows of each slice, in order.
    func slices(_ object: ReadRequest.Object, _ windows: ReadWindows, filter: String? = nil) throws -> [[String?]] {
        let read = try SlicedRead(self, ReadRequest(object: object, filter: filter, windows: windows))
        #expect(read.isSnapshot)
        #expect(read.counted == read.rowCount)
        return read.slices
    }
}

extension LiveODBCTests {
    @Suite("Windows of a watermark", .serialized)
    struct Windows {
        struct Case: Sendable, CustomStringConvertible {
            var type: String
            /// Ascending; two rows have the second one.
            var values: [String]
            var tag: String
            var sort: KeySort
            var description: String { type }

            init(_ type: String, _ values: [String], _ tag: String, _ sort: KeySort) {
                (self.type, self.values, self.tag, self.sort) = (type, values, tag, sort)
            }
        }

        static let times = ["2024-01-01 00:00:00.000001", "2024-01-01 00:00:00.000002", "2024-01-01 00:00:00.000003"]
        static let seconds = ["2024-01-01 00:00:00", "2024-01-01 00:00:01", "2024-01-01 00:00:02"]
        static let mariaDB: [Case] = [
            .init("int", ["-5", "0", "2147483647"], "integer", .integer),
            .init(
                "bigint unsigned", ["0", "9223372036854775808", "18446744073709551615"], "bigint unsigned", .integer),
            .init("smallint", ["-3", "7", "8"], "smallint", .integer),
            .init(
                "decimal(38,10)", ["-0.0000000001", "0", "1234567890123456789012345678.0000000001"], "numeric(38,10)",
                .decimal(scale: 10)),
            .init("decimal(20,0)", ["1", "99999999999999999998", "99999999999999999999"], "numeric(20,0)", .integer),
            .init("datetime(6)", times, "timestamp(6)", .time(digits: 6, zone: false)),
            .init("datetime", seconds, "timestamp(0)", .time(digits: 0, zone: false)),
            .init("timestamp(6)", times, "timestamptz(6)", .time(digits: 6, zone: false)),
            .init("date", ["2024-01-01", "2024-01-02", "2024-01-03"], "date", .date),
            .init("varchar(20)", ["'a'", "'b'", "'ß'"], "varchar(20)", .text),
            .init("year", ["1999", "2000", "2024"], "year", .integer),
        ]
        static let postgreSQL: [Case] = [
            .init("int8", ["-5", "0", "9223372036854775807"], "bigint", .integer),
            .init("numeric(20,4)", ["-0.0001", "0", "0.0001"], "numeric", .decimal(scale: 4)),
            .init("timestamp", times, "timestamp(6)", .time(digits: 6, zone: false)),
            .init("timestamptz", times.map { $0 + "+00" }, "timestamptz(6)", .time(digits: 6, zone: true)),
            .init("date", ["2024-01-01", "2024-01-02", "2024-01-03"], "date", .date),
            .init("text", ["'a'", "'b'", "'c'"], "text", .text),
        ]
        static let cases =
            LiveSource.present.flatMap { source in (source == .mariaDB ? mariaDB : postgreSQL).map { (source, $0) } }

        private func make(_ source: LiveSource, _ columns: String, _ rows: [String]) throws {
            try source.prepare(
                "windows",
                ["CREATE TABLE windows.t (\(columns))"] + rows.map { "INSERT INTO windows.t VALUES (\($0))" })
        }

        @Test("every type: boundaries, ties, NULLs, tag and end", arguments: cases)
        func types(_ source: LiveSource, _ test: Case) throws {
            let isNumber = test.sort == .integer || test.sort == .text || test.tag.hasPrefix("numeric")
            func constant(_ value: String) -> String { isNumber || value.hasPrefix("'") ? value : "'\(value)'" }
            let values = [test.values[0], test.values[1], test.values[1], test.values[2]].map(constant) + ["NULL"]
            // MariaDB's first timestamp is never NULL unless it is told so.
            try make(source, "id int, c \(test.type) NULL", values.enumerated().map { "\($0 + 1), \($1)" })
            let database = try source.source()
            let object = ReadRequest.Object.table("windows.t")
            var question = WindowQuestion(object: object, columns: ["C"])
            question.timezone = "UTC"
            let moment = try database.freezeOne(question)
            #expect(moment.sort == test.sort)
            #expect(moment.high?.type == test.tag)
            #expect(moment.nulls == 1)
            #expect(moment.warnings == [])
            #expect(moment.ends == (isNumber ? .high : .low))
            let plain = test.values.map { $0.filter { $0 != "'" } }
            #expect(!isNumber || moment.high?.value == plain[2])
            let windows = ReadWindows(
                columns: ["c"], ends: moment.ends,
                slices: [
                    .window(low: nil, high: plain[1]), .window(low: plain[1], high: moment.high?.value), .nulls,
                    .window(low: moment.high?.value, high: nil), .window(low: nil, high: nil),
                ])
            let all = ["1", "2", "3", "4"]
            let expected =
                isNumber ? [["1", "2", "3"], ["4"], ["5"], [], all] : [["1"], ["2", "3", "4"], ["5"], [], all]
            #expect(try database.slices(object, windows).map { $0.compactMap { $0 }.sorted() } == expected)
            question.low = moment.high
            #expect(try database.freezeOne(question).order == (test.sort == .text ? .same : nil))
        }

        @Test("the first of several columns that has a value counts; filters hold", arguments: LiveSource.present)
        func fallback(_ source: LiveSource) throws {
            let time = source == .mariaDB ? "datetime(3)" : "timestamp(3)"
            try make(
                source, "id int, updated \(time), created \(time), other date",
                [
                    "1, NULL, '2024-01-01', NULL", "2, '2024-03-01', '2024-01-01', NULL", "3, NULL, NULL, NULL",
                    "4, NULL, '2024-01-01', NULL",
                ])
            let database = try source.source()
            let object = ReadRequest.Object.table("windows.t")
            let question = WindowQuestion(object: object, filter: "id < 4", columns: ["UPDATED", "created"])
            let moment = try database.freezeOne(question)
            #expect(moment.nulls == 1 && moment.beyond == 0 && moment.high?.type == "timestamp(3)")
            let windows = ReadWindows(
                columns: ["updated", "Created"], ends: .low,
                slices: [
                    .window(low: nil, high: "2024-02-01T00:00:00.000"), .window(low: "2024-02-01", high: nil), .nulls,
                ])
            #expect(try database.slices(object, windows, filter: "id < 4") == [["1"], ["2"], ["3"]])
            let mixed = WindowQuestion(object: object, columns: ["updated", "other"])
            #expect { try database.freezeOne(mixed) } throws: { "\($0)".contains("different types") }
        }

        @Test("floats, booleans and UUIDs are refused in words", arguments: LiveSource.present)
        func refused(_ source: LiveSource) throws {
            try make(source, "a double precision, b \(source == .mariaDB ? "bit(1)" : "boolean"), u uuid", [])
            let database = try source.source()
            for (column, why) in [("a", "binary fraction"), ("b", "a boolean"), ("u", "UUID")] {
                let fault = #expect(throws: ODBCFault.self) {
                    try database.freezeOne(WindowQuestion(object: .table("windows.t"), columns: [column]))
                }
                #expect(fault?.kind == .configuration)
                #expect(fault?.message.contains(why) == true, "\(String(describing: fault))")
            }
            #expect(throws: ODBCFault.self) {
                try database.slices(
                    .table("windows.t"), ReadWindows(columns: ["x"], ends: .low, slices: [.nulls]))
            }
        }

        @Test(
            "places of a query", arguments: LiveSource.present,
            [
                "SELECT id, c FROM windows.t WHERE c >= '{watermark_from}' AND c < {watermark_to} -- so",
                "SELECT id, c FROM windows.t WHERE c >= {watermark_from}", "SELECT id, c FROM windows.t",
                "SELECT id FROM windows.t WHERE c >= {watermark_from} AND c < {watermark_to}",
            ])
        func queries(_ source: LiveSource, _ query: String) throws {
            let time = source == .mariaDB ? "datetime(6)" : "timestamp"
            try make(source, "id int, c \(time)", ["1, '2024-01-01'", "2, '2024-02-01'", "3, '2024-03-01'"])
            let database = try source.source()
            let moment = try database.freezeOne(WindowQuestion(object: .query(query), columns: ["c"], timezone: "UTC"))
            #expect(moment.ends == .low && moment.high != nil)
            let windows = ReadWindows(
                columns: ["c"], ends: .low,
                slices: [
                    .window(low: nil, high: "2024-02-01T00:00:00.000000"),
                    .window(low: "2024-02-01T00:00:00.000000", high: "2024-03-01T00:00:00.000000"),
                    .window(low: "2024-03-01T00:00:00.000000", high: nil),
                ])
            #expect(try database.slices(.query(query), windows) == [["1"], ["2"], ["3"]])
        }

        @Test(
            "bounds that are none are refused, and nothing is made of them", .enabled(if: LiveSource.mariaDB.isPresent))
        func badBounds() throws {
            try make(.mariaDB, "id int, c bigint", ["1, 0"])
            let windows = ReadWindows(columns: ["c"], ends: .high, slices: [.window(low: "-1", high: "abc")])
            let fault = #expect(throws: ODBCFault.self) {
                try LiveSource.mariaDB.source().slices(.table("windows.t"), windows)
            }
            #expect(fault?.kind == .configuration && fault?.message.contains("\"abc\" is no value") == true)
        }

        @Test("days: the last ones are open, or only whole ones are read", .enabled(if: LiveSource.mariaDB.isPresent))
        func days() throws {
            try make(.mariaDB, "id int, c date", ["1, UTC_DATE()", "2, UTC_DATE() + INTERVAL 1 DAY"])
            let connection = try LiveSource.mariaDB.session()
            defer { connection.close() }
            let today = try connection.rows(
                "SELECT UTC_DATE(), UTC_DATE() + INTERVAL 1 DAY, UTC_DATE() - INTERVAL 1 DAY", doing: "asking")[0]
            let database = try LiveSource.mariaDB.source()
            var question = WindowQuestion(object: .table("windows.t"), columns: ["c"], timezone: "UTC")
            let open = try database.freezeOne(question)
            #expect(open.high?.value == today[1] && open.finalBelow?.value == today[2] && open.beyond == 1)
            question.openDays = 0
            let whole = try database.freezeOne(question)
            #expect(whole.high?.value == today[0] && whole.finalBelow == nil && whole.beyond == 2)
        }

        // MARK: - Writers

        private static let writing =
            "CREATE TABLE windows.t (id bigint AUTO_INCREMENT PRIMARY KEY, at datetime(6) NOT NULL DEFAULT NOW(6), KEY (at))"

        @Test(
            "each row is in one window, and a strict > loses rows", .enabled(if: LiveSource.mariaDB.isPresent),
            arguments: ["at", "id"])
        func exactlyOnce(_ column: String) throws {
            try LiveSource.mariaDB.prepare("windows", [Self.writing, "INSERT INTO windows.t VALUES ()"])
            let isOver = Atomic<Bool>(false)
            withThreads(4) { number in
                guard let connection = try? LiveSource.mariaDB.connect() else { return }
                defer { connection.close() }
                var random = SeededRandom(UInt64(number))
                func run(_ sql: String) {
                    do { try connection.run(sql, doing: sql) } catch { Issue.record("\(sql): \(error)") }
                }
                while !isOver.load(ordering: .relaxed) {
                    run("BEGIN")
                    run("INSERT INTO windows.t VALUES ()")
                    usleep(UInt32.random(in: 0...150_000, using: &random))
                    run("INSERT INTO windows.t VALUES ()")
                    run("COMMIT")
                }
            } while: {
                try readWhileWriting(column, isOver)
            }
        }

        private func readWhileWriting(_ column: String, _ isOver: borrowing Atomic<Bool>) throws {
            defer { isOver.store(true, ordering: .relaxed) }
            let database = try LiveSource.mariaDB.source()
            let connection = try LiveSource.mariaDB.connect()
            defer { connection.close() }
            let object = ReadRequest.Object.table("windows.t")
            var low: WatermarkText?
            var loaded: [String] = []
            var naive: [String] = []
            var last = ["at": "'0001-01-01'", "id": "0"]
            func load() throws {
                let moment = try database.freezeOne(
                    WindowQuestion(object: object, columns: [column], timezone: "UTC", low: low))
                guard let high = moment.high, high != low else { return }
                let windows = ReadWindows(
                    columns: [column], ends: moment.ends, slices: [.window(low: low?.value, high: high.value)])
                loaded += try database.slices(object, windows)[0].compactMap { $0 }
                low = high
                let bound = last[column] ?? ""
                naive += try connection.rows("SELECT id FROM windows.t WHERE \(column) > \(bound)", doing: "x")
                    .compactMap { $0[0] }
                let most = try connection.rows("SELECT MAX(\(column)) FROM windows.t", doing: "x")[0][0] ?? ""
                last[column] = column == "id" ? most : "'\(most)'"
            }
            let begin = SystemClock().seconds
            while SystemClock().seconds - begin < 4 {
                try load()
                usleep(20_000)
            }
            isOver.store(true, ordering: .relaxed)
            // Their last transactions end, and the second that a window stays behind the clock passes.
            usleep(2_200_000)
            try load()
            let all = try connection.rows("SELECT id FROM windows.t", doing: "x").compactMap { $0[0] }
            #expect(all.count > 50)
            #expect(loaded.sorted() == all.sorted())
            // So this test can fail.
            #expect(Set(naive).count < all.count)
        }

        @Test("a transaction that stays open holds the window", .enabled(if: LiveSource.mariaDB.isPresent))
        func held() throws {
            try LiveSource.mariaDB.prepare(
                "windows", [Self.writing, "INSERT INTO windows.t (at) VALUES ('2024-01-01')"])
            let database = try LiveSource.mariaDB.source()
            let writer = try LiveSource.mariaDB.connect()
            defer { writer.close() }
            try writer.run("BEGIN", doing: "writing")
            try writer.run("INSERT INTO windows.t VALUES ()", doing: "writing")
            let terms = WindowTerms(settleSeconds: 60, waitSeconds: 0.3, longestLagSeconds: 0)
            let object = ReadRequest.Object.table("windows.t")
            let time = WindowQuestion(object: object, columns: ["at"], timezone: "UTC")
            let written = try writer.rows("SELECT MAX(at) FROM windows.t", doing: "looking")[0][0] ?? ""
            let moment = try database.freezeOne(time, terms)
            #expect(try #require(moment.high?.value) < written.replacingBlank)
            #expect(moment.warnings.first?.hasPrefix("held for 0 minutes: transaction ") == true, "\(moment)")
            var number = WindowQuestion(object: object, columns: ["id"])
            let fault = #expect(throws: ODBCFault.self) { try database.freezeOne(number, terms) }
            #expect(fault?.kind == .transient)
            number.low = WatermarkText(value: "0", type: "bigint")
            let held = try database.freezeOne(number, terms)
            #expect(held.high == number.low && held.warnings.first?.hasPrefix("held: ") == true)
            var settle = terms
            settle.onBlocked = .settle
            #expect(try database.freezeOne(number, settle).high?.value == "1")
            #expect(try database.freezeOne(time, settle).warnings.first?.contains("on_blocked = settle") == true)
            try writer.run("COMMIT", doing: "writing")
            #expect(try database.freezeOne(number).high?.value == "2")
            #expect(try #require(database.freezeOne(time).high?.value) > moment.high?.value ?? "")
            // One that only reads holds nothing.
            try writer.run("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY", doing: "reading")
            _ = try writer.rows("SELECT * FROM windows.t", doing: "reading")
            #expect(try database.freezeOne(number, terms).warnings == [])
        }

        @Test("who may not see transactions settles, and says so", .enabled(if: LiveSource.mariaDB.isPresent))
        func settles() throws {
            try LiveSource.mariaDB.prepare(
                "windows",
                [
                    Self.writing, "INSERT INTO windows.t (at) VALUES ('2024-01-01')",
                    "CREATE OR REPLACE USER window_reader IDENTIFIED BY 'pw'",
                    "GRANT SELECT ON windows.* TO window_reader",
                ])
            let database = try LiveSource.mariaDB.source("UID=window_reader;PWD=pw;DATABASE=windows;")
            let began = SystemClock().seconds
            let moments = try database.freeze(
                ["at", "id"].map { WindowQuestion(object: .table("windows.t"), columns: [$0], timezone: "UTC") },
                terms: WindowTerms(settleSeconds: 600, settleIDsSeconds: 0.5), stop: StopSignal()
            ).map { try $0.get() }
            #expect(SystemClock().seconds - began >= 0.5)
            #expect(moments.allSatisfy { $0.notes.contains { $0.contains("it takes PROCESS") } })
            #expect(moments[0].notes.contains { $0.hasPrefix("rows newer than ") })
            #expect(moments[1].high?.value == "1")
        }

        @Test("two reads share the connections of a source", arguments: LiveSource.present)
        func connections(_ source: LiveSource) throws {
            try make(source, "id int", ["1"])
            let database = try source.source(maximumConnections: 1)
            let request = ReadRequest(object: .table("windows.t"))
            let first = try database.open(request, stop: StopSignal())
            let began = SystemClock().seconds
            withThreads(1) { _ in
                usleep(300_000)
                first.close()
            } while: {
                let second = try database.open(request, stop: StopSignal())
                #expect(SystemClock().seconds - began >= 0.25)
                second.close()
            }
            let stop = StopSignal()
            let third = try database.open(request, stop: stop)
            stop.raise(.interrupt)
            let fault = #expect(throws: ODBCFault.self) { try database.open(request, stop: stop) }
            #expect(fault?.kind == .cancelled)
            third.close()
        }

        /// Runs `body` in threads while something else is done.
        private func withThreads(
            _ count: Int, _ body: @escaping @Sendable (Int) -> Void, while work: () throws -> Void
        ) {
            final class Box: Sendable {
                let run: @Sendable () -> Void
                init(_ run: @escaping @Sendable () -> Void) { self.run = run }
            }
            var threads: [pthread_t] = []
            for number in 0..<count {
                var thread = pthread_t()
                pthread_create(
                    &thread, nil,
                    { pointer in
                        Unmanaged<Box>.fromOpaque(pointer!).takeRetainedValue().run()
                        return nil
                    }, Unmanaged.passRetained(Box { body(number) }).toOpaque())
                threads.append(thread)
            }
            do { try work() } catch { Issue.record(error) }
            for thread in threads { pthread_join(thread, nil) }
        }
    }
}

extension String {
    /// As bounds are written: T between day and time.
    fileprivate var replacingBlank: String { prefix(10) + "T" + dropFirst(11) }
}
