import Ports

extension JobSchedule {
    /// The last moment at or before `now` that the schedule names, as minutes of the wall clock since 1970-01-01. Nil where
    /// there is none within four years, as for 30 February.
    func latest(atOrBefore now: CivilTime) -> Int? {
        let minute = now.hour * 60 + now.minute
        switch self {
        case .daily(let minuteOfDay):
            return (minuteOfDay <= minute ? now.days : now.days - 1) * 1440 + minuteOfDay
        case .cron(let cron):
            for day in 0..<(4 * 366 + 1) {
                let days = now.days - day
                let date = CivilTime(days: days)
                guard cron.includes(date, weekday: Self.weekday(days)) else { continue }
                if let found = cron.lastMinute(upTo: day == 0 ? minute : 1439) { return days * 1440 + found }
            }
            return nil
        }
    }

    /// 0 is Sunday. 1970-01-01 was a Thursday.
    private static func weekday(_ days: Int) -> Int { ((days + 4) % 7 + 7) % 7 }
}

extension CronSchedule {
    fileprivate func includes(_ date: CivilTime, weekday: Int) -> Bool {
        guard months >> UInt64(date.month) & 1 == 1 else { return false }
        let day = days >> UInt64(date.day) & 1 == 1
        let weekday = weekdays >> UInt64(weekday) & 1 == 1
        return restrictsDays && restrictsWeekdays ? day || weekday : day && weekday
    }

    fileprivate func lastMinute(upTo limit: Int) -> Int? {
        for hour in stride(from: limit / 60, through: 0, by: -1) where hours >> UInt64(hour) & 1 == 1 {
            let last = hour == limit / 60 ? limit % 60 : 59
            for minute in stride(from: last, through: 0, by: -1) where minutes >> UInt64(minute) & 1 == 1 {
                return hour * 60 + minute
            }
        }
        return nil
    }
}
