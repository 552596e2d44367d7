import CXlsxWriter
import Glibc
import Ports

/// `ingestion_status.xlsx`: the results beside a configuration that is not written into, a CSV file or a workbook in Git.
/// It is the tool's own: made anew after each run, with the rows of jobs that were not in it as they were.
package struct StatusWorkbook {
    package static let name = "ingestion_status.xlsx"
    static let sheet = "Status"

    private static let columns: [JobColumn] = [
        .jobID, .lastStatus, .lastRun, .lastRows, .lastDuration, .lastWatermark, .lastMessage,
    ]

    private let path: String

    package init(path: String) { self.path = path }

    /// `jobs`: the ids of the configuration, in its order; what is of no job any more is left out.
    package func write(
        _ results: [RowResult], jobs: [String], patience: WorkbookPatcher.Patience
    ) throws(WorkbookFault) -> [String] {
        let deadline = ContinuousClock.now + .milliseconds(Int(patience.seconds * 1000))
        while true {
            guard let obstacle = try attempt(results, jobs) else { return [] }
            guard ContinuousClock.now < deadline else {
                return ["\(path) was not written: it is \(obstacle). The next run writes it."]
            }
            usleep(100_000)
        }
    }

    /// Nil once it is written; else why it must wait.
    private func attempt(_ results: [RowResult], _ jobs: [String]) throws(WorkbookFault) -> String? {
        if let sign = OpenElsewhere.lockFile(beside: path) { return sign }
        guard access(path, F_OK) == 0 else { return try create(rows(results, jobs, before: [:])) }
        // Until the end of this attempt: what another run adds must not come between reading and writing.
        let held: HeldFile
        do throws(HeldFile.Failure) { held = try HeldFile(path) } catch {
            switch error {
            case .busy(let reason): return reason
            case .refused(let fault): throw fault
            }
        }
        // What cannot be read is made anew: nothing in it is anybody's but ours.
        let before = (try? WorkbookFile.open(path: path).read(Self.sheet)).map(Self.rows) ?? [:]
        let bytes = try made(rows(results, jobs, before: before)) { (temporary) throws(WorkbookFault) in
            let snapshot = try FileSnapshot(path: temporary)
            return withExtendedLifetime(snapshot) { Array(snapshot.bytes) }
        }
        try FileReplacement.replace(path, with: bytes, like: held.status)
        return nil
    }

    // MARK: - Rows

    /// By job, by column.
    private static func rows(of table: SheetTable) -> [String: [JobColumn: CellValue]] {
        guard let header = table.rows.first else { return [:] }
        var columns: [Int: JobColumn] = [:]
        for cell in header.cells {
            if case .text(let text) = cell.value { columns[cell.column] = Self.columns.first { $0.name == text } }
        }
        var rows: [String: [JobColumn: CellValue]] = [:]
        for row in table.rows.dropFirst() {
            var values: [JobColumn: CellValue] = [:]
            for cell in row.cells { if let column = columns[cell.column] { values[column] = cell.value } }
            if case .text(let job)? = values[.jobID] { rows[job] = values }
        }
        return rows
    }

    private func rows(
        _ results: [RowResult], _ jobs: [String], before: [String: [JobColumn: CellValue]]
    ) -> [[JobColumn: CellValue]] {
        var rows = before
        for result in results {
            var row: [JobColumn: CellValue] = [
                .jobID: .text(result.job), .lastStatus: .text(result.status.rawValue), .lastRun: .date(result.lastRun),
                .lastMessage: .text(result.message),
            ]
            if let count = result.rows { row[.lastRows] = .number(Double(count), digits: String(count)) }
            if let seconds = result.lastDuration { row[.lastDuration] = .number(seconds, digits: String(seconds)) }
            row[.lastWatermark] =
                result.watermark.map { .text($0.value) } ?? before[result.job]?[.lastWatermark] ?? .empty
            rows[result.job] = row
        }
        var seen: Set<String> = []
        return jobs.filter { seen.insert($0).inserted }.compactMap { rows[$0] }
    }

    // MARK: - The file

    /// Nil once it is there; else why it must wait.
    private func create(_ rows: [[JobColumn: CellValue]]) throws(WorkbookFault) -> String? {
        try made(rows) { (temporary) throws(WorkbookFault) in
            let written = open(temporary, O_RDONLY | O_CLOEXEC)
            if written >= 0 {
                fsync(written)
                close(written)
            }
            // A rename would put it over what another run made meanwhile.
            guard link(temporary, path) != 0 else { return nil }
            switch errno {
            case EEXIST: return "being made by another run"
            // File systems without links.
            case EPERM, ENOTSUP, ENOSYS: if rename(temporary, path) == 0 { return nil }
            default: break
            }
            throw Self.fault(path, errno)
        }
    }

    /// `use` is given the path of a file with these rows, which is gone afterwards.
    private func made<R>(
        _ rows: [[JobColumn: CellValue]], _ use: (String) throws(WorkbookFault) -> R
    ) throws(WorkbookFault) -> R {
        let temporary = path + ".\(getpid())-\(UInt32.random(in: 0 ... .max)).tmp"
        // Made here and not by libxlsxwriter, which would say on standard error why it cannot.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.fault(path, errno) }
        close(descriptor)
        defer { unlink(temporary) }
        do throws(TemplateFault) { try build(rows, at: temporary) } catch {
            throw WorkbookFault(.access, error.message, remedy: error.remedy, kind: .permanent)
        }
        return try use(temporary)
    }

    private static func fault(_ path: String, _ code: Int32) -> WorkbookFault {
        WorkbookFault(.access, "\(path) could not be written: \(String(cString: strerror(code))).", kind: .permanent)
    }

    private func build(_ rows: [[JobColumn: CellValue]], at path: String) throws(TemplateFault) {
        let book = try XlsxBook(path: path)
        try book.describe(
            title: "Ingestion status", subject: "How the last run of each job ended",
            keywords: "ingest, data lake, status",
            comments: "Written by ingest after each run. Edits are lost with the next one.", created: time(nil))
        let sheet = try book.sheet(Self.sheet)
        let columns = Self.columns.map { TemplateColumn($0.spec) }
        let last = max(rows.count, 1)
        sheet.defaultRow(height: 18)
        try sheet.row(0, height: 30)
        try sheet.table("Results", rows: 0...last, headers: columns.map(\.name))
        for (index, column) in columns.enumerated() {
            var style = Self.style(of: column)
            try sheet.column(index, width: column.name == "job_id" ? 32 : column.fittedWidth, style: style)
            let head = CellStyle(
                isBold: true, color: column.group.color, fill: column.group.header, horizontal: .left,
                vertical: .center, indent: 1, lineBelow: column.group.color, lineBelowIsThick: true)
            try sheet.write(column.name, 0, index, head)
            if column.name == JobColumn.lastMessage.name { style.wraps = false }
            for (row, values) in rows.enumerated() {
                switch values[Self.columns[index]] {
                case .text(let text): try sheet.write(String(text.prefix(32_000)), row + 1, index, style)
                case .number(let number, _): try sheet.write(number, row + 1, index, style)
                case .date(let date): try sheet.write(SerialDate.serial(date, is1904: false), row + 1, index, style)
                default: break
                }
            }
        }
        for (formula, look) in JobLooks.status("$B2") {
            try sheet.look(
                LookRule(
                    formula: formula, style: CellStyle(isBold: true, color: look.text, fill: look.fill), isLast: true),
                rows: 1...last, columns: 1...1)
        }
        try sheet.comment(
            "Written by ingest after each run. Edits are lost with the next one.", 0, 0, width: 220, height: 50)
        sheet.freeze(rows: 1, columns: 1)
        sheet.select(1, 0)
        sheet.tab(Palette.title)
        try sheet.page(XlsxSheet.Page(footer: "&L&9ingest · status&C&9Page &P of &N&R&9&F", repeatedRows: 0))
        sheet.showFirst()
        try book.finish()
    }

    private static func style(of column: TemplateColumn) -> CellStyle {
        var style = CellStyle(color: Palette.ink, vertical: .center)
        switch column.entry {
        case .exactText: style.numberFormat = "@"
        case .dateTime: style.numberFormat = "yyyy-mm-dd hh:mm:ss"
        case .count: style.numberFormat = "#,##0"
        case .seconds: style.numberFormat = "#,##0.00"
        default: break
        }
        switch column.entry {
        case .text, .words, .exactText:
            style.horizontal = .left
            style.indent = 1
        default: break
        }
        return style
    }
}
