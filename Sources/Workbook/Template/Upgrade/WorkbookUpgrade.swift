import Ports

/// Brings a workbook of an earlier version, or of the earlier framework, up to date: columns that are missing are put
/// behind the last one, drop-downs that are missing are added. No cell that is there changes, no column moves.
package struct WorkbookUpgrade {
    package struct Report: Equatable, Sendable {
        /// Headers that were added, by sheet.
        package var columns: [(sheet: String, headers: [String])] = []
        /// Columns that were there and got a drop-down, by sheet.
        package var dropDowns: [(sheet: String, headers: [String])] = []
        /// What was left undone, and why.
        package var notes: [String] = []

        package var isEmpty: Bool { columns.isEmpty && dropDowns.isEmpty }

        package static func == (a: Report, b: Report) -> Bool {
            a.notes == b.notes && a.columns.map(\.sheet) == b.columns.map(\.sheet)
                && a.columns.map(\.headers) == b.columns.map(\.headers)
                && a.dropDowns.map(\.sheet) == b.dropDowns.map(\.sheet)
                && a.dropDowns.map(\.headers) == b.dropDowns.map(\.headers)
        }
    }

    package private(set) var report = Report()
    /// New contents of entries of the archive, by their index there.
    private(set) var entries: [Int: [UInt8]] = [:]

    /// The headers that were put in, by sheet and cell.
    private(set) var headers: [String: [CellReference: String]] = [:]

    let file: WorkbookFile
    private var styles: StyleUpgrade?
    private var stylesEntry: Int?

    /// Decides everything; writes nothing.
    package init(of file: WorkbookFile, content: TemplateContent) throws {
        self.file = file
        try loadStyles()
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
        if let stylesEntry, let bytes = styles?.finished() { entries[stylesEntry] = bytes }
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
        var ruled: [String] = []
        for column in wanted {
            guard let number = present[column.name] else { continue }
            let first = CellReference(row: header.number + 1, column: number)
            guard column.isDropDown, !sheet.hasRule(at: first), var rule = rule(for: column) else { continue }
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

    private mutating func rule(for column: TemplateColumn) -> EntryRule? {
        var lists = ListsSheet()
        guard var rule = EntryRule(column, lists: &lists) else { return nil }
        switch rule.allowed {
        case .named(let name):
            // The list of job ids, which only a workbook made by the template has.
            guard let words = lists.lists.first(where: { $0.name == name })?.words else { return nil }
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
