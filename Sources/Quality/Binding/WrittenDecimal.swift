/// A number as a person wrote it, exact: `-12.50`, `1e6`.
struct WrittenDecimal: Equatable {
    private let isNegative: Bool
    /// Without the point, leading zeros gone.
    private let digits: [UInt8]
    /// How many of the digits stand behind the point; negative where zeros follow before it.
    private let scale: Int

    init?(_ text: String) {
        var bytes = Array(text.utf8)[...]
        isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
        var exponent = 0
        if let mark = bytes.firstIndex(where: { $0 | 0x20 == UInt8(ascii: "e") }) {
            guard let written = Int(String(decoding: bytes[(mark + 1)...], as: UTF8.self)), written.magnitude <= 1000
            else {
                return nil
            }
            exponent = written
            bytes = bytes[..<mark]
        }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let all = parts.joined()
        guard !all.isEmpty, all.count <= 1000, all.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        digits = Array(all.drop { $0 == 0x30 }.map { $0 - 0x30 })
        scale = (parts.count > 1 ? parts[1].count : 0) - exponent
    }

    /// The least number of units of 10^-scale that is not below it. Beyond 128 bits: the greatest, or the least, of them.
    func units(roundedUp scale: Int) -> Int128 {
        let (units, isExact) = magnitude(scale)
        return isNegative ? -units : isExact || units == .max ? units : units + 1
    }

    /// The greatest number of units of 10^-scale that is not above it.
    func units(roundedDown scale: Int) -> Int128 {
        let (units, isExact) = magnitude(scale)
        return !isNegative ? units : isExact || units == .max ? -units : -units - 1
    }

    /// Nil where it is not a whole number of units.
    func units(exactly scale: Int) -> Int128? {
        let (units, isExact) = magnitude(scale)
        guard isExact, units != .max else { return nil }
        return isNegative ? -units : units
    }

    private func magnitude(_ scale: Int) -> (units: Int128, isExact: Bool) {
        // Digits of the quotient; what stands behind them makes it inexact.
        let kept = digits.count - self.scale + scale
        var value: Int128 = 0
        for index in 0..<max(0, kept) {
            let digit = index < digits.count ? Int128(digits[index]) : 0
            if value == 0, index >= digits.count { return (0, true) }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = product.addingReportingOverflow(digit)
            if overflow || tooLarge { return (.max, false) }
            value = sum
        }
        return (value, digits.dropFirst(max(0, kept)).allSatisfy { $0 == 0 })
    }
}
