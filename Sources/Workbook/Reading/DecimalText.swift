/// A cell's number from its digits, exactly rounded.
enum DecimalText {
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    /// Nil where it is no number. Up to 15 digits without exponent are exact by one division (Clinger 1990), the rest goes
    /// to the standard library.
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
                guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digits < 15 else { return slowly(bytes) }
                value = value &* 10 &+ UInt64(byte &- UInt8(ascii: "0"))
                digits += 1
                if sawPoint { decimals += 1 }
            }
            index += 1
        }
        guard digits > 0 else { return nil }
        let result = Double(value) / powers[decimals]
        return isNegative ? -result : result
    }

    @inline(never)
    private static func slowly(_ bytes: UnsafeBufferPointer<UInt8>) -> Double? {
        // Not what Swift takes besides: "inf", "nan", "0x1p3".
        guard bytes.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }
}
