/// A cell's number from its digits, exactly rounded.
enum DecimalText {
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// Nil where it is no number. Up to 19 digits with up to 19 decimals, and no exponent, are one exact division; the rest
    /// goes to the standard library.
    static func value(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        var index = 0
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative { index = 1 }
        var digits = 0
        var decimals = 0
        var value: UInt64 = 0
        var sawPoint = false
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "."), !sawPoint {
                sawPoint = true
            } else {
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digits < 19 else { return slowly(bytes) }
                value = value &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                digits += 1
                if sawPoint { decimals += 1 }
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        // Both below 2^53 and 10^22 are exact, so that one division rounds right (Clinger 1990).
        let result = value < 1 << 53 ? Double(value) / powers[decimals] : quotient(value, decimals)
        return isNegative ? -result : result
    }

    /// value / 10^decimals, rounded once: 64 bits of the quotient and whether anything is left, then to 53, halves to even.
    private static func quotient(_ value: UInt64, _ decimals: Int) -> Double {
        let divisor = tens[decimals]
        let valueShift = value.leadingZeroBitCount
        let divisorShift = divisor.leadingZeroBitCount
        let high = value << valueShift
        let low = divisor << divisorShift
        // The divisor must be above the high word: halve it where it is not, the lost bit going to the low word.
        let isHalved = high >= low
        let (bits, rest) = low.dividingFullWidth(isHalved ? (high >> 1, high << 63) : (high, 0))
        // bits is in [2^63, 2^64): 64 − 53 = 11 bits go.
        let exponent = (isHalved ? 1 : 0) - 64 - valueShift + divisorShift
        var kept = bits >> 11
        let lost = bits & 0x7FF
        if lost > 0x400 || (lost == 0x400 && (rest != 0 || kept & 1 == 1)) { kept += 1 }
        return Double(sign: .plus, exponent: exponent + 11, significand: Double(kept))
    }

    private static let tens: [UInt64] = (0...19).reduce(into: [1]) { tens, _ in tens.append(tens.last! &* 10) }

    @inline(never)
    private static func slowly(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        // Not what Swift takes besides: "inf", "nan", "0x1p3".
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }
}
