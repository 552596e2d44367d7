import CODBC

/// How wide the cells of a column are asked for.
struct Binding: Equatable, Sendable {
    /// SQL_C_CHAR…
    var cType: SQLSMALLINT
    /// Bytes of a cell that holds every value, terminator included; nil where nobody knows.
    var fullWidth: Int?
    /// Bytes of the terminator: 0, 1 or 2.
    var terminator: Int
    /// Values differ in length.
    var isVariable: Bool
    /// A cell is filled before a fetch: where the driver says NULL and wrote zeros nevertheless, they are the value.
    var revealsZeros = false

    /// - Parameters:
    ///   - size: characters or bytes as described; 0 unknown.
    ///   - bytesPerCharacter: of text, as it arrives.
    init(_ kind: CellKind, size: Int, digits: Int, quirks: Quirks) {
        func fixed(_ type: Int, _ width: Int) -> Binding {
            Binding(cType: SQLSMALLINT(type), fullWidth: width, terminator: 0, isVariable: false)
        }
        func text(_ width: Int?) -> Binding {
            Binding(cType: SQLSMALLINT(SQL_C_CHAR), fullWidth: width, terminator: 1, isVariable: true)
        }
        let known = size > 0 && !quirks.declaredWidthsAreGuesses ? size : nil
        switch kind {
        case .int32, .flag: self = fixed(Self.signed32, 4)
        case .int64: self = fixed(Self.signed64, 8)
        case .unsigned64: self = fixed(Self.unsigned64, 8)
        case .bit: self = fixed(Int(SQL_C_BIT), 1)
        case .float32: self = fixed(Int(SQL_C_FLOAT), 4)
        case .float64: self = fixed(Int(SQL_C_DOUBLE), 8)
        case .date:
            self = fixed(Int(SQL_C_TYPE_DATE), MemoryLayout<SQL_DATE_STRUCT>.size)
            revealsZeros = quirks.saysNullOfZeroDates
        case .timestamp:
            self = fixed(Int(SQL_C_TYPE_TIMESTAMP), MemoryLayout<SQL_TIMESTAMP_STRUCT>.size)
            revealsZeros = quirks.saysNullOfZeroDates
        // SQL_SS_TIMESTAMPOFFSET_STRUCT: a timestamp and two 16-bit numbers.
        case .instant: self = fixed(Int(SQL_C_BINARY), 20)
        case .guidText, .guid: self = fixed(Int(SQL_C_GUID), 16)
        // Of a decimal: 38 digits, sign and point.
        case .integerText, .narrowIntegerText: self = text(48)
        // A sign, a zero before the point, the point, the terminator, and room for an exponent.
        case .decimalText: self = text(max(38, size) + 10)
        case .timeText, .time: self = text(32)
        // The longest are of 294276 after and of 4713 before Christ.
        case .dateText, .timestampText: self = text(48)
        case .wideText, .paddedWideText:
            let width = quirks.countsWidthsInUnits ? 2 : 4
            self = Binding(
                cType: SQLSMALLINT(SQL_C_WCHAR), fullWidth: known.map { $0 * width + 2 }, terminator: 2,
                isVariable: true)
        case .narrowText, .paddedNarrowText: self = text(known.map { $0 * 4 + 1 })
        case .binary:
            self = Binding(
                cType: SQLSMALLINT(SQL_C_BINARY), fullWidth: known, terminator: 0, isVariable: true)
        }
    }

    // SQL_C_SLONG, SQL_C_SBIGINT, SQL_C_UBIGINT: sums of macros, which Swift does not see.
    private static let signed32 = Int(SQL_C_LONG) + Int(SQL_SIGNED_OFFSET)
    private static let signed64 = Int(SQL_BIGINT) + Int(SQL_SIGNED_OFFSET)
    private static let unsigned64 = Int(SQL_BIGINT) + Int(SQL_UNSIGNED_OFFSET)

    init(cType: SQLSMALLINT, fullWidth: Int?, terminator: Int, isVariable: Bool) {
        self.cType = cType
        self.fullWidth = fullWidth
        self.terminator = terminator
        self.isVariable = isVariable
    }
}
