import Glibc
import Ports

/// Writes `ingestion_config.xlsx`: the form that analysts fill in, with everything that makes it hard to fill it in wrong.
/// The same content always gives the same bytes.
package struct TemplateWriter: Sendable {
    package var content: TemplateContent

    package init(content: TemplateContent) { self.content = content }

    /// 2026-01-01 00:00:00 UTC: in the document's properties instead of the time of writing.
    private static let created = 1_767_225_600

    /// Writes to `path`, which must not exist unless `replacing`; nothing is at `path` before the file is complete.
    package func write(to path: String, replacing: Bool = false) throws(TemplateFault) {
        let temporary = path + ".\(getpid()).tmp"
        // Made here and not by libxlsxwriter, which would say on standard error why it cannot.
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.fault(placing: path, errno) }
        close(descriptor)
        do throws(TemplateFault) {
            try build(at: temporary)
            // link() refuses to take the place of a file that is there; rename() does not.
            let code = replacing ? rename(temporary, path) : link(temporary, path)
            guard code == 0 else { throw Self.fault(placing: path, errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        if !replacing { unlink(temporary) }
    }

    private static func fault(placing path: String, _ code: Int32) -> TemplateFault {
        code == EEXIST
            ? TemplateFault(
                "\(path) is there already", remedy: "Name another file, or remove it.", kind: .configuration)
            : TemplateFault("\(path) could not be written: \(String(cString: strerror(code)))", kind: .configuration)
    }

    private func build(at path: String) throws(TemplateFault) {
        let jobs = FormSheet(
            name: JobColumn.sheet, tableName: "Jobs", columns: content.jobColumns(), examples: content.exampleJobs(),
            frozenColumns: 2, tabColor: Palette.title, printScale: 48)
        let quality = FormSheet(
            name: QualityRuleColumn.sheet, tableName: "Quality", columns: content.qualityColumns(),
            examples: content.exampleRules(), frozenColumns: 1, tabColor: SheetColumnSpec.Group.rule.color,
            printScale: 100)
        let rules = FormSheet(
            name: ColumnRuleColumn.sheet, tableName: "Rules", columns: content.ruleColumns(), examples: [],
            frozenColumns: 1, tabColor: SheetColumnSpec.Group.rule.color, printScale: 100)
        let guide = GuideSheet(
            jobs: jobs,
            rules: [
                (quality, "The sheet QualityRules: what must hold for the rows of a load"),
                (rules, "The sheet ColumnRules: how single columns are written"),
            ])
        var lists = ListsSheet()

        let book = try XlsxBook(path: path)
        try book.describe(
            title: "Ingestion configuration", subject: "Jobs of ingest: one row is one job",
            keywords: "ingest, data lake, jobs",
            comments: "Made by ingest template. The sheet Guide explains every column.",
            created: Self.created)
        let jobSheet = try jobs.write(to: book, lists: &lists) { guide.row(of: $0, in: jobs.name) }
        try JobLooks(form: jobs).write(to: jobSheet)
        for form in [quality, rules] {
            let sheet = try form.write(to: book, lists: &lists) { guide.row(of: $0, in: form.name) }
            try form.stripe(sheet)
        }
        try guide.write(to: book)
        try lists.write(to: book)
        if let column = jobs.index(of: JobColumn.jobID.name) {
            try book.define(JobNames.definedName, as: JobNames.formula(column: column + 1))
        }
        jobSheet.showFirst()
        try book.finish()
    }
}
