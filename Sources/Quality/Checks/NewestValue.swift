import Columnar

/// The newest moment that a column has shown, in microseconds since 1970: of timestamps as they stand, of dates the day's
/// first moment.
struct NewestValue: Equatable, Sendable {
    private(set) var microseconds: Int?

    mutating func see(_ column: Column) {
        guard column.valueCount > 0 else { return }
        let newest: Int
        switch column.type {
        case .date: newest = Self.start(ofDay: Self.greatest(column.pointer(of: Int32.self), column.valueCount))
        case .timestamp(.nanoseconds, _):
            let value = Int(Self.greatest(column.pointer(of: Int64.self), column.valueCount))
            newest = value / 1000 - (value % 1000 < 0 ? 1 : 0)
        default: newest = Int(Self.greatest(column.pointer(of: Int64.self), column.valueCount))
        }
        microseconds = max(microseconds ?? .min, newest)
    }

    mutating func add(_ other: NewestValue) {
        guard let theirs = other.microseconds else { return }
        microseconds = max(microseconds ?? .min, theirs)
    }

    /// Days that lie further off than 64 bits of microseconds reach are as far as those do.
    static func start(ofDay day: Int32) -> Int { min(max(Int(day), -100_000_000), 100_000_000) * 86_400_000_000 }

    private static func greatest<T: FixedWidthInteger>(_ values: UnsafePointer<T>, _ count: Int) -> T {
        var greatest = T.min
        for i in 0..<count { greatest = max(greatest, values[i]) }
        return greatest
    }
}
