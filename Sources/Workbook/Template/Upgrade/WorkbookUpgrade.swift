import Ports

/// Brings a workbook of an earlier version, or of the earlier framework, up to date: columns that are missing are put
/// behind the last one, with their comments; drop-downs that are missing are added, and those that ingest made offer the
/// words of today's settings; sheets that are missing are put behind the last one. No cell that is there changes, no column
/// moves.
package struct WorkbookUpgrade {
    package struct Report: Equatable, Sendable {
        /// Headers that were added, by sheet.
        package var columns: [(sheet: String, headers: [String])] = []
        /// Columns that were there and got a drop-down, by sheet.
        package var dropDowns: [(sheet: String, headers: [String])] = []
        /// Columns whose drop-down offers other words now.
        package var refreshed: [String] = []
        /// Sheets that were added, but for the hidden one with the words of the drop-downs.
        package var sheets: [String] = []
        /// What was left undone, and why.
        package var notes: [String] = []

        package var isEmpty: Bool { columns.isEmpty && dropDowns.isEmpty && refreshed.isEmpty && sheets.isEmpty }

        package static func == (a: Report, b: Report) -> Bool {
            a.notes == b.notes && a.sheets == b.sheets && a.refreshed == b.refreshed
                && a.columns.map(\.sheet) == b.columns.map(\.sheet)
                && a.columns.map(\.headers) == b.columns.map(\.headers)
                && a.dropDowns.map(\.sheet) == b.dropDowns.map(\.sheet)
                && a.dropDowns.map(\.headers) == b.dropDowns.map(\.headers)
        }
    }

    package private(set) var report = Report()
    /// New contents of entries of the archive, by their index there.
    private(set) var entries: [Int: [UInt8]] = [:]

    /// The headers that were put in, by sheet and cell, and their comments.
    private(set) var headers: [String: [CellReference: String]] = [:]
    private(set) var comments: [String: [CellReference: String]] = [:]

    let file: WorkbookFile
    let content: TemplateContent
    private(set) var styles: StyleUpgrade?
    private(set) var stylesEntry: Int?
    /// Nil where sheets and names cannot be added.
    private(set) var book: WorkbookPartUpgrade?
    /// Sheets of the template to take over.
    private(set) var sheets: [String] = []
    /// Nil where there can be none: drop-downs then have their words in themselves.
    private(set) var lists: ListsUpgrade?
    private var wantedLists: ListsSheet
    private var usesLists = false
    /// The formula that finds the job ids.
    private(set) var jobNames: String?

    /// Decides everything; writes nothing.
    package init(of file: WorkbookFile, content: TemplateContent) throws {
        self.file = file
        self.content = content
        wantedLists = content.lists()
        try loadStyles()
        try loadBook()
        guard let jobs = file.sheets.first(where: { WorkbookReading.sheet(named: $0.name) == JobColumn.sheet }) else {
            throw TemplateFault(
                "\(file.path) has no sheet \(JobColumn.sheet)",
                remedy: "ingest template makes a new workbook.", kind: .configuration)
        }
        try upgrade(jobs.name, JobColumn.self, content.jobColumns())
        for info in file.sheets where info.name != jobs.name {
            switch WorkbookReading.sheet(named: info.name) {
            case QualityRuleColumn.sheet: try upgrade(info.name, QualityRuleColumn.self, content.qualityColumns())
            case ColumnRuleColumn.sheet: try upgrade(info.name, ColumnRuleColumn.self, content.ruleColumns())
            default: break
            }
        }
        findMissingSheets()
        if let changed = lists?.changed {
            for name in changed where !report.refreshed.contains(String(name.dropFirst(ListsSheet.prefix.count))) {
                report.refreshed.append(String(name.dropFirst(ListsSheet.prefix.count)))
            }
        }
        if let stylesEntry, let bytes = styles?.finished() { entries[stylesEntry] = bytes }
    }

    var hasChanges: Bool { !entries.isEmpty || !sheets.isEmpty || writesLists }

    /// Whether the sheet with the words of the drop-downs has to be written: it is out of date, or somebody now needs it.
    var writesLists: Bool {
        guard let lists, lists.isNeeded else { return false }
        return lists.part != nil && !lists.changed.isEmpty || usesLists || sheets.contains { $0 != GuideSheet.name }
    }

    /// In their order.
    var newSheetNames: [String] {
        sheets + (writesLists && lists?.part == nil ? lists.map { [$0.sheet] } ?? [] : [])
    }

    private mutating func loadBook() throws {
        let parts = file.contents.parts
        guard let index = parts.index(of: file.contents.part) else { return }
        let bytes = try parts.archive.read(index, atMost: WorkbookContents.Limit.workbook)
        guard let found = WorkbookPartUpgrade(bytes), !found.isStrict, !found.isProtected, styles?.takesFormats == true
        else { return }
        book = found
        lists = try ListsUpgrade(of: file, book: found, wanted: wantedLists)
    }

    private mutating func findMissingSheets() {
        var known = Set(file.sheets.map { $0.name.lowercased() })
        known.formUnion(file.sheets.compactMap { WorkbookReading.sheet(named: $0.name)?.lowercased() })
        let missing = [QualityRuleColumn.sheet, ColumnRuleColumn.sheet, GuideSheet.name].filter {
            !known.contains($0.lowercased()) && book?.has(sheet: $0) != true
        }
        guard book != nil || missing.isEmpty else {
            report.notes.append(
                "The sheets \(missing.joined(separator: ", ")) could not be added: the workbook's structure is protected, or "
                    + "it was saved in a form (Strict Open XML) that ingest does not add sheets to.")
            return
        }
        sheets = missing
        report.sheets = missing
    }

    private mutating func loadStyles() throws {
        let parts = file.contents.parts
        guard let part = try parts.relationships(of: file.contents.part).first(where: { $0.type == "styles" }),
            let index = parts.index(of: part.target)
        else { return }
        styles = StyleUpgrade(try parts.archive.read(index, atMost: WorkbookContents.Limit.styles))
        stylesEntry = index
    }

    private mutating func upgrade<Column: SheetColumn>(
        _ name: String, _: Column.Type, _ wanted: [TemplateColumn]
    ) throws {
        let table = try file.read(name)
        let names = SheetHeader.names(of: Column.self)
        guard let header = SheetHeader.find(in: table, for: Column.self, names: names) else {
            throw TemplateFault(
                "\(file.path): the sheet '\(name)' is empty", remedy: "ingest template makes a new workbook.",
                kind: .configuration)
        }
        var present: [String: Int] = [:]
        for cell in header.cells {
            if case .text(let text) = cell.value, let ordinal = names[HeaderName.plain(text)] {
                let known = Column.specs[ordinal].name
                if present[known] == nil { present[known] = cell.column }
            }
        }
        guard !present.isEmpty else {
            throw TemplateFault(
                "\(file.path): no header of the sheet '\(name)' is known",
                remedy: "The headers must be in one of the first rows.", kind: .configuration)
        }
        let part = try file.contents.sheet(name)
        let index = try file.contents.index(of: part)
        let archive = file.contents.parts.archive
        var sheet = try SheetUpgrade(
            archive.read(index, atMost: WorkbookContents.Limit.sheet), headerRow: header.number)
        guard !sheet.isProtected else {
            throw TemplateFault(
                "\(file.path): the sheet '\(name)' is protected", remedy: "Unprotect it in Excel, then run this again.",
                kind: .configuration)
        }

        let missing = wanted.filter { present[$0.name] == nil }
        if !missing.isEmpty {
            try add(missing, to: &sheet, table: table, header: header, part: part)
            report.columns.append((name, missing.map(\.name)))
        }
        if Column.self == JobColumn.self {
            let added = headers[name]?.first { $0.value == JobColumn.jobID.name }?.key.column
            jobNames = (present[JobColumn.jobID.name] ?? added).map {
                JobNames.formula(column: $0, row: header.number + 1, sheet: name)
            }
        }
        var ruled: [String] = []
        for column in wanted where column.isDropDown {
            guard let number = present[column.name] else { continue }
            let first = CellReference(row: header.number + 1, column: number)
            guard !sheet.hasRule(at: first) else {
                refresh(column, at: first, of: &sheet)
                continue
            }
            guard var rule = rule(for: column) else { continue }
            // What stands in the column may be spelled otherwise, and is still right.
            if rule.answer == .refuse { rule.answer = .ask }
            sheet.allow(rule, column: number)
            ruled.append(column.name)
        }
        if !ruled.isEmpty { report.dropDowns.append((name, ruled)) }
        if let bytes = sheet.finished() { entries[index] = bytes }
    }

    private mutating func add(
        _ missing: [TemplateColumn], to sheet: inout SheetUpgrade, table: SheetTable, header: SheetRow,
        part: WorkbookContents.Sheet
    ) throws {
        let used = table.rows.lazy.flatMap(\.cells).map(\.column).max() ?? 0
        var first = used + 1
        if let (wide, entry) = try excelTable(of: part, header: header) {
            first = wide.area.last.column + 1
            try check(wide, isFreeFrom: first, count: missing.count, table: table)
            entries[entry] = wide.widened(by: missing.map(\.name))
        }
        guard first + missing.count - 1 <= CellReference.maximumColumn else {
            throw TemplateFault(
                "\(file.path): the sheet '\(table.name)' has no room for \(missing.count) more columns",
                kind: .configuration)
        }
        let area = CellArea(
            first: CellReference(row: header.number, column: first),
            last: CellReference(row: CellReference.maximumRow, column: first + missing.count - 1))
        guard !sheet.isMerged(area) else { throw refusal(table.name, "cells are merged right of its last column") }
        let columns = missing.enumerated().map { index, column in
            SheetUpgrade.NewColumn(
                header: column.name, number: first + index, width: column.fittedWidth, style: style(of: column))
        }
        try sheet.add(columns)
        for column in columns {
            headers[table.name, default: [:]][CellReference(row: header.number, column: column.number)] = column.header
        }
        for (column, new) in zip(missing, columns) {
            let place = CellReference(row: header.number, column: new.number)
            comments[table.name, default: [:]][place] = HeaderComment(column).text
            if let rule = rule(for: column) { sheet.allow(rule, column: new.number) }
            if column.name == JobColumn.lastStatus.name {
                addLooks(to: &sheet, column: new.number, row: header.number + 1)
            }
        }
    }

    /// The Excel table that the headers are the header of.
    private func excelTable(
        of part: WorkbookContents.Sheet, header: SheetRow
    ) throws -> (TableUpgrade, entry: Int)? {
        let parts = file.contents.parts
        var found: (TableUpgrade, Int)?
        for relationship in try parts.relationships(of: part.part) where relationship.type == "table" {
            guard let index = parts.index(of: relationship.target) else { continue }
            let bytes = try parts.archive.read(index, atMost: WorkbookContents.Limit.workbook)
            guard let table = TableUpgrade(bytes) else {
                throw refusal(part.name, "one of its tables could not be understood")
            }
            let row = CellArea(
                first: CellReference(row: header.number, column: 1),
                last: CellReference(row: header.number, column: CellReference.maximumColumn))
            guard table.area.meets(row) else { continue }
            guard found == nil else { throw refusal(part.name, "two tables stand side by side in the headers' row") }
            guard table.area.first.row == header.number else {
                throw refusal(part.name, "the table '\(table.name)' begins above the headers")
            }
            if let reason = table.refusal {
                throw refusal(part.name, "the table '\(table.name)' cannot be made wider: \(reason)")
            }
            found = (table, index)
        }
        return found
    }

    private func check(_ table: TableUpgrade, isFreeFrom first: Int, count: Int, table cells: SheetTable) throws {
        for row in cells.rows where row.number >= table.area.first.row {
            if let cell = row.cells.first(where: { $0.column >= first && $0.value != .empty }) {
                let place = cells.place(CellReference(row: row.number, column: cell.column))
                throw refusal(cells.name, "\(place), right of the table '\(table.name)', is not empty")
            }
        }
    }

    private func refusal(_ sheet: String, _ reason: String) -> TemplateFault {
        TemplateFault(
            "\(file.path): columns cannot be added to '\(sheet)' safely, because \(reason)",
            remedy: "Make room in Excel, or copy the rows into a workbook that ingest template has made.",
            kind: .configuration)
    }

    /// A rule that is ours follows the settings; another one stays, and what it lacks is said.
    private mutating func refresh(_ column: TemplateColumn, at cell: CellReference, of sheet: inout SheetUpgrade) {
        guard case .words(let words, let isOpen) = column.entry else { return }
        if sheet.isOurs(at: cell, title: column.name) {
            let usedLists = usesLists
            if let rule = rule(for: column), sheet.refresh(rule, at: cell) {
                report.refreshed.append(column.name)
            } else {
                usesLists = usedLists
            }
        } else if isOpen, let offered = sheet.words(at: cell) {
            let missing = words.filter { !offered.contains($0) }
            guard !missing.isEmpty else { return }
            report.notes.append(
                "\(column.name) has a drop-down that ingest did not make; it was left as it is, without "
                    + missing.joined(separator: ", ") + ".")
        }
    }

    private mutating func rule(for column: TemplateColumn) -> EntryRule? {
        guard var rule = EntryRule(column, lists: &wantedLists) else { return nil }
        switch rule.allowed {
        case .named(let name):
            guard let words = wantedLists.lists.first(where: { $0.name == name })?.words else {
                // The list of job ids.
                return book?.names.contains(name) == true ? rule : nil
            }
            if lists != nil {
                usesLists = true
                return rule
            }
            guard EntryRule.fit(words) else {
                report.notes.append(
                    "\(column.name) has no drop-down: its \(words.count) words have no room in a cell's rule. "
                        + "A workbook made by ingest template has them in a list of its own.")
                return nil
            }
            rule.allowed = .words(words)
        default: break
        }
        return rule
    }

    /// Excel's own number formats: text, date with time, thousands.
    private mutating func style(of column: TemplateColumn) -> Int? {
        switch column.entry {
        case .exactText: styles?.format(number: 49)
        case .dateTime: styles?.format(number: 22)
        case .count: styles?.format(number: 3)
        default: nil
        }
    }

    private mutating func addLooks(to sheet: inout SheetUpgrade, column: Int, row: Int) {
        guard styles != nil else { return }
        let cell = "$\(CellReference(row: row, column: column).columnLetters)\(row)"
        for (formula, look) in JobLooks.status(cell) {
            if let number = styles?.look(text: look.text, fill: look.fill) {
                sheet.look(formula, column: column, number: number)
            }
        }
    }
}

extension TemplateColumn {
    fileprivate var isDropDown: Bool {
        switch entry {
        case .words(let words, _): !words.isEmpty
        case .flag: true
        default: false
        }
    }
}
