/// How the cells of one column are asked for and turned into values. One kernel each.
package enum CellKind: Equatable, Sendable {
    /// SQL_C_SLONG as it lies there.
    case int32
    /// SQL_C_SBIGINT as it lies there.
    case int64
    /// SQL_C_UBIGINT, kept as decimal(20,0).
    case unsigned64
    /// Digits as text, kept as `Int32` or `Int64`.
    case integerText
    /// The same, kept as `Int32` where the value fits the column's type.
    case narrowIntegerText
    case bit
    /// A number that is 0 or 1.
    case flag
    case float32, float64
    /// Digits with a point as text, kept as a decimal.
    case decimalText
    case date
    case timestamp
    /// The same as text, `YYYY-MM-DD` and `YYYY-MM-DD HH:MM:SS[.fraction]`: shows values that no structure holds.
    case dateText, timestampText
    /// SQL_SS_TIMESTAMPOFFSET: a local time and its offset, kept as an instant.
    case instant
    /// `HH:MM:SS.ffffff` with as many digits as there are; kept with six.
    case timeText
    /// The same, kept as microseconds.
    case time
    /// SQLGUID, kept as 36 characters.
    case guidText
    /// SQLGUID, kept as 16 bytes in network order.
    case guid
    case wideText, narrowText
    /// Without the blanks that char(n) is padded with.
    case paddedWideText, paddedNarrowText
    case binary
}
