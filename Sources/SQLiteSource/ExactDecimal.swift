/// A decimal number as it is written: ±digits × 10^exponent, with nothing rounded.
struct ExactDecimal: Equatable {
    var isNegative = false
    var digits: UInt128 = 0
    var exponent = 0

    /// Nil where the bytes are no number, or one of more than 38 digits that are not zeros at its ends.
    init?(_ text: UnsafeRawBufferPointer) {
        var at = 0
        if at < text.count, text[at] == UInt8(ascii: "-") || text[at] == UInt8(ascii: "+") {
            isNegative = text[at] == UInt8(ascii: "-")
            at += 1
        }
        var seen = false
        var behindPoint = false
        // Zeros are added only once a digit follows them: trailing ones need no room.
        var zeros = 0
        var significant = 0
        while at < text.count {
            let byte = text[at]
            if byte == UInt8(ascii: "."), !behindPoint {
                behindPoint = true
            } else if byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
                seen = true
                if behindPoint { exponent -= 1 }
                zeros += 1
                if byte != UInt8(ascii: "0") {
                    let added = digits == 0 ? 1 : zeros
                    significant += added
                    guard significant <= 38 else { return nil }
                    for _ in 0..<added { digits *= 10 }
                    digits += UInt128(byte - UInt8(ascii: "0"))
                    zeros = 0
                }
            } else {
                break
            }
            at += 1
        }
        guard seen else { return nil }
        if digits != 0 { exponent += zeros } else { exponent = 0 }
        if at < text.count {
            guard text[at] == UInt8(ascii: "e") || text[at] == UInt8(ascii: "E"),
                let power = Self.power(UnsafeRawBufferPointer(rebasing: text[(at + 1)...]))
            else { return nil }
            if digits != 0 { exponent += power }
        }
    }

    init?(_ text: String) {
        var text = text
        let parsed = text.withUTF8 { ExactDecimal(UnsafeRawBufferPointer($0)) }
        guard let parsed else { return nil }
        self = parsed
    }

    private static func power(_ text: UnsafeRawBufferPointer) -> Int? {
        guard (1...6).contains(text.count) else { return nil }
        return Int(String(decoding: text, as: UTF8.self))
    }

    /// The value × 10^scale. `isExact` is false where digits behind that were cut (towards minus infinity); nil where it
    /// has more than `precision` digits.
    func scaled(precision: Int, scale: Int) -> (value: Int128, isExact: Bool)? {
        guard digits != 0 else { return (0, true) }
        let shift = exponent + scale
        var magnitude = digits
        var isExact = true
        if shift >= 0 {
            guard shift <= 38 else { return nil }
            for _ in 0..<shift {
                let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                magnitude = product
            }
        } else {
            for _ in 0..<min(-shift, 40) {
                if magnitude % 10 != 0 { isExact = false }
                magnitude /= 10
            }
            if !isExact, isNegative { magnitude += 1 }
        }
        var bound: UInt128 = 1
        for _ in 0..<precision { bound *= 10 }
        guard magnitude < bound else { return nil }
        return (isNegative ? -Int128(magnitude) : Int128(magnitude), isExact)
    }
}

extension ExactDecimal {
    /// Digits before the point; one for what is below 1.
    var wholeDigits: Int { digits == 0 ? 1 : max(1, String(digits).utf8.count + exponent) }
}
