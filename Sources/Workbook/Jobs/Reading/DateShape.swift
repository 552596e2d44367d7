/// Whether a text that is meant for a watermark looks like a date, and whether that date exists. Anything else is left to
/// the database, in the column's own type.
enum DateShape: Equatable {
    case none, valid, invalid
    /// `01/02/2026`.
    case ambiguous

    init(_ text: String) {
        let bytes = Array(text.utf8)
        let isISO =
            bytes.count >= 10 && bytes[4] == UInt8(ascii: "-") && bytes[7] == UInt8(ascii: "-")
            && [0, 1, 2, 3, 5, 6, 8, 9].allSatisfy { Self.isDigit(bytes[$0]) }
        if isISO, bytes.count == 10 || Self.isDivider(bytes[10]) {
            func number(_ range: Range<Int>) -> Int { bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) } }
            let exists = CivilDate.isValid(year: number(0..<4), month: number(5..<7), day: number(8..<10))
            self = exists && (bytes.count == 10 || Self.isClock(bytes[11...])) ? .valid : .invalid
            return
        }
        let date = bytes.prefix { !Self.isDivider($0) }
        for separator in [UInt8(ascii: "/"), UInt8(ascii: ".")] where date.contains(separator) {
            let numbers = date.split(separator: separator, omittingEmptySubsequences: false)
            guard numbers.count == 3, numbers.allSatisfy({ (1...4).contains($0.count) && $0.allSatisfy(Self.isDigit) }),
                numbers[2].count == 4 || numbers[2].count == 2, numbers[0].count <= 2
            else { continue }
            self = .ambiguous
            return
        }
        self = .none
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
    private static func isDivider(_ byte: UInt8) -> Bool { byte == 0x20 || byte == UInt8(ascii: "T") }

    /// `12:30`, `12:30:59.123456`, with whatever zone follows; what is no clock at all is left to the database.
    private static func isClock(_ text: ArraySlice<UInt8>) -> Bool {
        let fields = text.prefix { isDigit($0) || $0 == UInt8(ascii: ":") }.split(separator: UInt8(ascii: ":"))
        guard fields.count >= 2 else { return true }
        return zip(fields, [24, 59, 60]).allSatisfy { field, limit in
            field.count <= 2 && field.reduce(0) { $0 * 10 + Int($1 - 0x30) } <= limit
        }
    }
}
