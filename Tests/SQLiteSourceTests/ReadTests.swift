import Columnar
import Ports
import Synchronization
import TestSupport
import Testing

@testable import SQLiteSource

/// An empty file is a database without tables: enough for what queries do. Tables are read by Tests/Live/test_sqlite.py.
extension DatabaseFiles {
    @Suite("Reading queries", .serialized)
    struct ReadTests {
        let folder = TemporaryFolder()

        init() { folder.write("", to: "empty.db") }

        private func open(
            _ query: String, choices: TypeChoices = TypeChoices(), limit: Int? = nil, stop: StopSignal = StopSignal()
        ) throws -> any OpenRead {
            try SQLiteSource(path: folder.file("empty.db")).open(
                ReadRequest(object: .query(query), limit: limit, typeChoices: choices), stop: stop)
        }

        private func texts(_ read: any OpenRead) throws -> [String?] {
            defer { read.close() }
            let reader = try read.makeReader()
            defer { reader.close() }
            let batch = Batch(schema: read.schema)
            var texts: [String?] = []
            for unit in read.units {
                try reader.begin(unit)
                var isOver = false
                while !isOver {
                    if case .unitEnded = try reader.fill(batch) { isOver = true }
                    batch.checkInvariants()
                    let column = batch.columns[0]
                    var value = 0
                    for slot in 0..<column.slotCount {
                        guard column.isValid(slot) else {
                            texts.append(nil)
                            continue
                        }
                        let range = Int(column.offsets[value])..<Int(column.offsets[value + 1])
                        let bytes = UnsafeRawBufferPointer(start: column.arena, count: column.arenaUsed)
                        texts.append(String(decoding: bytes[range], as: UTF8.self))
                        value += 1
                    }
                    batch.reset()
                }
            }
            try read.confirm()
            return texts
        }

        @Test("an expression is text, whatever its values are, without loss")
        func untyped() throws {
            let read = try open(
                "SELECT column1 AS a FROM (VALUES (1), (0.1 + 0.2), ('ü'), (NULL), (9007199254740993), (1e100))")
            #expect(read.schema.fields == [Field("a", .text)])
            #expect(try texts(read) == ["1", "0.30000000000000004", "ü", nil, "9007199254740993", "1e+100"])
        }

        @Test("a blob among text is an error that names column and row, NULL and counted, or a literal")
        func unfit() throws {
            let query = "SELECT column1 AS a FROM (VALUES ('x'), (X'00FF')); -- done"
            let fault = #expect(throws: SQLiteFault.self) { try texts(try open(query)) }
            #expect(fault?.message.hasPrefix("Column 'a', row 2 of the query: a blob of 2 bytes") == true)
            #expect(fault?.kind == .permanent)
            var choices = TypeChoices()
            choices.unrepresentable = .null
            #expect(try texts(try open(query, choices: choices)) == ["x", nil])
            choices.unrepresentable = .text
            #expect(try texts(try open(query, choices: choices)) == ["x", "X'00FF'"])
            #expect(Database.live.load(ordering: .relaxed) == 0)
        }

        @Test("text that is not UTF-8 is refused")
        func invalid() throws {
            #expect(throws: SQLiteFault.self) { try texts(try open("SELECT CAST(X'FF41' AS TEXT) AS a")) }
        }

        @Test("many rows, in batches")
        func many() throws {
            let count = 40_000
            let all = try texts(
                try open(
                    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count)) SELECT i FROM n"
                ))
            #expect(all.count == count && all.first == "1" && all.last == String(count))
            #expect(try texts(try open("SELECT 1 AS a UNION ALL SELECT 2", limit: 1)) == ["1"])
        }

        @Test(
            "only one SELECT, without parameters, is taken",
            arguments: [
                ("", "empty"), ("-- nothing", "empty"), ("SELECT 1; SELECT 2", "more than one"),
                ("SELECT ?1", "parameter"),
                ("SELECT :a", "parameter"), ("CREATE TABLE t (a)", "not authorized"), ("DELETE FROM sqlite_schema", ""),
                ("ATTACH 'x.db' AS x", "not authorized"), ("VACUUM INTO 'x.db'", ""), ("BEGIN", "not a SELECT"),
                ("PRAGMA journal_mode = WAL", "not authorized"), ("PRAGMA writable_schema = 1", "not authorized"),
                ("EXPLAIN SELECT 1", "not a SELECT"), ("SELECT load_extension('x')", ""),
                ("SELECT \"nothing\"", "no such"),
                ("SELECT 1 AS a, 2 AS a", "both named"), ("SELECT\u{0} 1", "NUL"), ("SELECT 1 +", "incomplete"),
                ("SELEC 1", "syntax"), ("SELECT * FROM nowhere", "no such table"),
                ("INSERT INTO x VALUES (1) RETURNING 1", ""),
            ])
        func refuses(_ query: String, _ why: String) {
            let fault = #expect(throws: SQLiteFault.self) { try texts(try open(query)) }
            #expect(fault?.kind == .configuration, "\(String(describing: fault))")
            #expect(why.isEmpty || fault?.message.contains(why) == true, "\(String(describing: fault))")
            #expect(Database.live.load(ordering: .relaxed) == 0)
            #expect(folder.entries == ["empty.db"])
        }

        @Test("a stop interrupts a statement that gives no row")
        func stops() throws {
            let stop = StopSignal()
            let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS a FROM n"
            let read = try open(endless, stop: stop)
            stop.raise(.interrupt)
            let fault = #expect(throws: SQLiteFault.self) { try texts(read) }
            #expect(fault?.kind == .cancelled)
        }

        @Test("a read that is closed interrupts its readers, and gives every connection back")
        func closes() throws {
            let read = try open("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n")
            let reader = try read.makeReader()
            try reader.begin(read.units[0])
            let batch = Batch(schema: read.schema)
            #expect(try reader.fill(batch) == .batchFull)
            batch.reset()
            read.close()
            let fault = #expect(throws: SQLiteFault.self) {
                for _ in 0..<100 {
                    _ = try reader.fill(batch)
                    batch.reset()
                }
            }
            #expect(fault?.kind == .cancelled)
            #expect(throws: SQLiteFault.self) { try read.confirm() }
            reader.close()
            #expect(Database.live.load(ordering: .relaxed) == 0)
        }

        @Test("what is no database file is refused before SQLite is let near it, and none is made")
        func files() throws {
            folder.write(
                "This is no database, but long enough to be looked at as one by its first hundred bytes ….", to: "x.txt"
            )
            func fault(_ name: String) -> SQLiteFault? {
                #expect(throws: SQLiteFault.self) {
                    try SQLiteSource(path: folder.file(name)).open(
                        ReadRequest(object: .query("SELECT 1 AS a")), stop: StopSignal()
                    ).close()
                }
            }
            #expect(fault("emptty.db")?.remedy == "Did you mean empty.db?")
            #expect(fault("none/x.db")?.remedy?.hasPrefix("There is no folder") == true)
            #expect(fault("")?.message.contains("is a folder") == true)
            #expect(fault("x.txt")?.remedy?.contains("no SQLite database") == true)
            #expect(folder.entries == ["empty.db", "x.txt"])
        }

        @Test(
            "paths of URLs",
            arguments: [
                ("sqlite:///a/b.db", "/a/b.db"), ("sqlite://b.db", "b.db"), ("sqlite:////a/b.db", "//a/b.db"),
                ("sqlite:b.db", "b.db"), ("sqlite://../x%20y.db", "../x y.db"), ("sqlite://a%3Fb.db", "a?b.db"),
            ])
        func paths(_ url: String, _ path: String) throws { #expect(try DatabasePath.of(url: url) == path) }

        @Test(
            "paths that are refused",
            arguments: ["sqlite://", "sqlite://a.db?mode=rw", "sqlite://a%2.db", "sqlite://%00"])
        func badPaths(_ url: String) { #expect(throws: SQLiteFault.self) { try DatabasePath.of(url: url) } }
    }
}
