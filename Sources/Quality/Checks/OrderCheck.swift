import Columnar

/// Finds rows in which a column is later than the one behind it. Where either is NULL the two are not compared.
///
/// Columns of one type are compared as they are. Else days are their first moment, and nanoseconds are compared with
/// microseconds exactly, by rounding up on the left and down on the right.
final class OrderCheck {
    private let columns: [Int]
    /// Microseconds, or whatever both columns count in, by slot; garbage for NULL.
    private var left: [Int64] = []
    private var right: [Int64] = []

    init(columns: [Int]) { self.columns = columns }

    /// Why columns of these types cannot be compared; nil where they can.
    static func misfit(_ a: ColumnType, _ b: ColumnType) -> String? {
        switch (a, b) {
        case (.date, .date), (.time, .time): return nil
        case (.date, .timestamp(_, let utc)), (.timestamp(_, let utc), .date):
            return utc ? "a date has no zone, and the timestamp has one" : nil
        case (.timestamp(_, let first), .timestamp(_, let second)):
            return first == second ? nil : "a timestamp with a zone and one without cannot be compared"
        default: return "both must be dates, both times, or both timestamps; they are \(a) and \(b)"
        }
    }

    /// Slots in ascending order.
    func failing(in batch: Batch, into failing: inout [Int32]) {
        let rows = batch.rowCount
        if left.count < rows {
            left = [Int64](repeating: 0, count: rows)
            right = left
        }
        for pair in 1..<columns.count {
            let (a, b) = (batch.columns[columns[pair - 1]], batch.columns[columns[pair]])
            let isRaw = a.type == b.type
            Self.spread(a, rows, isRaw: isRaw, roundingUp: true, into: &left)
            Self.spread(b, rows, isRaw: isRaw, roundingUp: false, into: &right)
            let before = failing.count
            left.withUnsafeBufferPointer { left in
                right.withUnsafeBufferPointer { right in
                    var late: Int32 = 0
                    for i in 0..<rows { late &+= left[i] > right[i] ? 1 : 0 }
                    guard late != 0 else { return }
                    for i in 0..<rows where left[i] > right[i] && a.isValid(i) && b.isValid(i) {
                        failing.append(Int32(truncatingIfNeeded: i))
                    }
                }
            }
            // A row that fails twice fails once.
            if before > 0, failing.count > before { failing = Array(Set(failing)).sorted() }
        }
    }

    private static func spread(
        _ column: Column, _ rows: Int, isRaw: Bool, roundingUp: Bool, into slots: inout [Int64]
    ) {
        var value = 0
        let hasNulls = column.nullCount > 0
        switch column.type {
        case .date:
            let days: UnsafePointer<Int32> = column.pointer()
            for slot in 0..<rows where !hasNulls || column.isValid(slot) {
                slots[slot] = isRaw ? Int64(days[value]) : Int64(NewestValue.start(ofDay: days[value]))
                value &+= 1
            }
        case .timestamp(.nanoseconds, _) where !isRaw:
            let values: UnsafePointer<Int64> = column.pointer()
            for slot in 0..<rows where !hasNulls || column.isValid(slot) {
                let (quotient, rest) = values[value].quotientAndRemainder(dividingBy: 1000)
                slots[slot] = roundingUp ? quotient + (rest > 0 ? 1 : 0) : quotient - (rest < 0 ? 1 : 0)
                value &+= 1
            }
        default:
            let values: UnsafePointer<Int64> = column.pointer()
            for slot in 0..<rows where !hasNulls || column.isValid(slot) {
                slots[slot] = values[value]
                value &+= 1
            }
        }
    }
}
