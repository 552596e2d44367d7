import Ports

/// Which cells a run's results go into, in the workbook as it is when they are written: rows may have moved, been changed
/// or removed since the run read them.
struct ResultCells {
    private(set) var patches: [CellPatch] = []
    private(set) var notes: [String] = []

    private let sheet: String
    private let table: SheetTable
    private let header: SheetHeader
    private let scope: SheetScope<JobColumn>

    init(_ results: [RowResult], in file: WorkbookFile, sources: [KnownSource]?) throws(WorkbookFault) {
        guard let name = file.sheets.first(where: { WorkbookReading.sheet(named: $0.name) == JobColumn.sheet })?.name
        else { throw WorkbookFault(.missingSheet, "\(file.path) has no sheet \(JobColumn.sheet) any more.") }
        sheet = name
        table = try file.read(name)
        let names = SheetHeader.names(of: JobColumn.self)
        guard let row = SheetHeader.find(in: table, for: JobColumn.self, names: names) else {
            throw WorkbookFault(.missingSheet, "The sheet \(name) of \(file.path) has no headers any more.")
        }
        scope = SheetScope(
            table: table, order: 0, header: row, names: names, findings: FindingCollector(),
            suggestions: NameSuggestion())
        header = scope.header
        let jobs = WorkbookReading.check(tables: [table], sources: sources).jobs
        let byID = Dictionary(grouping: jobs.indices, by: { jobs[$0].id })
        let byNumber = Dictionary(scope.rows.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        noteMissingColumns(results, path: file.path)
        for result in results {
            let rows = byID[result.job] ?? []
            guard let found = rows.count == 1 ? rows.first : rows.first(where: { jobs[$0].row == result.row }),
                let row = byNumber[jobs[found].row]
            else {
                notes.append(
                    "\(sheet): the row of \(VisibleText.quoted(result.job)) is no longer there, or shares its name; its "
                        + "result was not written.")
                continue
            }
            add(result, to: row, job: jobs[found].job)
        }
    }

    private mutating func add(_ result: RowResult, to row: SheetRow, job: Job?) {
        let reader = RowReader(row, in: scope)
        let start = reader.output(.lastWatermark).flatMap { CellText.meansNothing($0) ? nil : $0 }
        put(.lastStatus, .text(result.status.rawValue), row)
        if !result.hasNoLoad || start == nil {
            put(.lastRun, .dateTime(result.lastRun), row)
            put(.lastRows, result.rows.map { .number(Double($0)) } ?? .empty, row)
            put(.lastDuration, result.lastDuration.map { .number($0) } ?? .empty, row)
        }
        put(.lastMessage, .text(result.message), row)
        if let watermark = result.watermark {
            noteOtherWatermark(result, reader, row)
            put(.lastWatermark, .exactText(watermark.value), row)
        }
        guard let reload = result.finishedReload else { return }
        if job?.reload == reload {
            put(.reloadFrom, .empty, row)
            put(.reloadTo, .empty, row)
        } else if reader.isFilled(.reloadFrom) || reader.isFilled(.reloadTo) {
            notes.append(
                "\(place(.reloadFrom, row)): the reload was changed during the run and stays for the next one.")
        }
    }

    private mutating func put(_ column: JobColumn, _ value: CellPatch.Value, _ row: SheetRow) {
        guard let number = header.column(of: column.rawValue) else { return }
        patches.append(
            CellPatch(sheet: sheet, reference: CellReference(row: row.number, column: number), value: value))
    }

    /// A cell that says something else than the lake: a person's edit, or a workbook that was restored.
    private mutating func noteOtherWatermark(_ result: RowResult, _ reader: RowReader<JobColumn>, _ row: SheetRow) {
        guard let before = result.watermarkBefore, let held = reader.output(.lastWatermark),
            !CellText.meansNothing(held), ![before, result.watermark].contains(where: { Self.isSame($0?.value, held) })
        else { return }
        notes.append(
            "\(place(.lastWatermark, row)): last_watermark was \(VisibleText.quoted(held)), but the table is at "
                + "\(VisibleText.quoted(before.value)); the cell was filled again. To load once more, use reload_from.")
    }

    /// Spreadsheets write the same moment in other ways: 2026-11-20T00:00:00.000000, 2026-11-20 00:00:00.
    private static func isSame(_ one: String?, _ other: String) -> Bool {
        func digits(_ text: String) -> String {
            var digits = text.filter { $0.isNumber }
            while digits.last == "0" { digits.removeLast() }
            return digits
        }
        guard let one else { return false }
        return one == other || (other.contains("-") && digits(one) == digits(other))
    }

    private func place(_ column: JobColumn, _ row: SheetRow) -> String {
        table.place(CellReference(row: row.number, column: header.column(of: column.rawValue) ?? 1))
    }

    private mutating func noteMissingColumns(_ results: [RowResult], path: String) {
        var wanted: [JobColumn] = [.lastStatus, .lastRun, .lastRows, .lastDuration, .lastMessage]
        if results.contains(where: { $0.watermark != nil }) { wanted.insert(.lastWatermark, at: 0) }
        let missing = wanted.filter { header.column(of: $0.rawValue) == nil }.map(\.name)
        guard !missing.isEmpty else { return }
        notes.append(
            "\(sheet) has no column \(missing.joined(separator: ", ")): results are not shown there. "
                + "`ingest init --upgrade \(path)` adds what is missing.")
    }
}
