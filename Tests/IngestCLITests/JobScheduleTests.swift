import Ports
import Testing

@testable import IngestCLI

@Suite("When a job was due last")
struct JobScheduleTests {
    private func latest(_ schedule: JobSchedule, _ now: String) throws -> String? {
        let now = try #require(CivilTime(iso: now))
        return schedule.latest(atOrBefore: now).map {
            let moment = CivilTime(unixMicroseconds: $0 * 60_000_000)
            return moment.date + " " + moment.time.prefix(5)
        }
    }

    @Test(
        "daily: today's time, or yesterday's before it",
        arguments: [
            ("2026-11-21T05:59:59", "2026-11-20 06:00"), ("2026-11-21T06:00:00", "2026-11-21 06:00"),
            ("2026-03-01T00:00:00", "2026-02-28 06:00"), ("2024-03-01T05:00:00", "2024-02-29 06:00"),
        ])
    func daily(now: String, expected: String) throws { #expect(try latest(.daily(minuteOfDay: 360), now) == expected) }

    @Test(
        "cron",
        arguments: [
            ("*/15 * * * *", "2026-11-21T06:29:00", "2026-11-21 06:15"),
            ("30 6 * * *", "2026-11-21T06:29:00", "2026-11-20 06:30"),
            ("0 22 * * mon-fri", "2026-11-22T12:00:00", "2026-11-20 22:00"),
            ("0 0 1 * *", "2026-11-21T06:29:00", "2026-11-01 00:00"),
            ("0 0 31 * *", "2026-11-21T06:29:00", "2026-10-31 00:00"),
            ("0 12 13 * fri", "2026-11-21T11:00:00", "2026-11-20 12:00"),
            ("5 4 29 feb *", "2026-11-21T11:00:00", "2024-02-29 04:05"),
            ("59 23 * * 0", "2026-11-21T11:00:00", "2026-11-15 23:59"),
        ])
    func cron(text: String, now: String, expected: String) throws {
        let cron = try #require(try CronSchedule(text))
        #expect(try latest(.cron(cron), now) == expected)
    }

    @Test("a day that never comes")
    func never() throws {
        let cron = try #require(try CronSchedule("0 0 30 feb *"))
        #expect(try latest(.cron(cron), "2026-11-21T06:00:00") == nil)
    }
}
