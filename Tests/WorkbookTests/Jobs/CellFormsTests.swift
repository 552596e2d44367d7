import Ports
import Testing

@testable import Workbook

@Suite("Durations, schedules, pairs")
struct CellFormsTests {
    @Test(
        "durations",
        arguments: [
            ("90s", 90), ("5m", 300), ("1h", 3600), ("7d", 604_800), ("1h30m", 5400), ("2 hours", 7200),
            ("1 day 6 h", 108_000),
            ("00:30:00", 1800), ("1:30", 5400), ("2w", 1_209_600),
        ])
    func durations(text: String, seconds: Int) { #expect(DurationText(text) == .seconds(seconds)) }

    @Test("a number alone has no unit")
    func bare() { #expect(DurationText("3600") == .bare(3600)) }

    @Test(
        "what is no duration",
        arguments: ["", "h", "1x", "-5m", "0", "0s", "1:60", "1h h", "999999999999999999999d", "1e3s", "½h", "1:2:3:4"])
    func noDuration(text: String) { #expect(DurationText(text) == nil) }

    @Test(
        "schedules in words are daily or cron",
        arguments: [
            ("daily 06:00", "daily 360"), ("Daily at 6:05", "daily 365"), ("daily", "daily 0"),
            ("06:00:00", "daily 360"), ("hourly", "0 * * * *"),
            ("weekly mon 06:30", "30 6 * * 1"), ("weekly on Sunday", "0 0 * * 0"), ("monthly 1 06:00", "0 6 1 * *"),
            ("@daily", "daily 0"),
            ("*/15 8-18 * * mon-fri", "*/15 8-18 * * 1-5"), ("0 6 * * 7", "0 6 * * 0"),
            ("0 6 1,15 jan *", "0 6 1,15 1 *"),
        ])
    func schedules(text: String, same: String) throws {
        let expected: JobSchedule? =
            same.hasPrefix("daily ")
            ? .daily(minuteOfDay: Int(same.dropFirst(6))!) : try CronSchedule(same).map { .cron($0) }
        #expect(try ScheduleText.schedule(text) == expected)
        #expect(expected != nil)
    }

    @Test("cron fields are sets")
    func cron() throws {
        let cron = try #require(try CronSchedule("*/20 1-3,5 1 * 1-5/2"))
        #expect(cron.minutes == 1 | 1 << 20 | 1 << 40)
        #expect(cron.hours == 0b101110)
        #expect(cron.days == 2 && cron.restrictsDays)
        #expect(cron.months == 0b1_1111_1111_1110)
        #expect(cron.weekdays == 0b101010 && cron.restrictsWeekdays)
        #expect(try CronSchedule("5/10 0 * * *")?.minutes == 1 << 5 | 1 << 15 | 1 << 25 | 1 << 35 | 1 << 45 | 1 << 55)
    }

    @Test(
        "a wrong field of cron is named",
        arguments: [
            ("60 * * * *", "minute"), ("* 24 * * *", "hour"), ("* * 0 * *", "day"), ("* * * 13 *", "month"),
            ("* * * * 8", "weekday"),
            ("5-1 * * * *", "minute"), ("*/0 * * * *", "minute"), (", * * * *", "minute"), ("* * * foo *", "month"),
            ("1-2-3 * * * *", "minute"),
            ("*/99999999999999999999 * * * *", "minute"),
        ])
    func wrongCron(text: String, field: String) {
        let checked = check(SheetBuilder.job(["schedule": .text(text)]))
        #expect(
            checked.finding("schedule", .error)?.message.contains("is not a \(field) of cron") == true,
            "\(checked.findings)")
    }

    @Test("what is no schedule", arguments: ["often", "25:00", "daily 6", "weekly", "0 6 * *", "0 0 6 * * *"])
    func noSchedule(text: String) {
        #expect(check(SheetBuilder.job(["schedule": .text(text)])).finding("schedule", .error) != nil)
    }

    @Test("pairs as lines, as an address has them, and as JSON")
    func pairs() throws {
        let expected = [JobRequest.Pair("a", "1"), JobRequest.Pair("b", "x y")]
        #expect(try PairsText.pairs("a=1\nb = x y") == expected)
        #expect(try PairsText.pairs("a=1&b=x y") == expected)
        #expect(try PairsText.pairs("a: 1\n\nb: x y") == expected)
        #expect(try PairsText.pairs(#"{"a": 1, "b": "x y"}"#) == expected)
        #expect(
            try PairsText.pairs(#"{"a": [1, true, null]}"#) == [.init("a", "1"), .init("a", "true"), .init("a", "")])
        #expect(try PairsText.pairs("filter=a=b") == [.init("filter", "a=b")])
        for wrong in ["a", "=1", "{", #"{"a": {"b": 1}}"#, "[1]", #"{"a": 1} x"#] {
            #expect(throws: PairsText.Mistake.self) { try PairsText.pairs(wrong) }
        }
    }

    @Test("JSON is read strictly, and a mistake has a place")
    func json() throws {
        #expect(
            try FlatJSON.parse(#" {"a\u00e9\n": [true, false, null, -1.5e3, "😀"], "b": {}} "#)
                == .object([
                    ("aé\n", .array([.bool(true), .bool(false), .null, .number("-1.5e3"), .string("😀")])),
                    ("b", .object([])),
                ]))
        #expect(try FlatJSON.parse(#""😀""#) == .string("😀"))
        let wrong = [
            "", "{", "[1,", #"{"a" 1}"#, #"{a: 1}"#, "tru", "01x", "+1", #""\x""#, #""\u12"#, #""\ud83d""#,
            #""\ud83dx""#, #""open"#, "[1 2]",
            "nul", String(repeating: "[", count: 100_000),
        ]
        for text in wrong { #expect(throws: FlatJSON.Mistake.self, "\(text.prefix(20))") { try FlatJSON.parse(text) } }
        #expect(throws: FlatJSON.Mistake(column: 6, expected: "a colon")) { try FlatJSON.parse(#"{"a" 1}"#) }
    }

    @Test("any text at all is read or refused, never a trap")
    func mutations() {
        let seeds = [
            #"{"a": ["x\u00e9", 1e5, {}]}"#, "a=1&b=2", "*/15 8-18 * * mon-fri", "1h30m 5:30", "2026-02-30T25:00",
            "0..10",
        ]
        var state: UInt64 = 42
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<3000 {
            var scalars = Array(seeds[random(seeds.count)].unicodeScalars)
            for _ in 0...random(4) {
                let index = random(scalars.count)
                switch random(3) {
                case 0: scalars[index] = Unicode.Scalar(UInt8(random(128)))
                case 1: scalars.insert("\u{a0}", at: index)
                default: if scalars.count > 1 { scalars.remove(at: index) }
                }
            }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: scalars)
            let text = String(view)
            _ = try? PairsText.pairs(text)
            _ = try? ScheduleText.schedule(text)
            _ = DurationText(text)
            _ = DateShape(text)
            _ = RangeText(text)
            _ = ListText.items(of: text)
            _ = NumberCell.whole(text)
            _ = SecretShape.found(in: text)
            _ = CellText.cleaned(text)
            _ = HeaderName.plain(text)
        }
    }
}
