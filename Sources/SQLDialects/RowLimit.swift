/// How a statement says that it wants only so many rows.
package enum RowLimit: Equatable, Sendable {
    /// `SELECT TOP (10) …`
    case top
    /// `… FETCH FIRST 10 ROWS ONLY`
    case fetchFirst
    /// `… LIMIT 10`
    case limit
    /// `… WHERE ROWNUM <= 10`, for Oracle before 12.
    case rownum
    /// The driver is told (SQL_ATTR_MAX_ROWS), and reading stops.
    case none
}
