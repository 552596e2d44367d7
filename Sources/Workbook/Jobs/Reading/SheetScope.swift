import Ports

/// What the rows of one sheet share while they are checked.
final class SheetScope<Column: SheetColumn> {
    let table: SheetTable
    /// The sheet's place in the order of findings.
    let order: Int
    let header: SheetHeader
    let findings: FindingCollector
    let suggestions: NameSuggestion
    /// What a choice column allows, by its plain name and as it is spelled; by the column's raw value.
    private let choices: [[String: CellChoice]]
    /// By the column's raw value. A spec is large: looking into it for every cell costs more than reading the cell.
    let facts: [ColumnFacts]
    let spelledChoices: TextMemory<CellChoice>
    let lists: TextMemory<[String]>
    let durations: TextMemory<DurationText>
    let schedules: TextMemory<JobSchedule>
    /// Columns of the sheet, none of ours, whose headers say that they hold secrets.
    let secretColumns: [Int: String]

    init(
        table: SheetTable, order: Int, header: SheetRow, names: [String: Int], findings: FindingCollector,
        suggestions: NameSuggestion
    ) {
        self.table = table
        self.order = order
        self.findings = findings
        self.suggestions = suggestions
        self.header = SheetHeader(
            header, in: table, sheetOrder: order, for: Column.self, names: names, findings: findings,
            suggestions: suggestions)
        secretColumns = self.header.unknown.filter { SecretShape.isSecretName(HeaderName.plain($0.value)) }
        choices = Column.specs.map { spec in
            var allowed: [String: CellChoice] = [:]
            for choice in spec.kind.choices {
                allowed[choice.name] = choice
                for name in [choice.name] + choice.aliases { allowed[HeaderName.plain(name)] = choice }
            }
            return allowed
        }
        facts = Column.specs.map { ColumnFacts($0) }
        spelledChoices = TextMemory(columns: facts.count)
        lists = TextMemory(columns: facts.count)
        durations = TextMemory(columns: facts.count)
        schedules = TextMemory(columns: facts.count)
    }

    func choice(_ column: Column, _ text: String) -> CellChoice? {
        let allowed = choices[column.rawValue]
        return allowed[text] ?? allowed[HeaderName.plain(text)]
    }

    /// The rows behind the header that hold something.
    var rows: some Sequence<SheetRow> {
        table.rows.lazy.filter { [row = header.row] in $0.number > row && !$0.isBlank }
    }

    var isCSV: Bool {
        if case .csv = table.source { true } else { false }
    }

    func place(row: Int, column: Int) -> String { table.place(CellReference(row: row, column: column)) }

    /// Of the column's cell; of the row where the sheet has no such column.
    func place(row: Int, _ column: Column) -> String {
        header.column(of: column.rawValue).map { place(row: row, column: $0) } ?? rowPlace(row)
    }

    /// About the sheet as a whole.
    func report(_ severity: Finding.Severity, _ message: String) {
        let place: String =
            switch table.source {
            case .workbook: table.name
            case .csv(let file): file
            }
        findings.add(Finding(severity, place: place, message: message), at: .init(sheet: order, row: 0, column: 0))
    }

    /// About a column in a row, also where its cell is empty or the sheet has no such column.
    func report(
        _ severity: Finding.Severity, row: Int, _ column: Column, value: String? = nil, _ message: String
    ) {
        let number = header.column(of: column.rawValue)
        findings.add(
            Finding(
                severity, place: place(row: row, column), row: row,
                column: column.name, value: value.map { VisibleText.shown($0) }, message: message),
            at: .init(sheet: order, row: row, column: number ?? 0))
    }

    private func rowPlace(_ row: Int) -> String {
        switch table.source {
        case .workbook: "\(table.name)!A\(row)"
        case .csv(let file): "\(file):\(row)"
        }
    }
}

/// What reading a cell asks of its column's spec.
struct ColumnFacts {
    enum Form { case text, sql, prose, flag, choice }

    var form: Form
    /// By some rows, at least: what people write for "nothing" may be a name there.
    var isNeeded: Bool
    var isOutput: Bool

    init(_ spec: SheetColumnSpec) {
        isNeeded = spec.need != .optional
        isOutput = spec.isOutput
        form =
            switch spec.kind {
            case .sql: .sql
            case .prose: .prose
            case .flag: .flag
            case .choice: .choice
            default: .text
            }
    }
}
