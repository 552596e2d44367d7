import Ports
import SQLDialects
import Testing

@testable import ODBCSource

@Suite("What a database's clock makes of a window's end")
struct WindowClockTests {
    // 2026-11-21T06:00:59.123456Z
    private static let now = 1_795_240_859_123_456

    private func text(_ type: String, _ dialect: any SQLDialect = SQLServerDialect()) throws -> String {
        WindowClock.text(reading: Self.now, of: try #require(dialect.key(of: DatabaseType(type))))
    }

    @Test("cut to what the column can show, never rounded up")
    func cut() throws {
        #expect(try text("datetime2(7)") == "2026-11-21T06:00:59.1234560")
        #expect(try text("datetime2(0)") == "2026-11-21T06:00:59")
        #expect(try text("datetime2(3)") == "2026-11-21T06:00:59.123")
        // Ticks of 1/300 s: 59.120 is one.
        #expect(try text("datetime") == "2026-11-21T06:00:59.120")
        #expect(try text("smalldatetime") == "2026-11-21T06:00:00")
        #expect(try text("datetimeoffset(7)") == "2026-11-21T06:00:59.1234560+00:00")
        #expect(try text("date", OracleDialect()) == "2026-11-21T06:00:59")
        #expect(WindowClock.date(Self.now) == "2026-11-21" && WindowClock.date(-1) == "1969-12-31")
        #expect(WindowClock.text(Self.now) == "2026-11-21T06:00:59.123+00:00")
    }

    @Test("the lower of the local clock and UTC, or that of the zone")
    func readings() throws {
        let east = WindowClock(utc: Self.now, localOffset: 3600 * WindowClock.second)
        #expect(east.readings(of: Self.now, zone: nil) == Self.now...Self.now + 3600 * WindowClock.second)
        let west = WindowClock(utc: Self.now, localOffset: -3600 * WindowClock.second)
        #expect(west.readings(of: Self.now, zone: nil) == Self.now - 3600 * WindowClock.second...Self.now)
        let kolkata = try ZoneRules.load("Asia/Kolkata")
        #expect(west.readings(of: Self.now, zone: kolkata).lowerBound == Self.now + 19_800 * WindowClock.second)
    }

    @Test("a statement without a transaction is known by its connection and about when it began")
    func same() {
        let one = OpenTransaction(id: "statement 5", start: 10_000_000, display: "")
        var other = one
        other.start = 11_000_000
        #expect(one.isSame(as: other))
        other.start = 12_000_000
        #expect(!one.isSame(as: other))
        #expect(!one.isSame(as: OpenTransaction(id: "6", start: 10_000_000, display: "")))
    }
}
