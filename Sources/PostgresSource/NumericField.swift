import Columnar

// The binary form of numeric (src/backend/utils/adt/numeric.c, numeric_send): four 16-bit numbers, then digits.
//
//     ndigits  weight  sign  dscale  digit[0] … digit[ndigits - 1]
//
// A digit is 0…9999; the value is Σ digit[i] × 10000^(weight − i). sign is 0x0000 (+), 0x4000 (−), 0xC000 (NaN),
// 0xD000 (+Infinity) or 0xF000 (−Infinity); dscale is how many digits behind the point are printed.

/// A numeric that the fast path did not take, looked at in full.
struct NumericField {
    enum Outcome: Equatable {
        case value(Int128)
        case notANumber
        case infinity(negative: Bool)
        /// A number that the column's digits cannot hold exactly.
        case unfit
        case corrupt
    }

    private let start: UnsafeRawPointer
    private let count: Int
    private let weight: Int
    private let sign: UInt16
    private let displayScale: Int

    /// Nil when the bytes are not a numeric.
    init?(_ start: UnsafeRawPointer, length: Int) {
        guard length >= 8 else { return nil }
        self.start = start
        count = Int(UInt16(bigEndian: start.loadUnaligned(as: UInt16.self)))
        weight = Int(Int16(bigEndian: start.loadUnaligned(fromByteOffset: 2, as: Int16.self)))
        sign = UInt16(bigEndian: start.loadUnaligned(fromByteOffset: 4, as: UInt16.self))
        displayScale = Int(UInt16(bigEndian: start.loadUnaligned(fromByteOffset: 6, as: UInt16.self)))
        guard length == 8 + 2 * count, displayScale <= 0x3FFF else { return nil }
        guard [0x0000, 0x4000, 0xC000, 0xD000, 0xF000].contains(sign) else { return nil }
        for i in 0..<count where digit(i) > 9999 { return nil }
    }

    private func digit(_ i: Int) -> Int {
        Int(UInt16(bigEndian: start.loadUnaligned(fromByteOffset: 8 + 2 * i, as: UInt16.self)))
    }

    /// The value × 10^scale, exactly, if it has at most `precision` digits.
    func scaled(precision: Int, scale: Int) -> Outcome {
        switch sign {
        case 0xC000: return .notANumber
        case 0xD000: return .infinity(negative: false)
        case 0xF000: return .infinity(negative: true)
        default: break
        }
        let bound = precision == 38 ? PowersOfTen.wide(38) : PowersOfTen.wide(precision)
        var magnitude: UInt128 = 0
        for i in 0..<count {
            let digit = UInt128(digit(i))
            if digit == 0 { continue }
            // The digit's place in units of 10^-scale.
            let exponent = 4 * (weight - i) + scale
            if exponent >= 0 {
                guard exponent <= 38 else { return .unfit }
                let (part, tooBig) = digit.multipliedReportingOverflow(by: PowersOfTen.wide(exponent))
                guard !tooBig, part < bound else { return .unfit }
                magnitude += part  // Both are below 10^38, so the sum is below 2^128.
            } else {
                guard exponent >= -3 else { return .unfit }
                let (quotient, rest) = digit.quotientAndRemainder(dividingBy: PowersOfTen.wide(-exponent))
                guard rest == 0 else { return .unfit }
                magnitude += quotient
            }
            guard magnitude < bound else { return .unfit }
        }
        return .value(sign == 0x4000 ? -Int128(magnitude) : Int128(magnitude))
    }

    /// As psql prints it, cut at 100 characters: for messages.
    var text: String {
        switch sign {
        case 0xC000: return "NaN"
        case 0xD000: return "Infinity"
        case 0xF000: return "-Infinity"
        default: break
        }
        var out = sign == 0x4000 ? "-" : ""
        if weight < 0 { out += "0" }
        if weight >= 0 {
            for i in 0...min(weight, 40) {
                let four = String(i < count ? digit(i) : 0)
                out += i == 0 ? four : String(repeating: "0", count: 4 - four.count) + four
            }
            if weight > 40 { return out + "… (\(4 * (weight + 1)) digits)" }
        }
        guard displayScale > 0 else { return out }
        var fraction = ""
        var i = weight + 1
        while fraction.count < min(displayScale, 80) {
            let four = String(i >= 0 && i < count ? digit(i) : 0)
            fraction += String(repeating: "0", count: 4 - four.count) + four
            i += 1
        }
        return out + "." + fraction.prefix(min(displayScale, 80)) + (displayScale > 80 ? "…" : "")
    }
}
