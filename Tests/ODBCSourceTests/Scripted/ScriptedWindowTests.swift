import Ports
import TestSupport
import Testing

@testable import ODBCSource

@Suite("Scripted driver: windows of SQL Server", .timeLimit(.minutes(1)))
struct ScriptedWindowTests {
    /// - Parameter transactions: what the list of open transactions answers.
    private func freeze(
        _ column: String, transactions: String, greatest: String = "'2026-11-21T05:00:00.0000000'",
        timezone: String? = nil, terms: WindowTerms = WindowTerms(), low: WatermarkText? = nil
    ) throws -> WindowMoment {
        let database = ScriptedDatabase.microsoft(
            """
            otherwise ok
            statement 'MIN_ACTIVE_ROWVERSION'
              column v VARCHAR size=18
              row '0x00000000000007D1'
            statement 'MAX(['
              column m VARCHAR size=40
              row \(greatest)
            statement 'IS NULL'
              column n INTEGER size=10
              row 2
            statement 'COUNT(*)'
              column n INTEGER size=10
              row 3
            statement 'SYSUTCDATETIME'
              column l VARCHAR size=34
              column u VARCHAR size=34
              row '2026-11-21T07:00:00.1234567', '2026-11-21T06:00:00.1234561'
            statement 'dm_tran_active_transactions'
            \(transactions)
            statement 'FROM t'
              column v BINARY size=8 type-name=timestamp
              column at TYPE_TIMESTAMP size=27 digits=7 type-name=datetime2
              column d TYPE_TIMESTAMP size=23 digits=3 type-name=datetime
              column n BIGINT size=19 type-name=bigint
              column f DOUBLE size=53 type-name=float

            """)
        let source = ODBCSource(target: database.target, type: .mssql, options: ScriptedDatabase.options)
        let question = WindowQuestion(
            object: .query("SELECT v, at, d, n, f FROM t"), columns: [column], timezone: timezone, low: low)
        let moments = try source.freeze([question], terms: terms, stop: StopSignal())
        database.expectCleanEnd()
        return try moments[0].get()
    }

    private static let list = """
          column id VARCHAR size=20
          column start VARCHAR size=27
          column login VARCHAR size=20
          column program VARCHAR size=20
          column status VARCHAR size=20
        """
    private static let somebody = list + "\n  row '77', '2026-11-21T05:30:00.500', 'ann', 'import.exe', 'sleeping'"
    private static let denied =
        "  execute error 42000 300 '[Microsoft][SQL Server]VIEW SERVER STATE permission was denied'"

    @Test("a rowversion ends at the lowest active one")
    func rowVersion() throws {
        let moment = try freeze("v", transactions: Self.denied, greatest: "'0x00000000000007D4'")
        #expect(moment.high == WatermarkText(value: "0x00000000000007D1", type: "rowversion"))
        #expect(moment.sort == .binary && moment.ends == .low && moment.beyond == 3 && moment.nulls == 2)
        #expect(moment.notes == [])
    }

    @Test("a time ends a second before the clock, in UTC where that is lower")
    func time() throws {
        let moment = try freeze("at", transactions: Self.list)
        #expect(moment.high == WatermarkText(value: "2026-11-21T05:59:59.1234560", type: "datetime2(7)"))
        #expect(moment.finalBelow == nil && moment.beyond == 0 && moment.warnings == [])
        #expect(moment.clock == "2026-11-21T06:00:00.123+00:00")
        #expect(try freeze("d", transactions: Self.list).high?.value == "2026-11-21T05:59:59.120")
        #expect(
            try freeze("at", transactions: Self.list, timezone: "Europe/Berlin").high?.value
                == "2026-11-21T06:59:59.1234560")
    }

    @Test("before the oldest open transaction, or settled where nobody may see them")
    func open() throws {
        let held = try freeze("at", transactions: Self.somebody)
        #expect(held.high?.value == "2026-11-21T05:29:59.5000000")
        #expect(held.notes.first?.contains("transaction 77 of ann, import.exe") == true, "\(held.notes)")
        let late = try freeze("at", transactions: Self.somebody, terms: WindowTerms(longestLagSeconds: 60))
        #expect(late.warnings.first?.hasPrefix("held for 30 minutes: transaction 77") == true, "\(late.warnings)")
        let settled = try freeze("at", transactions: Self.denied)
        #expect(settled.high?.value == "2026-11-21T05:55:00.1234560")
        #expect(settled.notes.contains { $0.contains("it takes VIEW SERVER STATE") })
        #expect(settled.notes.contains("rows newer than 2026-11-21T05:55:00.123 UTC are read by a later run"))
    }

    @Test("numbers are waited for, and held")
    func numbers() throws {
        let terms = WindowTerms(settleIDsSeconds: 0.2, waitSeconds: 0.2)
        let free = try freeze("n", transactions: Self.list, greatest: "'12'", terms: terms)
        #expect(free.high == WatermarkText(value: "12", type: "bigint") && free.ends == .high)
        let low = WatermarkText(value: "5", type: "bigint")
        let held = try freeze("n", transactions: Self.somebody, greatest: "'12'", terms: terms, low: low)
        #expect(held.high == low && held.warnings.first?.hasPrefix("held: transaction 77 of ann") == true)
        #expect(try freeze("n", transactions: Self.denied, greatest: "'12'", terms: terms).high?.value == "12")
    }

    @Test("a value above the clock is a warning, a deadlock ends all, a float is refused")
    func refusals() throws {
        let warned = try freeze("at", transactions: Self.list, greatest: "'2026-11-21T07:00:00.0000000'")
        #expect(warned.warnings.first?.contains("Set watermark_timezone") == true, "\(warned.warnings)")
        let deadlock = "  execute error 40001 1205 '[Microsoft][SQL Server]deadlocked'"
        #expect { try freeze("at", transactions: deadlock) } throws: { ($0 as? ODBCFault)?.kind == .transient }
        #expect { try freeze("f", transactions: Self.list) } throws: { "\($0)".contains("binary fraction") }
    }
}
