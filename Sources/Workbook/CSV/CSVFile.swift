/// A configuration kept as CSV: comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252.
package enum CSVFile {
    static let maximumCells = 2_000_000

    /// All values are text; a row's number is the line that its record begins on, a cell's column its field.
    package static func read(path: String) throws(WorkbookFault) -> SheetTable {
        try table(FileSnapshot(path: path), path: path)
    }

    package static func read(bytes: [UInt8], path: String) throws(WorkbookFault) -> SheetTable {
        try table(FileSnapshot(bytes: bytes), path: path)
    }

    private static func table(_ snapshot: FileSnapshot, path: String) throws(WorkbookFault) -> SheetTable {
        let file = PackageParts.split(path).name
        if snapshot.bytes.starts(with: [0x50, 0x4B, 3, 4]) || snapshot.bytes.starts(with: [0xD0, 0xCF, 0x11, 0xE0]) {
            throw WorkbookFault(
                .notAWorkbook, "\(path) is a workbook under the name of a CSV file.", remedy: "Rename it to .xlsx.")
        }
        var records = CSVRecords(try TextEncoding.utf8(snapshot.bytes, path: path), path: path)
        let name = file.lowercased().hasSuffix(".csv") ? String(file.dropLast(4)) : file
        var table = SheetTable(name: name, source: .csv(file: file))
        var count = 0
        while let record = try records.next() {
            var row = SheetRow(number: record.line)
            for (index, field) in record.fields.enumerated() where !field.isEmpty {
                row.cells.append(SheetCell(column: index + 1, value: .text(field)))
            }
            if row.cells.isEmpty { continue }
            count += row.cells.count
            guard count <= maximumCells else {
                throw WorkbookFault(.tooLarge, "\(path) holds more than \(maximumCells) filled fields.")
            }
            table.rows.append(row)
        }
        return table
    }
}
