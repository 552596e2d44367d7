import Glibc
import Workbook

// What the tests in Tests/Workbook drive the target with:
//
//     workbook-dump FILE                       every sheet and cell as JSON lines; a .csv file too
//     workbook-dump count FILE [SHEET]         reads, prints the number of cells only
//     workbook-dump patch FILE [WAIT] < LINES  SHEET<tab>A1<tab>KIND<tab>VALUE each; prints the outcome
//     workbook-dump append FILE < LINES        SHEET<tab>COLUMN=TEXT<tab>COLUMN=TEXT … each, a row; prints the outcome
//     workbook-dump annotate FILE COPY < LINES SHEET<tab>A1<tab>TEXT each
//
// A refused file: exit code 2, and the fault on stderr.

func readLines() -> [[String]] {
    var rows: [[String]] = []
    while let line = readLine(strippingNewline: true) {
        rows.append(line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
    }
    return rows
}

func open(_ path: String) throws(WorkbookFault) -> [SheetTable] {
    if path.hasSuffix(".csv") { return [try CSVFile.read(path: path)] }
    let file = try WorkbookFile.open(path: path)
    var tables: [SheetTable] = []
    for sheet in file.sheets { tables.append(try file.read(sheet.name)) }
    return tables
}

func run(_ arguments: [String]) throws(WorkbookFault) {
    switch arguments.first {
    case "count":
        let file = try WorkbookFile.open(path: arguments[1])
        var cells = 0
        for sheet in file.sheets where arguments.count < 3 || arguments[2] == sheet.name {
            cells += try file.read(sheet.name).rows.reduce(0) { $0 + $1.cells.count }
        }
        print(cells)
    case "patch":
        let lines = readLines()
        let patience = WorkbookPatcher.Patience(seconds: arguments.count > 2 ? Double(arguments[2])! : 30)
        let outcome = try WorkbookPatcher.apply(to: arguments[1], patience: patience) {
            (_: WorkbookFile) throws(WorkbookFault) in lines.map(PatchLine.patch)
        }
        print(outcome)
    case "append":
        let rows = readLines().map { line in
            RowsToAdd(sheet: line[0], rows: [Dictionary(uniqueKeysWithValues: line.dropFirst().map(PatchLine.cell))])
        }
        let outcome = try WorkbookPatcher.append(to: arguments[1], patience: .init(seconds: 1)) {
            (_: WorkbookFile) throws(WorkbookFault) in
            Dictionary(grouping: rows, by: \.sheet).map { RowsToAdd(sheet: $0.key, rows: $0.value.flatMap(\.rows)) }
        }
        print(outcome)
    case "annotate":
        try WorkbookPatcher.annotate(
            arguments[1], comments: readLines().map { ($0[0], CellReference($0[1])!, $0[2]) }, to: arguments[2])
    default:
        var lines = JSONLines()
        for table in try open(arguments[0]) { lines.write(table) }
        lines.flush()
    }
}

let arguments = Array(CommandLine.arguments.dropFirst())
do throws(WorkbookFault) {
    guard !arguments.isEmpty else {
        Output.write("usage: workbook-dump [count|patch|append|annotate] FILE …\n", to: STDERR_FILENO)
        exit(64)
    }
    try run(arguments)
} catch {
    Output.write("\(error)\n", to: STDERR_FILENO)
    exit(2)
}
