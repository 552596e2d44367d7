/// Days since the workbook's epoch, the fraction being the time of day.
enum SerialDate {
    /// Days from 1970-01-01 to 1899-12-30: day 61 (1900-03-01) and all after it count right from there. Excel's calendar
    /// has a 1900-02-29 that never was (day 60), so that the days before it are one off.
    private static let epoch1900 = -25_569
    private static let epoch1904 = -24_107
    private static let firstDay = -719_162  // 0001-01-01
    private static let lastDay = 2_932_896  // 9999-12-31
    static let microsecondsPerDay = 86_400_000_000

    /// Nil where the serial is no date between the years 1 and 9999.
    ///
    /// A serial has 15 digits as Excel writes it, or 17: about 5 or 0.5 microseconds. Where a whole millisecond lies within
    /// that, it is what was meant: 13:45:30 is stored as 0.573263888888889. `digits` is the serial as written.
    static func date(
        _ serial: Double, kind: NumberFormat.Kind, digits: UnsafeBufferPointer<UInt8>, is1904: Bool
    ) -> SheetDate? {
        // A hundred million days of microseconds fit 64 bits.
        guard serial.isFinite, abs(serial) < (kind == .duration ? 1e8 : 4e6) else { return nil }
        let doubt = uncertainty(serial, digits)
        if kind == .duration {
            return SheetDate(form: .duration, days: 0, microseconds: whole(serial * 86_400e6, doubt))
        }
        var day = Int(serial.rounded(.down))
        var time = whole((serial - serial.rounded(.down)) * 86_400e6, doubt)
        if time >= microsecondsPerDay {
            time -= microsecondsPerDay
            day += 1
        }
        // As openpyxl and Excel show it: less than a day is a time of day, whatever the format says besides.
        if serial >= 0, serial < 1, day == 0 { return SheetDate(form: .time, days: 0, microseconds: time) }
        if !is1904, serial > 0, serial < 60 { day += 1 }
        let days = day + (is1904 ? epoch1904 : epoch1900)
        guard days >= firstDay, days <= lastDay else { return nil }
        return SheetDate(form: kind == .date && time == 0 ? .date : .dateTime, days: days, microseconds: time)
    }

    /// The serial of a date, to be written with 17 digits.
    static func serial(_ date: SheetDate, is1904: Bool) -> Double {
        let fraction = Double(date.microseconds) / 86_400e6
        switch date.form {
        case .time, .duration: return fraction
        case .date, .dateTime:
            var day = date.days - (is1904 ? epoch1904 : epoch1900)
            if !is1904, day > 0, day <= 60 { day -= 1 }
            return Double(day) + fraction
        }
    }

    private static func whole(_ microseconds: Double, _ doubt: Double) -> Int {
        let milliseconds = (microseconds / 1000).rounded() * 1000
        return Int(abs(milliseconds - microseconds) <= doubt ? milliseconds : microseconds.rounded())
    }

    /// In microseconds: half of the last bit; where there are no more than 15 digits, half of the 15th and the bits that were
    /// lost before and after. 16 or 17 digits name the number exactly.
    private static func uncertainty(_ serial: Double, _ digits: UnsafeBufferPointer<UInt8>) -> Double {
        let lastBit = serial.ulp / 2 * 86_400e6
        var count = 0
        for byte in digits {
            if byte | 0x20 == UInt8(ascii: "e") { break }
            let isDigit = byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
            if isDigit, byte != UInt8(ascii: "0") || count > 0 { count += 1 }
        }
        guard count <= 15 else { return lastBit }
        var unit = 0.5e-15
        var rest = abs(serial)
        while rest >= 1 {
            rest /= 10
            unit *= 10
        }
        return unit * 86_400e6 + 2 * lastBit
    }
}
