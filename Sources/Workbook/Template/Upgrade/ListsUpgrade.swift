/// The hidden sheet with the words of the drop-downs, made anew when the words have changed. Nobody fills it in, so it is
/// written as a whole; lists that this version does not have stay in it, since a rule may refer to them.
struct ListsUpgrade {
    let sheet: String
    /// Its part where it is there already.
    let part: WorkbookContents.Sheet?
    /// All lists that it will have.
    private(set) var lists: [(name: String, words: [String])]
    /// Names of lists that it had, with other words.
    private(set) var changed: [String] = []
    private let isComplete: Bool

    init(of file: WorkbookFile, book: WorkbookPartUpgrade, wanted: ListsSheet) throws {
        var known: [(name: String, words: [String])] = []
        var found: WorkbookContents.Sheet?
        if let info = file.sheets.first(where: { $0.name == ListsSheet.name && $0.isHidden }) {
            known = Self.read(try file.read(info.name))
            // A sheet of that name with something else in it is somebody's own.
            if !known.isEmpty { found = try file.contents.sheet(info.name) }
        }
        part = found
        sheet = found?.name ?? (book.has(sheet: ListsSheet.name) ? "Ingest" + ListsSheet.name : ListsSheet.name)
        lists = known
        for list in wanted.lists {
            if let index = lists.firstIndex(where: { $0.name == list.name }) {
                if lists[index].words != list.words { changed.append(list.name) }
                lists[index].words = list.words
            } else {
                lists.append(list)
            }
        }
        isComplete = found != nil && changed.isEmpty && lists.count == known.count
    }

    /// Whether the sheet has to be written, if drop-downs refer to it.
    var isNeeded: Bool { !isComplete }

    /// A column each: the list's name, and its words below. Empty for a sheet that is not of this kind.
    static func read(_ table: SheetTable) -> [(name: String, words: [String])] {
        var lists: [Int: (name: String, words: [String])] = [:]
        for row in table.rows {
            for cell in row.cells {
                guard case .text(let text) = cell.value else { return [] }
                if row.number == 1 {
                    guard text.hasPrefix(ListsSheet.prefix) else { return [] }
                    lists[cell.column] = (text, [])
                } else {
                    guard lists[cell.column] != nil else { return [] }
                    lists[cell.column]!.words.append(text)
                }
            }
        }
        return lists.sorted { $0.key < $1.key }.map(\.value)
    }

    /// The sheet's XML.
    var bytes: [UInt8] {
        var rows = ""
        for row in 0...(lists.map(\.words.count).max() ?? 0) {
            let cells = lists.enumerated().compactMap { column, list -> String? in
                guard row <= list.words.count else { return nil }
                let reference = CellReference(row: row + 1, column: column + 1)
                let text = EscapedText.encoded(row == 0 ? list.name : list.words[row - 1])
                return
                    "<c r=\"\(reference)\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(text.escapedForXML)</t></is></c>"
            }
            rows += "<row r=\"\(row + 1)\">\(cells.joined())</row>"
        }
        return Array(
            """
            <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
            <worksheet xmlns="\(SpreadsheetHandler.names[0])"><sheetFormatPr defaultRowHeight="15"/>\
            <cols><col min="1" max="\(lists.count)" width="24" customWidth="1"/></cols>\
            <sheetData>\(rows)</sheetData></worksheet>
            """.utf8)
    }

    /// What each list's name stands for.
    var names: [(name: String, formula: String)] {
        lists.enumerated().map { column, list in
            (list.name, ListsSheet.range(column: column, words: list.words.count, sheet: sheet))
        }
    }
}
