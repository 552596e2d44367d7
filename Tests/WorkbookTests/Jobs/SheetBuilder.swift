import Ports

@testable import Workbook

/// Builds sheets in code. Columns are lettered in the order in which they are first named.
struct SheetBuilder {
    var headers: [String]
    private(set) var rows: [SheetRow] = []
    private let name: String
    private let source: CellSource

    init(_ headers: [String], name: String = "SourceConfig", source: CellSource = .workbook) {
        self.headers = headers
        self.name = name
        self.source = source
    }

    /// A row behind the last one, or with a number of its own. Nil leaves a cell out.
    mutating func add(
        _ values: [CellValue?], row: Int? = nil, traits: [Int: SheetCell.Traits] = [:], isHidden: Bool = false
    ) {
        let cells = values.enumerated().compactMap { index, value in
            value.map { SheetCell(column: index + 1, value: $0, traits: traits[index + 1] ?? []) }
        }
        rows.append(SheetRow(number: row ?? (rows.last?.number ?? 1) + 1, isHidden: isHidden, cells: cells))
    }

    var table: SheetTable {
        let header = SheetRow(
            number: 1, cells: headers.enumerated().map { SheetCell(column: $0 + 1, value: .text($1)) })
        return SheetTable(name: name, source: source, rows: [header] + rows)
    }

    static let sources = [
        KnownSource(name: "postgres_source", type: .postgresql), KnownSource(name: "erp", type: .mssql),
        KnownSource(name: "coingecko", type: .api), KnownSource(name: "untyped", type: nil),
    ]

    /// One enabled row of a PostgreSQL table; what is given overrides or adds to it.
    static func job(_ cells: KeyValuePairs<String, CellValue>, traits: SheetCell.Traits = []) -> SheetTable {
        jobs([cells], traits: traits)
    }

    static func jobs(_ rows: [KeyValuePairs<String, CellValue>], traits: SheetCell.Traits = []) -> SheetTable {
        let defaults: [(String, CellValue)] = [
            ("enabled", "Y"), ("source_name", "postgres_source"), ("table_name", "orders"), ("load_type", "FULL"),
        ]
        var headers = defaults.map(\.0)
        for row in rows { for (header, _) in row where !headers.contains(header) { headers.append(header) } }
        var builder = SheetBuilder(headers)
        for row in rows {
            var values = headers.map { header in defaults.first { $0.0 == header }?.1 }
            var marks: [Int: SheetCell.Traits] = [:]
            for (header, value) in row {
                let index = headers.firstIndex(of: header)!
                values[index] = value == .empty && traits.isEmpty ? nil : value
                marks[index + 1] = traits
            }
            builder.add(values, traits: marks)
        }
        return builder.table
    }
}

extension CellValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    public init(stringLiteral value: String) { self = .text(value) }
    public init(integerLiteral value: Int) { self = .number(Double(value), digits: String(value)) }
    public init(floatLiteral value: Double) { self = .number(value, digits: String(value)) }
    public init(booleanLiteral value: Bool) { self = .boolean(value) }

    static func date(_ year: Int, _ month: Int, _ day: Int) -> CellValue {
        // Days by counting: the calendar under test must not check itself.
        var days = 0
        for other in 1970..<year { days += other % 4 == 0 && (other % 100 != 0 || other % 400 == 0) ? 366 : 365 }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return .date(
            SheetDate(form: .date, days: days + lengths[..<(month - 1)].reduce(0, +) + day - 1, microseconds: 0))
    }

    static func time(_ hour: Int, _ minute: Int) -> CellValue {
        .date(SheetDate(form: .time, days: 0, microseconds: (hour * 60 + minute) * 60_000_000))
    }
}

/// What came of a check, in short.
extension CheckedWorkbook {
    func of(_ severity: Finding.Severity) -> [Finding] { findings.filter { $0.severity == severity } }

    /// `error SourceConfig!D2 load_type`.
    var summary: [String] {
        findings.map { "\($0.severity) \($0.place)" + ($0.column.map { " " + $0 } ?? "") }
    }

    func finding(_ column: String, _ severity: Finding.Severity) -> Finding? {
        findings.first { $0.column == column && $0.severity == severity }
    }
}

func check(_ tables: SheetTable..., sources: [KnownSource]? = SheetBuilder.sources) -> CheckedWorkbook {
    WorkbookReading.check(tables: tables, sources: sources)
}
