/// Row and column of a cell, both from 1; printed as people know it: `J4`.
package struct CellReference: Hashable, Sendable, Comparable, CustomStringConvertible {
    package var row: Int
    package var column: Int

    package static let maximumRow = 1_048_576
    package static let maximumColumn = 16_384

    package init(row: Int, column: Int) {
        self.row = row
        self.column = column
    }

    /// `J4`, also `$J$4`. Nil where it is no cell of a sheet.
    package init?(_ text: String) {
        var column = 0
        var row = 0
        var inDigits = false
        for byte in text.utf8 where byte != UInt8(ascii: "$") {
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z") where !inDigits:
                column = column * 26 + Int(byte - UInt8(ascii: "A")) + 1
            case UInt8(ascii: "a")...UInt8(ascii: "z") where !inDigits:
                column = column * 26 + Int(byte - UInt8(ascii: "a")) + 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                inDigits = true
                row = row * 10 + Int(byte - UInt8(ascii: "0"))
            default: return nil
            }
            guard column <= Self.maximumColumn, row <= Self.maximumRow else { return nil }
        }
        guard column > 0, row > 0 else { return nil }
        self.init(row: row, column: column)
    }

    package var columnLetters: String {
        var letters: [UInt8] = []
        var rest = column
        while rest > 0 {
            letters.append(UInt8(ascii: "A") + UInt8((rest - 1) % 26))
            rest = (rest - 1) / 26
        }
        return String(decoding: letters.reversed(), as: UTF8.self)
    }

    package var description: String { columnLetters + String(row) }

    package static func < (a: CellReference, b: CellReference) -> Bool {
        (a.row, a.column) < (b.row, b.column)
    }
}
