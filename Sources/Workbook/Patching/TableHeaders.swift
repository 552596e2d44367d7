/// Where the headers of a sheet's Excel tables are. A table's part holds the same words once more, and Excel takes the
/// workbook for damaged where the two differ: patches leave those cells alone.
struct TableHeaders {
    private static let tableSize = 8 << 20

    private var areas: [(name: String, first: CellReference, last: CellReference)] = []

    init(_ parts: PackageParts, sheet part: String) throws(WorkbookFault) {
        for relationship in try parts.relationships(of: part)
        where relationship.type == "table" && !relationship.isExternal {
            guard let index = parts.index(of: relationship.target) else { continue }
            let handler = TablePartHandler()
            try XMLStream.parse(parts.archive, part: index, atMost: Self.tableSize, with: handler)
            let corners = handler.range.split(separator: ":").compactMap { CellReference(String($0)) }
            guard let first = corners.first, let last = corners.last, handler.headerRows > 0 else { continue }
            areas.append((handler.name, first, CellReference(row: first.row, column: last.column)))
        }
    }

    /// The table that the cell is a header of.
    func table(at reference: CellReference) -> String? {
        areas.first {
            $0.first.row == reference.row && $0.first.column <= reference.column && reference.column <= $0.last.column
        }?.name
    }
}

private final class TablePartHandler: SpreadsheetHandler {
    private(set) var name = ""
    private(set) var range = ""
    private(set) var headerRows = 1

    override func start(_ name: XMLName, _ attributes: XMLAttributes) {
        guard name == "table" else { return }
        self.name = attributes.text("displayName") ?? attributes.text("name") ?? "table"
        range = attributes.text("ref") ?? ""
        headerRows = attributes.integer("headerRowCount") ?? 1
    }
}
