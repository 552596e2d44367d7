/// docs/workbook-columns.md: the reference of every column, from the same table that reading and the template use.
package enum ColumnsPage {
    package static var text: String {
        var lines = [
            "<!-- Generated from the tables in Sources/Workbook/Jobs/Columns; a test compares. -->",
            "# The workbook's columns", "",
            "The order of columns is free. Headers match without regard to case, blanks, `_` and `-`. What a column is also "
                + "called is read, too. Columns that are not listed are left alone.", "",
            "How cells are read, and the rules that rows must keep, are in [workbook.md](workbook.md).", "",
        ]
        lines += section(JobColumn.self, "One row is one job.")
        lines += section(QualityRuleColumn.self, "What the data of a job must satisfy.")
        lines += section(ColumnRuleColumn.self, "What happens to a column on its way into the lake.")
        return lines.joined(separator: "\n")
    }

    private static func section<Column: SheetColumn>(_: Column.Type, _ introduction: String) -> [String] {
        var lines = ["## \(Column.sheet)", "", introduction, ""]
        let groups = SheetColumnSpec.Group.allCases.filter { group in Column.specs.contains { $0.group == group } }
        for group in groups {
            if groups.count > 1 { lines += ["### \(group.rawValue)", ""] }
            lines += ["| column | needed | holds | meaning | example |", "| --- | --- | --- | --- | --- |"]
            for spec in Column.specs where spec.group == group { lines.append(row(spec)) }
            lines.append("")
        }
        return lines
    }

    private static func row(_ spec: SheetColumnSpec) -> String {
        var meaning = spec.explanation
        if !spec.aliases.isEmpty {
            meaning += " Also called " + spec.aliases.map { "`\($0)`" }.joined(separator: ", ") + "."
        }
        if !spec.isUsed { meaning += " *Checked, but not used by this version.*" }
        let cells = [
            "`\(spec.name)`", spec.need.words, spec.kind.words, meaning,
            spec.example.isEmpty ? "" : "`\(spec.example)`",
        ]
        return "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
    }
}
