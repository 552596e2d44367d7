import Columnar
import Ports

/// The first day of a value's month or year, or the beginning of its day; in its own type. Instants by their UTC calendar.
struct TruncateMask: ColumnMask {
    let type: ColumnType
    let unit: ColumnRule.DateUnit

    func makeMasker() throws -> any ColumnMasker { TruncateMasker(type, unit) }
}

private final class TruncateMasker: ColumnMasker {
    private let unit: ColumnRule.DateUnit
    /// Nil: days.
    private let perDay: Int64?

    init(_ type: ColumnType, _ unit: ColumnRule.DateUnit) {
        self.unit = unit
        switch type {
        case .timestamp(.microseconds, _): perDay = 86_400_000_000
        case .timestamp(.nanoseconds, _): perDay = 86_400_000_000_000
        default: perDay = nil
        }
    }

    func append(_ column: Column, to masked: Column) throws {
        MaskedColumn.take(column, to: masked)
        let count = column.valueCount
        guard let perDay else {
            let values = column.values.assumingMemoryBound(to: Int32.self)
            let out = masked.values.assumingMemoryBound(to: Int32.self)
            for index in 0..<count { out[index] = Int32(truncatingIfNeeded: firstDay(Int64(values[index]))) }
            return
        }
        let values = column.values.assumingMemoryBound(to: Int64.self)
        let out = masked.values.assumingMemoryBound(to: Int64.self)
        for index in 0..<count {
            let value = values[index]
            let days = value / perDay - (value % perDay < 0 ? 1 : 0)
            // Only at the very edge of nanoseconds (1677) can the day begin before what the type holds.
            let (start, overflow) = firstDay(days).multipliedReportingOverflow(by: perDay)
            guard !overflow else {
                throw MaskFault(
                    .permanent, "A date begins before 1677-09-21, where nanoseconds begin",
                    remedy: "Use the type timestamp for the column.")
            }
            out[index] = start
        }
    }

    private func firstDay(_ days: Int64) -> Int64 {
        if unit == .day { return days }
        let date = CivilDate(days: Int(days))
        return Int64(CivilDate(year: date.year, month: unit == .year ? 1 : date.month, day: 1).days)
    }
}
