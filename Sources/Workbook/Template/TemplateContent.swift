import Ports

/// What a template is made from: the project's names, and the columns of this version.
package struct TemplateContent: Sendable {
    package var sources: [KnownSource]
    package var destinations: [String]

    package init(sources: [KnownSource], destinations: [String] = []) {
        self.sources = sources
        self.destinations = destinations
    }

    /// What a project begins with: the source of the ingest.toml that `ingest init` writes.
    package static let starter = TemplateContent(sources: [KnownSource(name: "postgres_source", type: .postgresql)])

    /// The columns of SourceConfig that the template has: not those of the earlier framework only, and not those that
    /// this version does not use.
    func jobColumns() -> [TemplateColumn] {
        JobColumn.allCases.filter { !$0.spec.isLegacy && $0.spec.isUsed }.map { column in
            switch column {
            case .sourceName: TemplateColumn(column.spec, entry: .words(sources.map(\.name), isOpen: true))
            case .destination: TemplateColumn(column.spec, entry: .words(destinations, isOpen: true))
            default:
                TemplateColumn(
                    column.spec,
                    notice: column.isForAPI && !Self.readsAPIs ? "This version does not read APIs yet." : nil
                )
            }
        }
    }

    func qualityColumns() -> [TemplateColumn] {
        QualityRuleColumn.allCases.map { column in
            TemplateColumn(column.spec, entry: column == .jobID ? .found(JobNames.definedName) : nil)
        }
    }

    func ruleColumns() -> [TemplateColumn] {
        ColumnRuleColumn.allCases.map { column in
            switch column {
            case .jobID: TemplateColumn(column.spec, entry: .found(JobNames.definedName))
            case .type: TemplateColumn(column.spec, entry: .words(Self.types, isOpen: true))
            case .mask: TemplateColumn(column.spec, entry: .words(Self.masks, isOpen: true))
            default: TemplateColumn(column.spec)
            }
        }
    }

    /// The words of all drop-downs, as the template names them.
    func lists() -> ListsSheet {
        var lists = ListsSheet()
        for column in jobColumns() + qualityColumns() + ruleColumns() { _ = EntryRule(column, lists: &lists) }
        return lists
    }

    private static let types = [
        "boolean", "int16", "int32", "int64", "float", "double", "decimal(18,2)", "string", "date", "time", "timestamp",
        "timestamp_utc", "json", "uuid", "binary", "nanoseconds", "nanoseconds_utc", "keep_padding",
    ]
    private static let masks = ["hash", "redact", "partial", "partial(4)", "truncate_date(month)", "encrypt", "drop"]

    private static var readsAPIs: Bool { JobColumn.sourceType.spec.kind.choices.offered.contains("api") }
}

/// The list of job ids, as far as they are filled in, for the drop-downs of the other sheets.
enum JobNames {
    static let definedName = "job_ids"

    /// `column` counts from 1; `row` is the first one below the header.
    static func formula(column: Int, row: Int = 2, sheet: String = JobColumn.sheet) -> String {
        let letters = CellReference(row: 1, column: column).columnLetters
        let isPlain = sheet.utf8.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F }
        let sheet = isPlain ? sheet : "'" + sheet.replacing("'", with: "''") + "'"
        let cells = "\(sheet)!$\(letters)$\(row):$\(letters)$\(row + FormSheet.ruledRows - 1)"
        return "OFFSET(\(sheet)!$\(letters)$\(row),0,0,MAX(COUNTA(\(cells)),1),1)"
    }
}
