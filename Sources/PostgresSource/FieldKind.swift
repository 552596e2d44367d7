/// How the binary form of one field becomes a value of a column. Dense, so that the decoder's switch is one table jump.
///
/// Kinds are decided once, when the result is described (`TypeMapping`), never per value.
package enum FieldKind: UInt8, Equatable, Sendable {
    case bool
    /// 2, 4 and 8 bytes, big-endian. `int16` widens to the `Int32` that the column stores.
    case int16, int32, int64
    /// 4 or 8 bytes, kept in a narrower column where the value fits it.
    case narrowInteger
    /// An oid: 4 bytes without a sign, stored as `Int64`.
    case unsigned32
    case float32, float64
    /// numeric(p, s) by what stores it: p <= 9, p <= 18, p <= 38.
    case decimal32, decimal64, decimal128
    case date
    /// Microseconds since 2000-01-01, with or without a zone: on the wire both are the same.
    case timestamp
    /// Microseconds since midnight; as they are, or written as `HH:MM:SS.ffffff`.
    case time, timeText
    /// Bytes taken as they stand: text of every sort, enum labels, bytea.
    case bytes
    /// Text of a database without an encoding (SQL_ASCII): checked to be UTF-8.
    case checkedText
    /// char(n) without its pad blanks; the second one for SQL_ASCII.
    case paddedText, checkedPaddedText
    /// A version byte, 1, and then JSON text.
    case jsonb
    /// The same of a database without an encoding.
    case checkedJSONB
    case uuid, uuidText
    case list
}
