/// A sheet (or a CSV file) as it was read: only cells that hold something, in order.
package struct SheetTable: Sendable {
    package var name: String
    package var source: CellSource
    package var isHidden: Bool
    package var rows: [SheetRow]

    package init(name: String, source: CellSource, isHidden: Bool = false, rows: [SheetRow] = []) {
        self.name = name
        self.source = source
        self.isHidden = isHidden
        self.rows = rows
    }

    /// How a cell is named to a person: `SourceConfig!J4`, or `SourceConfig.csv:4:10` (line and column).
    package func place(_ reference: CellReference) -> String {
        switch source {
        case .workbook: "\(name)!\(reference)"
        case .csv(let file): "\(file):\(reference.row):\(reference.column)"
        }
    }
}

package enum CellSource: Equatable, Sendable {
    case workbook
    case csv(file: String)
}

package struct SheetRow: Sendable {
    /// From 1. For CSV the line that the record begins on.
    package var number: Int
    package var isHidden: Bool
    package var cells: [SheetCell]

    package init(number: Int, isHidden: Bool = false, cells: [SheetCell] = []) {
        self.number = number
        self.isHidden = isHidden
        self.cells = cells
    }
}

package struct SheetCell: Equatable, Sendable {
    /// What made the value other than it looks, or is worth a note.
    package struct Traits: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// Formatted as per cent: the value 0.1 is shown as 10 %.
        package static let percent = Traits(rawValue: 1)
        package static let formula = Traits(rawValue: 2)
        /// A formula that was never calculated: the value is empty.
        package static let uncalculated = Traits(rawValue: 4)
        /// Takes its value from the first cell of a merged range.
        package static let merged = Traits(rawValue: 8)
    }

    package var column: Int
    package var value: CellValue
    package var traits: Traits

    package init(column: Int, value: CellValue, traits: Traits = []) {
        self.column = column
        self.value = value
        self.traits = traits
    }
}
