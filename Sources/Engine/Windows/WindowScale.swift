import Ports

/// Where the values of one watermark column lie, exactly: a text that has no exact place is refused. Values that were seen
/// before are said as they were spelled then.
struct WindowScale {
    let sort: KeySort
    let ends: WindowEnds
    let column: String
    /// The column's type, as its values are tagged.
    let type: String
    private let scale: KeyScale?
    private var spellings: [Int128: WatermarkText] = [:]
    private var last: (text: WatermarkText, position: Int128)?

    /// Nil for text, whose order only the database knows.
    init?(_ moment: WindowMoment, column: String, recorded: WatermarkText?) {
        guard moment.sort != .text else { return nil }
        sort = moment.sort
        ends = moment.ends
        self.column = column
        type = moment.high?.type ?? recorded?.type ?? Self.tag(moment.sort)
        scale = KeyScale(moment.sort)
    }

    // MARK: - Texts

    /// A value that the source or a record gave. Nil where it is not exactly a value of this column.
    mutating func place(_ text: WatermarkText) -> Int128? {
        // A table may have thousands of slices, each of which begins where another ends.
        if let last, last.text == text { return last.position }
        let found: Int128?
        if text.type == type, let scale {
            found = scale.position(text.value)
        } else {
            found = WatermarkShape.hasZone(text.value) == isZoned || !isTime ? exact(text.value) : nil
        }
        guard let found else { return nil }
        last = (text, found)
        if spellings[found] == nil || text.type == type {
            spellings[found] = WatermarkText(value: text.value, type: type)
        }
        return found
    }

    /// A value that a person gave. `place` says where it stands.
    func place(_ text: String, in place: String, notes: inout [String]) throws(EngineFault) -> Int128 {
        let found = VisibleText.quoted(text)
        if isTime, WatermarkShape.hasZone(text) != isZoned {
            guard isZoned else {
                throw EngineFault(
                    .configuration, "\(place): \(found) has a zone, but \(column) (\(type)) has none",
                    remedy: "Write the time as the column shows it, \(form).")
            }
            notes.append("\(place): \(found) has no zone and is read as UTC.")
        }
        guard let position = exact(text) else {
            throw EngineFault(
                .configuration, "\(place): \(found) is not a value of \(column) (\(type))",
                remedy: "Write \(form).")
        }
        return position
    }

    func text(_ position: Int128) -> WatermarkText {
        spellings[position] ?? WatermarkText(value: plain(position), type: type)
    }

    func text(_ place: WindowPlace) -> WatermarkText? { place.position.map(text) }

    private func plain(_ position: Int128) -> String {
        guard let scale else {
            let digits = String(position, radix: 16, uppercase: true)
            return "0x" + String(repeating: "0", count: max(0, 16 - digits.count)) + digits
        }
        return scale.text(position)
    }

    /// What a value looks like, for people.
    private var form: String {
        switch sort {
        case .integer: "a whole number, such as 12345"
        case .decimal(let scale): "a number with at most \(scale) digits behind the point"
        case .date: "a date, such as 2026-02-01"
        case .time(let digits, let zone):
            "a date, or a time with at most \(digits) digits behind the second, such as 2026-02-01 13:30:00"
                + (zone ? "+00:00" : "")
        case .binary: "0x and 16 hexadecimal digits"
        case .text: "a text"
        }
    }

    // MARK: - Distances

    var isTime: Bool { if case .time = sort { true } else { false } }
    private var isZoned: Bool { if case .time(_, true) = sort { true } else { false } }
    var isDate: Bool { sort == .date }
    /// Whether the database's clock says where its windows end.
    var isClocked: Bool { isTime || isDate }

    /// What a person means by "from here on": windows of numbers begin behind their lower end.
    func inclusive(_ position: Int128) -> Int128 { ends == .high ? position - 1 : position }
    /// The value that a person would write for it.
    func spoken(_ position: Int128) -> Int128 { ends == .high ? position + 1 : position }

    /// Of so many seconds; days are rounded up. Nil where the column is no time.
    func width(seconds: Int) -> Int128? {
        switch sort {
        case .date: Int128((seconds + 86_399) / 86_400)
        case .time(let digits, _): Int128(seconds) * KeyScale.power(digits)
        default: nil
        }
    }

    /// Of so many whole numbers. Nil where the column is a time.
    func width(ids: Int) -> Int128? {
        switch sort {
        case .integer, .binary: Int128(ids)
        case .decimal(let scale): Int128(ids).multipliedReportingOverflow(by: KeyScale.power(scale)).partialValue
        default: nil
        }
    }

    /// So many months later, the day of the month at most its last. Nil where the column is no time.
    func adding(months: Int, to position: Int128) -> Int128? {
        guard isClocked, let scale else { return nil }
        let text = scale.text(position)
        guard let year = Int(text.prefix(4)), let month = Int(text.dropFirst(5).prefix(2)),
            let day = Int(text.dropFirst(8).prefix(2))
        else { return nil }
        let count = year * 12 + month - 1 + months
        for last in stride(from: day, through: 28, by: -1) + [min(day, 28)] {
            let date = [count / 12, count % 12 + 1, last].map(String.init)
            let padded = String(repeating: "0", count: max(0, 4 - date[0].count)) + date[0]
            let other = date.dropFirst().map { $0.count < 2 ? "0" + $0 : $0 }
            let moved = padded + "-" + other.joined(separator: "-")
            if WatermarkShape.isReal(moved) { return scale.position(moved + text.dropFirst(10)) }
        }
        return nil
    }

    // MARK: - Exactly

    private func exact(_ text: String) -> Int128? {
        switch sort {
        case .text: return nil
        case .binary:
            guard text.lowercased().hasPrefix("0x"), (1...16).contains(text.utf8.count - 2),
                let number = UInt64(text.dropFirst(2), radix: 16), !text.contains("+")
            else { return nil }
            return Int128(number)
        case .integer, .decimal:
            let digits: Int = if case .decimal(let scale) = sort { scale } else { 0 }
            guard WatermarkShape.fraction(text, behind: ".") <= digits else { return nil }
            return scale?.position(text)
        case .date:
            guard WatermarkShape.isReal(text), let fine = KeyScale(.time(digits: 9, zone: false))?.position(text),
                fine % (86_400 * KeyScale.power(9)) == 0
            else { return nil }
            return scale?.position(text)
        case .time(let digits, _):
            guard WatermarkShape.isReal(text), WatermarkShape.fraction(text, behind: ".") <= digits else { return nil }
            return scale?.position(text)
        }
    }

    private static func tag(_ sort: KeySort) -> String {
        switch sort {
        case .integer: "integer"
        case .decimal(let scale): "numeric(38,\(scale))"
        case .date: "date"
        case .time(let digits, let zone): zone ? "timestamptz(\(digits))" : "timestamp(\(digits))"
        case .binary: "rowversion"
        case .text: "text"
        }
    }
}
