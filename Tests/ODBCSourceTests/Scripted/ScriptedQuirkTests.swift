import Columnar
import Ports
import TestSupport
import Testing

@testable import ODBCSource

@Suite("Scripted driver: drivers that misbehave", .timeLimit(.minutes(2)))
struct ScriptedQuirkTests {
    static let columns = """
        statement 'FROM t'
          column n INTEGER size=10
          column b BIGINT size=19
          column t WVARCHAR size=20
          column v VARCHAR size=20
          column d DECIMAL size=12 digits=2
          column at TYPE_TIMESTAMP size=26 digits=6
          column x VARBINARY size=8

        """

    /// Rows with NULLs here and there; what they are.
    static func rows(_ count: Int) -> (script: String, expected: [[String?]]) {
        var script = ""
        var expected: [[String?]] = []
        for row in 0..<count {
            let literals: [(String, String?)] = [
                ("\(row)", "\(row)"), ("-\(row)000000000000", row == 0 ? "0" : "-\(row)000000000000"),
                ("'ü\(row)'", "ü\(row)"), ("'v\(row)'", "v\(row)"), ("\(row).25", "\(row).25"),
                ("ts'2024-02-29 12:34:56.5'", Moment.micros("2024-02-29 12:34:56.5")), ("x'00ff'", "\\x00ff"),
            ]
            let cells = literals.enumerated().map { index, cell in (row + index) % 5 == 3 ? ("NULL", nil) : cell }
            script += "  row " + cells.map(\.0).joined(separator: ", ") + "\n"
            expected.append(cells.map(\.1))
        }
        return (script, expected)
    }

    /// What the quirk may not change.
    @Test(
        "a misbehaviour that costs nothing",
        arguments: [
            "indicators-32", "indicators-32-packed", "unterminated", "row-array-limit 1", "row-array-limit 7",
            "fetch-after-end-fails", "narrow-latin1", "no-scribble", "no-total", "getdata-once", "name-too-long",
        ], ["libany.so", "libmsodbcsql-18.6.so.2.1", "psqlodbcw.so"])
    func isMet(_ quirk: String, by driver: String) throws {
        // What such a driver delivers as narrow text would be Latin-1, and it says that it is UTF-8.
        if quirk == "narrow-latin1" && driver == "psqlodbcw.so" { return }
        for count in [0, 1, 2, 37] {
            let (script, expected) = Self.rows(count)
            let database = ScriptedDatabase(
                "info 6 '\(driver)'\nquirk \(quirk)\notherwise ok\n" + Self.columns + script)
            let read = try database.read("SELECT * FROM t")
            #expect(read.rows == expected)
            database.expectCleanEnd()
        }
    }

    @Test(
        "a driver that says what cannot be is refused",
        arguments: [
            "rows-fetched-plus 100000", "rows-fetched-plus 1", "rows-fetched-plus -10", "status-always 5",
            "status-always 77", "columns-lie 3",
        ])
    func isRefused(_ quirk: String) throws {
        let database = ScriptedDatabase("quirk \(quirk)\notherwise ok\n" + Self.columns + Self.rows(5).script)
        #expect(throws: ODBCFault.self) { try database.read("SELECT * FROM t") }
        database.expectCleanEnd()
    }

    /// Described as 5 characters; what comes is longer. Whatever the driver says of it, nothing is cut in silence.
    @Test(
        "a value longer than its description",
        arguments: ["no-scribble", "no-total", "silent-truncation", "truncated-indicator", "getdata-once"],
        ["WVARCHAR", "VARCHAR", "VARBINARY"])
    func isLonger(_ quirk: String, type: String) throws {
        for allowed in [0, 4, 15] {
            for driver in ["libany.so", "psqlodbcw.so"] {
                let isBinary = type == "VARBINARY"
                let long = isBinary ? "repeat:700:x'ab'" : "repeat:700:'y'"
                let text = isBinary ? "\\x" + String(repeating: "ab", count: 700) : String(repeating: "y", count: 700)
                let database = ScriptedDatabase(
                    """
                    info 6 '\(driver)'
                    info 81 \(allowed)
                    quirk \(quirk)
                    otherwise ok
                    statement 'FROM t'
                      column n INTEGER size=10
                      column t \(type) size=5
                      row 1, \(isBinary ? "x'01'" : "'ok'")
                      row 2, \(long)
                      row 3, NULL
                    """)
                do {
                    let read = try database.read("SELECT * FROM t")
                    #expect(read.rows == [["1", isBinary ? "\\x01" : "ok"], ["2", text], ["3", nil]])
                } catch let fault as ODBCFault {
                    #expect(fault.message.contains("'t'"), "\(fault)")
                }
                database.expectCleanEnd()
            }
        }
    }

    @Test("a C type that is refused, by a driver that is not known for it", arguments: ["refuse", "refuse-at-fetch"])
    func refusesType(_ refusal: String) throws {
        let database = ScriptedDatabase(
            "\(refusal) -25 HY003 0 '[Any]Program type out of range'\notherwise ok\n" + Self.columns
                + Self.rows(3).script)
        do {
            let read = try database.read("SELECT * FROM t")
            #expect(read.rows == Self.rows(3).expected)
        } catch let fault as ODBCFault {
            #expect(fault.sqlstate == "HY003")
        }
        database.expectCleanEnd()
    }

    @Test("lengths that lie: an error, or the value; never more than the buffer holds")
    func lengthsLie() throws {
        for lie in [-7, -2, -99, 21, 1 << 40, -(1 << 40), 0x7A5A_5A5A_7A5A_5A5A, .max, .min + 1] {
            for type in ["WVARCHAR", "VARCHAR", "VARBINARY", "INTEGER", "TYPE_TIMESTAMP", "DECIMAL"] {
                let literal =
                    switch type {
                    case "VARBINARY": "x'0102'"
                    case "INTEGER", "DECIMAL": "12"
                    case "TYPE_TIMESTAMP": "ts'2024-01-02 03:04:05'"
                    default: "'ab'"
                    }
                let database = ScriptedDatabase(
                    "otherwise ok\nstatement 'FROM t'\n column c \(type) size=20\n row \(literal)\n row \(literal)@\(lie)"
                        + "\n row \(literal)")
                do {
                    let read = try database.read("SELECT * FROM t")
                    #expect(read.rows.count == 3 && read.rows[0] == read.rows[2], "\(type) @\(lie)")
                } catch let fault as ODBCFault {
                    #expect(fault.kind == .permanent, "\(fault)")
                }
                database.expectCleanEnd()
            }
        }
    }

    @Test("text that is no text is told with its column and row")
    func invalidText() throws {
        let cases = [
            ("libany.so", "WVARCHAR", "'a\\ud83cb'"), ("libany.so", "WVARCHAR", "'\\udf89'"),
            ("libany.so", "WVARCHAR", "'ab\\ud83c'"), ("psqlodbcw.so", "VARCHAR", "raw'61ff62'"),
            ("psqlodbcw.so", "VARCHAR", "raw'c3'"), ("psqlodbcw.so", "VARCHAR", "raw'eda080'"),
        ]
        for (driver, type, literal) in cases {
            let database = ScriptedDatabase(
                "info 6 '\(driver)'\notherwise ok\nstatement 'FROM t'\n column c \(type) size=20\n row 'ok'\n row \(literal)"
            )
            let fault = #expect(throws: ODBCFault.self, "\(literal)") { try database.read("SELECT * FROM t") }
            #expect(fault?.kind == .permanent)
            #expect(
                fault?.message.contains("'c'") == true && fault?.message.contains("row 2") == true, "\(fault as Any)")
            database.expectCleanEnd()
        }
    }

    @Test(
        "days that no calendar has, and years that no file holds",
        arguments: [
            "d'0000-00-00'", "d'2024-02-30'", "d'2024-13-01'", "d'-4712-01-01'", "d'10000-01-01'", "d'2023-02-29'",
            "ts'0000-00-00 00:00:00'", "ts'2024-02-29 24:00:00'", "ts'2024-02-29 12:60:00'", "ts'-1-01-01 00:00:00'",
        ])
    func unfitMoments(_ literal: String) throws {
        let type = literal.hasPrefix("d") ? "TYPE_DATE size=10" : "TYPE_TIMESTAMP size=26 digits=6"
        let script = "otherwise ok\nstatement 'FROM t'\n column c \(type)\n row NULL\n row \(literal)"
        let database = ScriptedDatabase(script)
        let fault = #expect(throws: ODBCFault.self) { try database.read("SELECT * FROM t") }
        #expect(fault?.kind == .permanent && fault?.remedy != nil)
        #expect(fault?.message.contains("'c'") == true, "\(fault as Any)")
        database.expectCleanEnd()

        var choices = TypeChoices()
        choices.unrepresentable = .null
        let second = ScriptedDatabase(script)
        let read = try second.read("SELECT * FROM t", choices: choices)
        #expect(read.rows == [[nil], [nil]])
        #expect(read.adjustments.reduce(0) { $0 + $1.count } == 1)
        second.expectCleanEnd()
    }

    @Test("digits beyond microseconds are counted")
    func countsDigits() throws {
        let database = ScriptedDatabase(
            """
            otherwise ok
            statement 'FROM t'
              column c TYPE_TIMESTAMP size=27 digits=7
              row ts'2024-02-29 12:34:56.1234567'
              row ts'2024-02-29 12:34:56.123456'
              row ts'2024-02-29 12:34:56.0000009'
            """)
        let read = try database.read("SELECT * FROM t")
        #expect(read.rows.map { $0[0] }.last == Moment.micros("2024-02-29 12:34:56"))
        #expect(read.adjustments.map(\.count) == [2])
        database.expectCleanEnd()
    }

    @Test("a number that does not fit stops the read, with its column")
    func unfitNumbers() throws {
        for (type, literal) in [
            ("DECIMAL size=0", "123456789012345678901234567890"), ("DECIMAL size=0", "0.00000000001"),
            ("DECIMAL size=5 digits=2", "1234.5"), ("DECIMAL size=5 digits=2", "1.005"),
            ("DECIMAL size=10 digits=2", "NaN"), ("DECIMAL size=10", "''"),
        ] {
            let database = ScriptedDatabase("otherwise ok\nstatement 'FROM t'\n column c \(type)\n row \(literal)")
            let fault = #expect(throws: ODBCFault.self, "\(literal)") { try database.read("SELECT * FROM t") }
            #expect(fault?.message.contains("'c'") == true, "\(fault as Any)")
            database.expectCleanEnd()
        }
    }

    @Test("a row that the driver cannot read ends the read; one that it warns of does not")
    func rowStates() throws {
        for failure in ["22003 0 '[Any]out of range'", "22018 0 '[Any]invalid character'", "HY000 9 '[Any]broken'"] {
            let database = ScriptedDatabase(
                "otherwise ok\nstatement 'FROM t'\n column c INTEGER size=10\n rows 9 $row\n row-error \(failure)\n row 3"
            )
            let fault = #expect(throws: ODBCFault.self) { try database.read("SELECT * FROM t") }
            #expect(fault?.sqlstate == String(failure.prefix(5)))
            database.expectCleanEnd()
        }
        let warned = ScriptedDatabase(
            """
            otherwise ok
            statement 'FROM t'
              execute warning 01000 0 '[Any]changed database context'
              column c INTEGER size=10
              row-warning 01000 7 '[Any]null value is eliminated by an aggregate'
              row 1
              row 2
            """)
        #expect(try warned.read("SELECT * FROM t").rows == [["1"], ["2"]])
        warned.expectCleanEnd()
    }

    @Test("a connection lost after rows came is worth another try", arguments: [0, 1, 5000])
    func losesConnection(_ rows: Int) throws {
        let database = ScriptedDatabase.microsoft(
            """
            otherwise ok
            statement 'FROM t'
              column c INTEGER size=10
              rows \(rows) $row
              fetch error 08S01 10054 '[Microsoft][ODBC Driver 18 for SQL Server]TCP Provider: Error code 0x2746'
            """.replacing("  rows 0 $row\n", with: ""))
        let fault = #expect(throws: ODBCFault.self) { try database.read("SELECT * FROM t") }
        #expect(fault?.kind == .transient)
        #expect(fault?.sqlstate == "08S01")
        database.expectCleanEnd()
    }

    @Test("columns without a name, or with the same, are told")
    func names() throws {
        for names in [("''", "b"), ("a", "a")] {
            let database = ScriptedDatabase(
                "otherwise ok\nstatement 'FROM t'\n column \(names.0) INTEGER\n column \(names.1) INTEGER\n row 1, 2")
            #expect(throws: (any Error).self) { try database.read("SELECT * FROM t") }
            database.expectCleanEnd()
        }
    }

    @Test("many rows, in fetches ahead of the conversion and without")
    func manyRows() throws {
        for ahead in [true, false] {
            var options = ScriptedDatabase.options
            options.fetchesAhead = ahead
            let database = ScriptedDatabase(
                "otherwise ok\nstatement 'FROM t'\n column c BIGINT size=19\n column t WVARCHAR size=30\n rows 50000 $row, 'x'"
            )
            let read = try database.read("SELECT * FROM t", options: options)
            #expect(read.rows.count == 50_000)
            #expect(read.rows.enumerated().allSatisfy { $0.element == ["\($0.offset + 1)", "x"] })
            database.expectCleanEnd()
        }
    }
}
