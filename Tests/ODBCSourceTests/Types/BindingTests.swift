import CODBC
import Testing

@testable import ODBCSource

@Suite("Widths of cells")
struct BindingTests {
    private static func width(_ kind: CellKind, size: Int = 0, _ change: (inout Quirks) -> Void = { _ in }) -> Int? {
        var quirks = Quirks()
        change(&quirks)
        return Binding(kind, size: size, digits: 0, quirks: quirks).fullWidth
    }

    @Test("fixed values are as wide as their structures")
    func fixed() {
        #expect(MemoryLayout<SQL_DATE_STRUCT>.size == 6 && MemoryLayout<SQL_TIMESTAMP_STRUCT>.size == 16)
        let widths: [(CellKind, Int)] = [
            (.int32, 4), (.flag, 4), (.int64, 8), (.unsigned64, 8), (.bit, 1), (.float32, 4), (.float64, 8), (.date, 6),
            (.timestamp, 16), (.instant, 20), (.guid, 16), (.guidText, 16),
        ]
        for (kind, width) in widths { #expect(Self.width(kind) == width, "\(kind)") }
    }

    @Test("text: a character has up to four bytes in UTF-8, and up to two units in UTF-16")
    func text() {
        #expect(Self.width(.narrowText, size: 10) == 41)
        #expect(Self.width(.wideText, size: 10) == 42)
        #expect(Self.width(.wideText, size: 10) { $0.countsWidthsInUnits = true } == 22)
        #expect(Self.width(.binary, size: 10) == 10)
        for kind in [CellKind.narrowText, .wideText, .binary, .paddedNarrowText, .paddedWideText] {
            #expect(Self.width(kind) == nil)
            #expect(Self.width(kind, size: 10) { $0.declaredWidthsAreGuesses = true } == nil)
        }
    }

    @Test("dates of a driver that says NULL of zeros are marked, and nothing else is")
    func zeros() {
        var quirks = Quirks(driver: "libmaodbc.so", version: "03.01.0015", database: "MariaDB")
        for kind in [CellKind.date, .timestamp] {
            #expect(Binding(kind, size: 0, digits: 0, quirks: quirks).revealsZeros)
        }
        #expect(!Binding(.int32, size: 0, digits: 0, quirks: quirks).revealsZeros)
        #expect(!quirks.hidesZeroDates)
        // What is not known of later ones is asked for as text.
        quirks = Quirks(driver: "libmaodbc.so", version: "03.02.0001", database: "MariaDB")
        #expect(quirks.hidesZeroDates && !quirks.saysNullOfZeroDates)
        quirks = Quirks(driver: "psqlodbcw.so", version: "13.02.0000", database: "PostgreSQL")
        #expect(!quirks.hidesZeroDates && !quirks.saysNullOfZeroDates)
    }

    @Test("digits: a sign, a zero, a point, and the terminator are room besides")
    func decimals() throws {
        #expect(try #require(Self.width(.decimalText, size: 65)) >= 65 + 4)
        #expect(try #require(Self.width(.decimalText)) >= 38 + 4)
        #expect(try #require(Self.width(.dateText)) > DateText.length)
        #expect(try #require(Self.width(.timestampText)) > DateText.timeLength + 10)
    }
}
