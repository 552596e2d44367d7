import Columnar
import Ports

/// A number as a driver writes it: `[ ]*[+-]digits[.digits][E[+-]digits]`. Read exactly or not at all.
struct DecimalText {
    private let start: UnsafePointer<UInt8>
    private let count: Int

    init(_ cell: UnsafeRawPointer, _ length: Int) {
        start = cell.assumingMemoryBound(to: UInt8.self)
        count = length
    }

    /// The number times 10^scale; nil where that is no integer, has more than 38 digits, or the text is no number.
    func scaled(by scale: Int) -> Int128? {
        var i = 0
        while i < count && start[i] == UInt8(ascii: " ") { i += 1 }
        var isNegative = false
        if i < count, start[i] == UInt8(ascii: "-") || start[i] == UInt8(ascii: "+") {
            isNegative = start[i] == UInt8(ascii: "-")
            i += 1
        }
        // Significant digits without the zeros around them, and how many stand behind the point.
        var magnitude: UInt128 = 0
        var digits = 0
        var pendingZeros = 0
        var behindPoint = 0
        var hasDigit = false
        var hasPoint = false
        while i < count {
            let byte = start[i]
            if byte == UInt8(ascii: ".") && !hasPoint {
                hasPoint = true
            } else if byte &- 0x30 <= 9 {
                hasDigit = true
                if hasPoint { behindPoint += 1 }
                if byte == 0x30 && digits == 0 {
                    // A leading zero.
                } else if byte == 0x30 {
                    pendingZeros += 1
                } else {
                    digits += pendingZeros + 1
                    // 1. at most 38 digits, so the product is below 10^38 < 2^127.
                    guard digits <= 38 else { return nil }
                    magnitude = magnitude * PowersOfTen.wide(pendingZeros + 1) + UInt128(byte &- 0x30)
                    pendingZeros = 0
                }
            } else {
                break
            }
            i += 1
        }
        guard hasDigit, let exponent = exponent(&i) else { return nil }
        while i < count && start[i] == UInt8(ascii: " ") { i += 1 }
        guard i == count else { return nil }
        guard magnitude != 0 else { return 0 }
        // value = magnitude × 10^(pendingZeros − behindPoint + exponent)
        let shift = pendingZeros - behindPoint + exponent + scale
        guard shift >= 0, digits + shift <= 38 else { return nil }
        let value = Int128(magnitude * PowersOfTen.wide(shift))
        return isNegative ? -value : value
    }

    private func exponent(_ i: inout Int) -> Int? {
        guard i < count, start[i] | 0x20 == UInt8(ascii: "e") else { return 0 }
        i += 1
        var isNegative = false
        if i < count, start[i] == UInt8(ascii: "-") || start[i] == UInt8(ascii: "+") {
            isNegative = start[i] == UInt8(ascii: "-")
            i += 1
        }
        var value = 0
        let first = i
        while i < count, start[i] &- 0x30 <= 9 {
            value = value * 10 + Int(start[i] &- 0x30)
            guard value < 1000 else { return nil }
            i += 1
        }
        guard i > first else { return nil }
        return isNegative ? -value : value
    }

    /// The usual case: a sign, at most 18 digits and a point, as many behind it as `scale` or fewer. `.min` for all else.
    @inline(__always)
    static func fast(_ cell: UnsafeRawPointer, _ length: Int, scale: Int, powers: UnsafePointer<UInt64>) -> Int64 {
        let text = cell.assumingMemoryBound(to: UInt8.self)
        var i = 0
        let isNegative = text[0] == UInt8(ascii: "-")
        if isNegative { i = 1 }
        // A sign, 18 digits and a point.
        guard length > i, length <= 19 &+ i else { return .min }
        var value: UInt64 = 0
        var point = length
        while i < length {
            let digit = text[i] &- 0x30
            if digit > 9 {
                guard text[i] == UInt8(ascii: "."), point == length else { return .min }
                point = i
            } else {
                value = value &* 10 &+ UInt64(digit)
            }
            i &+= 1
        }
        let behind = point == length ? 0 : length &- point &- 1
        let missing = scale &- behind
        // 1. 19 digits without a point would not be below 10^18; 2. digits + missing <= 18 keeps the product below 10^18.
        let digits = length &- (isNegative ? 1 : 0) &- (point == length ? 0 : 1)
        guard missing >= 0, digits > 0, digits &+ missing <= 18 else { return .min }
        let scaled = Int64(truncatingIfNeeded: value &* powers[missing])
        return isNegative ? 0 &- scaled : scaled
    }
}

extension ColumnConverter {
    mutating func convertDecimals(_ cells: Cells, into column: Column) throws(ODBCFault) {
        switch column.valueWidth {
        case 4: try convertDecimals(cells, into: column, as: Int32.self)
        case 8: try convertDecimals(cells, into: column, as: Int64.self)
        default: try convertDecimals(cells, into: column, as: Int128.self)
        }
    }

    private mutating func convertDecimals<T: FixedWidthInteger & BitwiseCopyable>(
        _ cells: Cells, into column: Column, as type: T.Type
    ) throws(ODBCFault) {
        var converter = self
        let (scale, powers) = (scale, powers)
        // Up to 18 digits the bound has 64 bits; the fast path gives no more.
        let fastBound = UInt64(min(bound, UInt128(UInt64.max)))
        try each(cells, into: column, as: T.self) { row, cell, length throws(ODBCFault) in
            let value = DecimalText.fast(cell, length, scale: scale, powers: powers)
            if value != .min && value.magnitude < fastBound { return T(truncatingIfNeeded: value) }
            return try converter.decimalSlowly(row, cell, length).map { T(truncatingIfNeeded: $0) }
        }
        self = converter
    }

    @inline(never)
    private mutating func decimalSlowly(
        _ row: Int, _ cell: UnsafeRawPointer, _ length: Int
    ) throws(ODBCFault) -> Int128? {
        let value = DecimalText(cell, length).scaled(by: scale)
        if let value, value.magnitude < bound { return value }
        guard length > 0, !isNumber(cell, length) else {
            throw ODBCFault(
                .permanent,
                "\(place(row)): \(isConcealed ? ColumnChoices.concealed : shown(cell, length)) does not fit \(type) exactly",
                remedy: "Choose another type for this column: decimal with more digits (decimal(38,s)), string, or "
                    + "double.",
                column: name)
        }
        // NaN, Infinity, ~.
        try unfit(row, shown(cell, length))
        return nil
    }

    private func isNumber(_ cell: UnsafeRawPointer, _ length: Int) -> Bool {
        let bytes = UnsafeRawBufferPointer(start: cell, count: length)
        return bytes.contains { (0x30...0x39).contains($0) }
    }
}
