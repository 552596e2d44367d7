import Ports

/// What changed from one workbook to the next, by job and column. What the tool itself writes is left out.
package struct WorkbookDifference: Equatable, Sendable {
    package enum Kind: String, Equatable, Sendable { case added, removed, renamed, changed }

    package struct Change: Equatable, Sendable {
        package var column: String
        /// Nil: blank.
        package var old: String?
        package var new: String?
        /// What it means for the next run, where that can be said.
        package var consequence: String?
    }

    package struct JobChange: Equatable, Sendable {
        package var id: String
        package var kind: Kind
        /// Of a job that was renamed.
        package var oldID: String?
        /// In the new workbook; in the old one for jobs that were removed.
        package var row: Int
        package var changes: [Change]
        package var consequence: String?
    }

    package struct RuleChange: Equatable, Sendable {
        package var sheet: String
        package var kind: Kind
        /// The rule's cells in words.
        package var rule: String
    }

    package var jobs: [JobChange] = []
    package var rules: [RuleChange] = []

    package var isEmpty: Bool { jobs.isEmpty && rules.isEmpty }

    /// In the order of the new workbook; what was removed comes last.
    package init(old: [SheetTable], new: [SheetTable]) {
        let before = Self.jobs(old)
        let after = Self.jobs(new)
        let oldByID = Dictionary(before.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let newIDs = Set(after.map(\.id))
        var gone = before.filter { !newIDs.contains($0.id) }
        var goneByContent: [[JobColumn: String]: [Int]] = [:]
        for (index, row) in gone.enumerated() { goneByContent[row.content, default: []].append(index) }
        var renamed: Set<Int> = []
        for row in after {
            if let earlier = oldByID[row.id] {
                let changes = Self.changes(from: earlier, to: row)
                if !changes.isEmpty {
                    jobs.append(JobChange(id: row.id, kind: .changed, row: row.row, changes: changes))
                }
            } else if let index = goneByContent[row.content]?.first(where: { !renamed.contains($0) }) {
                renamed.insert(index)
                jobs.append(
                    JobChange(
                        id: row.id, kind: .renamed, oldID: gone[index].id, row: row.row, changes: [],
                        consequence: "the table in the lake belongs to the old name"))
            } else {
                jobs.append(
                    JobChange(
                        id: row.id, kind: .added, row: row.row, changes: [],
                        consequence: row.isEnabled ? "the first run loads \(row.startText)" : "it is not enabled"))
            }
        }
        for index in renamed.sorted(by: >) { gone.remove(at: index) }
        for row in gone {
            jobs.append(
                JobChange(id: row.id, kind: .removed, row: row.row, changes: [], consequence: "what it loaded stays"))
        }
        for sheet in [QualityRuleColumn.sheet, ColumnRuleColumn.sheet] {
            rules += RuleDifference.changes(sheet, old: old, new: new)
        }
    }

    private static func jobs(_ tables: [SheetTable]) -> [JobCells.Row] {
        let table =
            tables.first { WorkbookReading.sheet(named: $0.name) == JobColumn.sheet }
            ?? tables.first { $0.source != .workbook }
        return table.map { JobCells($0).rows } ?? []
    }

    private static func changes(from old: JobCells.Row, to new: JobCells.Row) -> [Change] {
        JobColumn.allCases.compactMap { column in
            let before = old.cells[column]
            let after = new.cells[column]
            // After the first run the tool writes it.
            guard before != after, column != .lastWatermark || !new.hasRun else { return nil }
            return Change(
                column: column.name, old: before, new: after,
                consequence: DifferenceWords.consequence(of: column, from: old, to: new))
        }
    }
}

extension JobCells.Row {
    /// What tells whether a row with another id is the same row.
    fileprivate var content: [JobColumn: String] {
        var content = cells
        content[.jobID] = nil
        content[.lastWatermark] = nil
        return content
    }

    var isEnabled: Bool { cells[.enabled] == "Y" }
    var isIncremental: Bool { cells[.loadType] == "INCREMENTAL" }

    /// What a load without a commit reads.
    var startText: String {
        guard isIncremental, let start = cells[.lastWatermark] else { return "everything" }
        return "what is new since \(VisibleText.shown(start))"
    }
}
