/// Whether a text that is meant for a watermark looks like a date, and whether that date exists. Anything else is left to
/// the database, in the column's own type.
enum DateShape: Equatable {
    case none, valid, invalid
    /// `01/02/2026`.
    case ambiguous

    init(_ text: String) {
        let parts = text.split(whereSeparator: { $0 == " " || $0 == "T" })
        guard let date = parts.first else {
            self = .none
            return
        }
        let bytes = Array(date.utf8)
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        if bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            (Array(bytes[0..<4]) + bytes[5..<7] + bytes[8..<10]).allSatisfy(isDigit)
        {
            func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
            let exists = CivilDate.isValid(year: number(0..<4), month: number(5..<7), day: number(8..<10))
            self = exists && (parts.count < 2 || Self.isClock(parts[1])) ? .valid : .invalid
            return
        }
        for separator in ["/", "."] as [Character] {
            let numbers = date.split(separator: separator, omittingEmptySubsequences: false)
            guard numbers.count == 3,
                numbers.allSatisfy({ (1...4).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) }),
                numbers[2].utf8.count == 4 || numbers[2].utf8.count == 2, numbers[0].utf8.count <= 2
            else { continue }
            self = .ambiguous
            return
        }
        self = .none
    }

    /// `12:30`, `12:30:59.123456`, with whatever zone follows.
    private static func isClock(_ text: Substring) -> Bool {
        let fields = text.prefix { ("0"..."9").contains($0) || $0 == ":" }.split(separator: ":")
        guard fields.count >= 2 else { return true }
        let limits = [24, 59, 60]
        return zip(fields, limits).allSatisfy { field, limit in Int(field).map { $0 <= limit } ?? false }
    }
}
