import Testing

@testable import ODBCSource

@Suite("Days of the calendar")
struct CalendarTests {
    @Test("every day of 9,999 years, counted one by one")
    func allDays() {
        var expected = -719_162
        var wrong = 0
        for year in 1...9999 {
            let isLeap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0)
            for (index, length) in [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31].enumerated() {
                for day in 1...length {
                    if Calendar.days(year: year, month: index + 1, day: day) != expected { wrong += 1 }
                    expected += 1
                }
                for day in [0, length + 1, 32, -1] where Calendar.days(year: year, month: index + 1, day: day) != nil {
                    wrong += 1
                }
            }
        }
        #expect(wrong == 0)
        #expect(expected == 2_932_897)
    }

    @Test(
        "no days",
        arguments: [
            (0, 0, 0), (0, 1, 1), (-1, 1, 1), (10_000, 1, 1), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0), (2023, 2, 29),
        ])
    func none(year: Int, month: Int, day: Int) {
        #expect(Calendar.days(year: year, month: month, day: day) == nil)
    }

    @Test("as text, also what is no day")
    func text() {
        #expect(Calendar.text(year: 0, month: 0, day: 0) == "0000-00-00")
        #expect(Calendar.text(year: -44, month: 3, day: 15) == "-0044-03-15")
    }
}
