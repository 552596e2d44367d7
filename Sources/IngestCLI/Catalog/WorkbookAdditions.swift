import Glibc
import Ports
import Workbook

/// Rows for tables that were discovered: one in SourceConfig each, and one in ColumnRules for each number whose digits
/// somebody has to choose.
struct WorkbookAdditions {
    struct Outcome {
        var workbook: String
        var jobs: [(id: String, row: Int)]
        var rules: Int
        /// Tables that a row reads already.
        var known: [(table: TableName, row: Int)]
        var notes: [String]
        var areEnabled: Bool
    }

    let source: String
    let type: SourceType?
    let tables: [Discovery.Table]
    /// What the numbers without declared digits really have, by table.
    let digits: [TableName: [String: NumericDigits]]
    let areEnabled: Bool

    func add(to project: WorkbookProject) throws -> Outcome {
        let path = project.workbook
        guard path.lowercased().hasSuffix(".xlsx") || path.lowercased().hasSuffix(".xlsm") else {
            throw UsageFault(
                "--add: '\(path)' is no workbook, and rows are added to workbooks only",
                remedy: "ingest template makes one; --format json prints what was found.")
        }
        guard access(path, F_OK) == 0 else {
            throw UsageFault("--add: there is no workbook '\(path)'", remedy: "ingest template makes one.")
        }
        var outcome = Outcome(workbook: path, jobs: [], rules: 0, known: [], notes: [], areEnabled: areEnabled)
        var ids: [String] = []
        let written = try WorkbookPatcher.append(to: path) { (file) throws(WorkbookFault) in
            var sheets: [SheetTable] = []
            for info in file.sheets where WorkbookReading.sheet(named: info.name) != nil {
                sheets.append(try file.read(info.name))
            }
            let jobs = WorkbookReading.check(tables: sheets, sources: project.sources).jobs
            var rows = RowsToAdd(sheet: "SourceConfig", rows: [])
            var rules = RowsToAdd(sheet: "ColumnRules", rows: [])
            (ids, outcome.known) = ([], [])
            var taken = Set(jobs.map(\.id))
            for table in tables {
                let name = table.table.name
                if let row = Self.row(of: name, source: source, among: jobs) {
                    outcome.known.append((name, row))
                    continue
                }
                let short = "\(source).\(name.name)"
                let id = taken.contains(short) ? "\(source).\(name)" : short
                guard taken.insert(id).inserted else { continue }
                ids.append(id)
                rows.rows.append(cells(of: table, id: id))
                rules.rows += ruleCells(of: table, id: id)
            }
            outcome.rules = rules.rows.count
            return [rows, rules]
        }
        switch written {
        case .gaveUp(let sentence):
            throw WorkbookFault(
                .access, sentence.replacing(" The next run writes the cells.", with: ""),
                remedy: "Close it there, then run this again.", kind: .transient)
        case .unchanged(let notes): outcome.notes += notes
        case .written(let added, let notes):
            outcome.notes += notes
            if let rows = added.first(where: { WorkbookReading.sheet(named: $0.sheet) == "SourceConfig" })?.rows {
                outcome.jobs = Array(zip(ids, rows))
            }
            if !added.contains(where: { WorkbookReading.sheet(named: $0.sheet) == "ColumnRules" }) { outcome.rules = 0 }
        }
        return outcome
    }

    private static func row(of name: TableName, source: String, among jobs: [CheckedJob]) -> Int? {
        jobs.first { job in
            guard let reads = job.reads, reads.object.query == nil, reads.source.lowercased() == source.lowercased(),
                reads.object.table.lowercased() == name.name.lowercased()
            else { return false }
            return reads.object.schema == nil || reads.object.schema?.lowercased() == name.schema?.lowercased()
        }?.row
    }

    // MARK: - Cells

    private func cells(of table: Discovery.Table, id: String) -> [String: CellPatch.Value] {
        let name = table.table.name
        var cells: [String: CellPatch.Value] = [
            "job_id": .text(id), "enabled": .text(areEnabled ? "Y" : "N"), "source_name": .text(source),
            "table_name": .text(name.name), "load_type": .text(table.proposal.loadType.rawValue),
            // Tables of one name in two schemas never share a folder.
            "target_folder_path": .text(
                ([source, name.schema].compactMap(\.self)).map(Self.folder).joined(separator: "/")),
        ]
        if let type { cells["source_type"] = .text(type.rawValue) }
        if let schema = name.schema { cells["schema_name"] = .text(schema) }
        if !table.table.primaryKey.isEmpty { cells["primary_key"] = .text(Self.list(table.table.primaryKey)) }
        if !table.proposal.watermark.isEmpty { cells["watermark_column"] = .text(Self.list(table.proposal.watermark)) }
        let folder = Self.folder(name.name)
        if folder != name.name { cells["target_table"] = .text(folder) }
        return cells
    }

    private func ruleCells(of table: Discovery.Table, id: String) -> [[String: CellPatch.Value]] {
        let found = digits[table.table.name] ?? [:]
        return table.table.columns.compactMap { column in
            guard let digits = found[column.name] else { return nil }
            return ["job_id": .text(id), "column": .text(column.name), "type": .text(Self.type(for: digits))]
        }
    }

    /// With room for numbers a thousand times as large as those of today.
    static func type(for digits: NumericDigits) -> String {
        let wanted = digits.whole + digits.scale + 3
        if wanted <= 18 { return "decimal(18,\(digits.scale))" }
        return digits.whole + digits.scale <= 38 ? "decimal(38,\(digits.scale))" : "string"
    }

    /// As a list cell is read: double quotes keep what would part names.
    static func list(_ names: [String]) -> String {
        names.map { name in
            let isPlain = !name.contains { ",;\n\"".contains($0) } && name.first != " " && name.last != " "
            return isPlain ? name : "\"" + name.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ", ")
    }

    /// A name that can be a folder of the lake.
    static func folder(_ name: String) -> String {
        let plain = String(
            String.UnicodeScalarView(
                name.unicodeScalars.map { $0 == "/" || $0 == "\\" || $0.value < 0x20 ? "_" : $0 }))
        return plain.allSatisfy { $0 == "." } || plain.lowercased() == "_ingest" ? plain + "_" : plain
    }
}
