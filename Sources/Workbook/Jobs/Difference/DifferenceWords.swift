import Ports

/// What a changed cell means for the next run.
enum DifferenceWords {
    static func consequence(of column: JobColumn, from old: JobCells.Row, to new: JobCells.Row) -> String? {
        switch column {
        case .enabled:
            if new.isEnabled { return "it runs from now on" }
            return old.isEnabled ? "it does not run any more" : nil
        case .loadType where new.isIncremental:
            guard let start = new.cells[.lastWatermark] else {
                return "the next run loads everything once, and after that only what is new"
            }
            return "the next run starts at \(VisibleText.shown(start))"
        case .loadType where old.isIncremental: return "each run loads the whole table"
        case .writeMode:
            switch new.cells[.writeMode] ?? (new.isIncremental ? "append" : "replace") {
            case "replace": return "each load takes the place of the last"
            case "append": return "each load is added to what is there"
            case "snapshot": return "every day's load is kept"
            default: return nil
            }
        case .reloadFrom:
            guard let from = new.cells[.reloadFrom] else { return nil }
            let end = new.cells[.reloadTo].map { " to \(VisibleText.shown($0))" } ?? ""
            return "the next run loads again from \(VisibleText.shown(from))\(end)"
        case .watermarkColumn where new.isIncremental && old.isIncremental:
            return "a table's watermark belongs to one column: the next run is refused until the job is reset"
        case .targetTable, .targetFolderPath, .targetContainer, .destination:
            return "the next run writes to a new place; what it wrote before stays where it is"
        case .sourceName, .schemaName, .tableName:
            return "it reads another table"
        case .query, .queryFilter, .columns: return "what was loaded before is not read again"
        default: return nil
        }
    }
}

/// Changes in the sheets of rules: a rule is its cells.
enum RuleDifference {
    static func changes(
        _ sheet: String, old: [SheetTable], new: [SheetTable]
    ) -> [WorkbookDifference.RuleChange] {
        let before = rules(sheet, old)
        let after = rules(sheet, new)
        let beforeSet = Set(before)
        let afterSet = Set(after)
        return after.filter { !beforeSet.contains($0) }.map { .init(sheet: sheet, kind: .added, rule: $0) }
            + before.filter { !afterSet.contains($0) }.map { .init(sheet: sheet, kind: .removed, rule: $0) }
    }

    private static func rules(_ sheet: String, _ tables: [SheetTable]) -> [String] {
        guard let table = tables.first(where: { WorkbookReading.sheet(named: $0.name) == sheet }) else { return [] }
        return sheet == QualityRuleColumn.sheet
            ? texts(table, QualityRuleColumn.self) : texts(table, ColumnRuleColumn.self)
    }

    private static func texts<Column: SheetColumn>(_ table: SheetTable, _: Column.Type) -> [String] {
        let names = SheetHeader.names(of: Column.self)
        guard let header = SheetHeader.find(in: table, for: Column.self, names: names) else { return [] }
        let scope = SheetScope<Column>(
            table: table, order: 0, header: header, names: names, findings: FindingCollector(),
            suggestions: NameSuggestion())
        return scope.rows.map { row in
            let reader = RowReader(row, in: scope)
            return Column.allCases.compactMap { column in
                reader.prose(column).map { "\(column.name) \(VisibleText.shown($0))" }
            }.joined(separator: ", ")
        }
    }
}
