import Testing

@testable import Workbook

@Suite("Dates of cells")
struct DateTests {
    private func date(_ serial: Double, _ kind: NumberFormat.Kind = .dateTime, is1904: Bool = false) -> SheetDate? {
        Array(serial.description.utf8).withUnsafeBufferPointer {
            SerialDate.date(serial, kind: kind, digits: $0, is1904: is1904)
        }
    }

    private func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        ISODate.days(year: year, month: month, day: day)!
    }

    @Test(
        "the 1900 calendar, with the day that never was",
        arguments: [
            (1.0, 1900, 1, 1), (31, 1900, 1, 31), (59, 1900, 2, 28), (60, 1900, 2, 28), (61, 1900, 3, 1),
            (45_000, 2023, 3, 15), (2_958_465, 9999, 12, 31),
        ])
    func calendar(serial: Double, year: Int, month: Int, day: Int) {
        #expect(date(serial)?.days == days(year, month, day))
    }

    @Test("the 1904 calendar")
    func calendar1904() {
        #expect(date(1, is1904: true)?.days == days(1904, 1, 2))
        #expect(date(43_538, is1904: true)?.days == days(2023, 3, 15))
    }

    @Test("no dates")
    func outside() {
        #expect(date(2_958_466) == nil)
        #expect(date(-700_000) == nil)
        #expect(date(.infinity) == nil)
        #expect(date(1e300, .duration) == nil)
    }

    @Test("forms")
    func forms() {
        #expect(date(45_000, .date)?.form == .date)
        #expect(date(45_000.5, .date)?.form == .dateTime)
        #expect(date(0.25, .time) == SheetDate(form: .time, days: 0, microseconds: 21_600_000_000))
        #expect(date(0.25, .dateTime)?.form == .time)
        #expect(date(45_000.25, .time)?.form == .dateTime)
        #expect(date(1.5, .duration) == SheetDate(form: .duration, days: 0, microseconds: 129_600_000_000))
        #expect(date(-0.5, .duration)?.microseconds == -43_200_000_000)
    }

    @Test("what is written is read back, to the microsecond", arguments: [1, 3, 499, 123_456, 999_999, 500_000_001])
    func roundTrip(microseconds: Int) {
        for day in stride(from: -20_000, to: 30_000, by: 997) {
            let moment = SheetDate(form: .dateTime, days: day, microseconds: 45_296_000_000 + microseconds)
            for is1904 in [false, true] where !is1904 || day > -20_000 {
                let serial = SerialDate.serial(moment, is1904: is1904)
                let read = date(serial, is1904: is1904)
                // 15 or fewer digits happen to be short: then the nearest whole millisecond is taken.
                let count = serial.description.count { $0 != "." && $0 != "-" }
                #expect(count <= 15 || read == moment)
            }
        }
    }

    @Test("one microsecond before midnight stays before it")
    func midnight() {
        #expect(date(45_000.99999999999)?.days == days(2023, 3, 15))
        #expect(date(45_000.999999999998)?.days == days(2023, 3, 16))
    }

    @Test(
        "ISO 8601",
        arguments: [
            ("2026-03-31", .date, 0), ("2026-03-31T13:45:30", .dateTime, 49_530_000_000),
            ("2026-03-31T13:45:30.123456Z", .dateTime, 49_530_123_456), ("13:45", .time, 49_500_000_000),
            ("T13:45:30.5", .time, 49_530_500_000), ("PT1H30M", .duration, 5_400_000_000),
            ("PT0.25S", .duration, 250_000), ("2026-03-31 00:00:00", .dateTime, 0),
        ] as [(String, SheetDate.Form, Int)])
    func iso(text: String, form: SheetDate.Form, microseconds: Int) {
        let parsed = ISODate.parse(text)
        #expect(parsed?.form == form)
        #expect(parsed?.microseconds == microseconds)
        if form == .date || form == .dateTime { #expect(parsed?.days == days(2026, 3, 31)) }
    }

    @Test(
        "not ISO 8601",
        arguments: [
            "", "T", "P", "PT", "2026-02-29", "2026-13-01", "2026-00-10", "0000-01-01", "31.03.2026", "24:00", "12:60",
            "12",
            "12:00:60", "2026-03-31T", "PT1X", "PT5M1H", "2026-3-31x", "١٢:٠٠", "12:00:00.", "-1:00",
        ])
    func notISO(text: String) {
        #expect(ISODate.parse(text) == nil)
    }
}
