import Columnar
import Ports
import TestSupport
import Testing

@testable import Quality

@Suite("Order of dates")
struct OrderCheckTests {
    private func failing(_ columns: [(ColumnType, [Int?])]) throws -> [Int] {
        let batch = try TestRows.batch(columns.enumerated().map { ("c\($0)", $1.0, $1.1) })
        var rule = QualityRule(.dateOrder, severity: .quarantine)
        rule.columns = columns.indices.map { "c\($0)" }
        return try TestLoad(rules: [rule]).verdict(batch).aside.map(\.row)
    }

    @Test("equal is in order, and NULL is compared with nothing")
    func dates() throws {
        #expect(try failing([(.date, [1, 2, 3, nil, 5]), (.date, [1, 3, 2, 0, nil])]) == [2])
        // A row that is wrong twice goes once; a NULL in the middle parts the ends.
        #expect(
            try failing([
                (.date, [3, 9, 1, 5]), (.date, [2, nil, 2, 4]), (.date, [1, 1, 1, 9]),
            ]) == [0, 2, 3])
        #expect(try failing([(.date, []), (.date, [])]).isEmpty)
    }

    @Test("a day is its first moment, and nanoseconds are not cut")
    func mixed() throws {
        let day = 86_400_000_000
        let local = ColumnType.timestamp(.microseconds, utc: false)
        let nano = ColumnType.timestamp(.nanoseconds, utc: false)
        #expect(try failing([(.date, [1, 1, 1]), (local, [day - 1, day, day + 1])]) == [0])
        #expect(try failing([(local, [day - 1, day, day + 1]), (.date, [1, 1, 1])]) == [2])
        #expect(try failing([(nano, [1001, 1000, -999]), (local, [1, 1, -1])]) == [0, 2])
        #expect(try failing([(local, [1, 1, -1]), (nano, [1001, 999, -1000])]) == [1])
        // Of one type as they are: neither rounded nor beyond what microseconds reach.
        #expect(try failing([(nano, [1500, 1400, 1600, .max]), (nano, [1500, 1600, 1400, .max])]) == [2])
        #expect(try failing([(local, [.max, .min]), (local, [.min, .max])]) == [0])
        #expect(try failing([(.date, [1, 1]), (.date, [1, 0]), (local, [day, 0])]) == [1])
        #expect(try failing([(.date, [Int(Int32.max), Int(Int32.min)]), (local, [0, 0])]) == [0])
    }

    @Test("as a plain loop finds them", arguments: [1, 2, 3])
    func property(seed: UInt64) throws {
        var random = SeededRandom(seed)
        let columns: [[Int?]] = (0..<3).map { _ in
            (0..<300).map { _ in random.chance(15) ? nil : random.next(below: 6) }
        }
        let expected = (0..<300).filter { row in
            (0..<2).contains { pair in
                guard let a = columns[pair][row], let b = columns[pair + 1][row] else { return false }
                return a > b
            }
        }
        #expect(try failing(columns.map { (.date, $0) }) == expected)
    }
}
