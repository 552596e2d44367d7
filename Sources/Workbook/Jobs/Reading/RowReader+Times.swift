import Ports

extension RowReader {
    /// Seconds or, where the number has no unit, what the column says of it.
    func duration(_ column: Column) -> DurationText? {
        let text: String
        switch value(column) {
        case nil, .empty, .error: return nil
        case .number(let number, let digits):
            text = NumberCell.plain(number, digits: digits)
            if let whole = NumberCell.whole(number), whole > 0 { return .bare(whole) }
        case .date(let date) where date.form == .time || date.form == .duration:
            text = date.plainText
            let seconds = date.microseconds / 1_000_000
            if seconds > 0 {
                report(.note, column, value: text, "The cell is a time; read as \(DurationText.words(seconds)).")
                return .seconds(seconds)
            }
        case .date(let date): text = date.plainText
        case .boolean(let flag): text = flag ? "TRUE" : "FALSE"
        case .text(let found):
            text = found
            if let known = scope.durations.value(column.rawValue, found) { return known }
            if let duration = DurationText(found) {
                scope.durations.keep(duration, column.rawValue, found)
                return duration
            }
        }
        report(
            .error, column, value: text,
            "\(VisibleText.quoted(text)) is not a duration. Write 90s, 5m, 1h or 7d\(bareNumberWords(column)).")
        return nil
    }

    private func bareNumberWords(_ column: Column) -> String {
        if case .duration(let unit) = column.spec.kind { "; a number alone counts \(unit)" } else { "" }
    }

    /// A value of the watermark column as text, nothing lost.
    func watermark(_ column: Column) -> String? {
        switch value(column) {
        case nil, .empty, .error: return nil
        case .text(let text):
            checkDateShape(of: text, column)
            return text
        case .number(let number, let digits):
            let text = NumberCell.plain(number, digits: digits)
            if abs(number) >= 1e15 {
                report(
                    .error, column, value: text,
                    "Spreadsheets keep only 15 digits of a number; the last ones of \(text) may be lost. Format the cell as "
                        + "text and write the value again.")
                return nil
            }
            if !scope.isCSV, number == number.rounded(), (29_221...62_093).contains(number) {
                let date = SheetDate(form: .date, days: Int(number) - 25_569, microseconds: 0)
                report(
                    .note, column, value: text,
                    "Read as the number \(text). If the date \(date.plainText) is meant, format the cell as a date.")
            }
            return text
        case .date(let date):
            if let text = date.watermarkText { return text }
            report(.error, column, value: date.plainText, "\(date.plainText) is a time of day without a date.")
            return nil
        case .boolean(let flag):
            let text = flag ? "TRUE" : "FALSE"
            report(.error, column, value: text, "\(text) is not a value that a watermark can have.")
            return nil
        }
    }

    private func checkDateShape(of text: String, _ column: Column) {
        switch DateShape(text) {
        case .none, .valid: break
        case .invalid: report(.error, column, value: text, "\(VisibleText.quoted(text)) is not a date that exists.")
        case .ambiguous:
            report(
                .error, column, value: text,
                "\(VisibleText.quoted(text)) is a date that databases read in different ways. Write it as year-month-day: 2026-02-01."
            )
        }
    }

    func schedule(_ column: Column) -> JobSchedule? {
        let text: String
        switch value(column) {
        case nil, .empty, .error: return nil
        case .date(let date) where date.form == .time || date.form == .duration:
            return daily(microseconds: date.microseconds, shown: date.plainText, column)
        case .number(let number, _) where number >= 0 && number < 1:
            return daily(microseconds: Int((number * 86_400_000_000).rounded()), shown: String(number), column)
        case .number(let number, let digits): text = NumberCell.plain(number, digits: digits)
        case .date(let date): text = date.plainText
        case .boolean(let flag): text = flag ? "TRUE" : "FALSE"
        case .text(let found):
            text = found
            if let known = scope.schedules.value(column.rawValue, found) { return known }
            do throws(CronSchedule.Mistake) {
                if let schedule = try ScheduleText.schedule(found) {
                    scope.schedules.keep(schedule, column.rawValue, found)
                    return schedule
                }
            } catch {
                report(
                    .error, column, value: found,
                    "\(VisibleText.quoted(error.text)) is not a \(error.field) of cron. Allowed: \(error.allowed), *, lists with "
                        + "commas, ranges with -, steps with /.")
                return nil
            }
        }
        report(
            .error, column, value: text,
            "\(VisibleText.quoted(text)) is not a schedule. Write daily 06:00, hourly, or the five fields of cron "
                + "(minute hour day month weekday), such as 0 6 * * 1-5.")
        return nil
    }

    private func daily(microseconds: Int, shown: String, _ column: Column) -> JobSchedule {
        // To the nearest minute, but never to the next day.
        let minute = min(1439, (microseconds + 30_000_000) / 60_000_000)
        report(
            .note, column, value: shown, "The cell is a time of day; read as daily \(ScheduleText.clock(minute)).")
        return .daily(minuteOfDay: minute)
    }
}
