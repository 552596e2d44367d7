/// Reads the rewritten workbook back before it takes the place of the old one: every patched cell must hold what was
/// meant, every other cell of the touched sheets what it held. Else the file stays as it is.
enum EditProof {
    static func check(
        _ before: WorkbookFile, _ bytes: [UInt8], _ values: [String: [CellReference: CellPatch.Value]]
    ) throws(WorkbookFault) {
        let after = try WorkbookFile(bytes: bytes, path: before.path)
        for (name, values) in values {
            let old = try before.contents.read(before.contents.sheet(name), fillingMerges: false)
            let new = try after.contents.read(after.contents.sheet(name), fillingMerges: false)
            try compare(old, new, values, path: before.path)
        }
    }

    private static func compare(
        _ old: SheetTable, _ new: SheetTable, _ values: [CellReference: CellPatch.Value], path: String
    ) throws(WorkbookFault) {
        var untouched = Cells(old.rows)
        var written = Cells(new.rows)
        while true {
            let wanted = untouched.next { values[$0] == nil }
            let found = written.next { values[$0] == nil }
            guard wanted?.0 == found?.0, wanted?.1 == found?.1 else {
                let place = min(wanted?.0 ?? found!.0, found?.0 ?? wanted!.0)
                throw fault(path, "\(old.name)!\(place) would have changed")
            }
            if wanted == nil { break }
        }
        var rest = Cells(new.rows)
        var seen: Set<CellReference> = []
        while let (reference, cell) = rest.next(where: { values[$0] != nil }) {
            seen.insert(reference)
            let holds = cell.traits.contains(.formula) || WorkbookEdit.holds(cell, values[reference]!)
            guard holds else { throw fault(path, "\(old.name)!\(reference) would hold something else") }
        }
        for (reference, value) in values where !seen.contains(reference) {
            guard WorkbookEdit.holds(nil, value) else {
                throw fault(path, "\(old.name)!\(reference) would be missing")
            }
        }
    }

    private static func fault(_ path: String, _ what: String) -> WorkbookFault {
        WorkbookFault(
            .unsupported, "\(path) was not written: \(what), as a check of the result showed.",
            remedy: "Open it in Excel or LibreOffice and save it once; please report the workbook if it happens again.")
    }

    private struct Cells {
        let rows: [SheetRow]
        var row = 0
        var cell = 0

        init(_ rows: [SheetRow]) { self.rows = rows }

        mutating func next(where condition: (CellReference) -> Bool) -> (CellReference, SheetCell)? {
            while row < rows.count {
                while cell < rows[row].cells.count {
                    let found = rows[row].cells[cell]
                    cell += 1
                    let reference = CellReference(row: rows[row].number, column: found.column)
                    if condition(reference) { return (reference, found) }
                }
                row += 1
                cell = 0
            }
            return nil
        }
    }
}
