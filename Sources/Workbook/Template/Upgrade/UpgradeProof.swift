import Ports

/// Reads the new workbook back before it takes the place of the old one: every cell must hold what it held, and the new
/// headers, sheets and words of drop-downs must stand where they were put.
enum UpgradeProof {
    static func check(
        _ before: WorkbookFile, _ bytes: [UInt8], added: [String: [CellReference: String]], newSheets: [String] = [],
        lists: ListsUpgrade? = nil
    ) throws {
        let after = try WorkbookFile(bytes: bytes, path: before.path)
        guard Array(after.sheets.prefix(before.sheets.count)) == before.sheets,
            after.sheets.dropFirst(before.sheets.count).map(\.name) == newSheets
        else { throw fault(before.path, "its sheets would have changed") }
        for name in newSheets { _ = try after.read(name) }
        if let lists {
            let read = ListsUpgrade.read(try after.read(lists.sheet))
            guard read.elementsEqual(lists.lists, by: { $0.name == $1.name && $0.words == $1.words }) else {
                throw fault(before.path, "the words of its drop-downs would be incomplete")
            }
        }
        for info in before.sheets where info.name != lists?.sheet {
            let old = try before.read(info.name)
            let new = try after.read(info.name)
            var headers = added[info.name] ?? [:]
            var rows: [Int: [SheetCell]] = [:]
            for row in new.rows {
                rows[row.number] = row.cells.filter { cell in
                    let reference = CellReference(row: row.number, column: cell.column)
                    guard let header = headers[reference], cell.value == .text(header) else { return true }
                    headers[reference] = nil
                    return false
                }
            }
            guard headers.isEmpty else { throw fault(before.path, "a header of '\(info.name)' would be missing") }
            for row in old.rows {
                guard (rows.removeValue(forKey: row.number) ?? []) == row.cells else {
                    throw fault(before.path, "row \(row.number) of '\(info.name)' would have changed")
                }
            }
            guard rows.values.allSatisfy(\.isEmpty) else {
                throw fault(before.path, "'\(info.name)' would have more rows")
            }
        }
    }

    private static func fault(_ path: String, _ what: String) -> TemplateFault {
        TemplateFault(
            "\(path) was not written: \(what), as a check of the result showed",
            remedy: "Open it in Excel or LibreOffice and save it once; please report the workbook if it happens again.")
    }
}
