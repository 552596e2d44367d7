import Masks
import Ports
import Settings
import Workbook

/// `ingest validate`: reads the workbook and the settings, and says everything that is wrong with them.
struct ValidateVerb {
    let arguments: ParsedArguments
    let program: Program

    func run() throws -> ValidateReport {
        let project = try WorkbookProject(arguments, program: program)
        let secrets = project.project.map { $0.settings.secretFindings($0.secrets) + ColumnMasks.findings($0) }
        ProcessMemory.expectWorkbook(project.workbook)
        let tables = try ConfigurationFiles.read(path: project.workbook)
        ProcessMemory.keepUntilExit(tables)
        let survey = arguments.has("connect") ? try self.survey(project) : nil
        let checked = project.check(tables, lookingAround: survey.map { survey in { survey.remarks($0) } })
        if let failure = survey?.failure { throw failure }
        let types = checked.jobs.compactMap { $0.job?.source }.compactMap { source in
            source.type.map { (name: source.name, type: $0) }
        }
        let untyped = project.settings?.findings(ofUntyped: types) ?? []
        var report = ValidateReport(
            workbook: project.workbook,
            findings: project.settingsFindings + untyped + (secrets ?? []) + (survey?.sourceFindings ?? [])
                + checked.findings,
            jobs: checked.jobs, isStrict: arguments.has("strict"))
        report.jobsConnected = survey?.jobsChecked
        if let copy = arguments.value("annotate") {
            try annotate(project.workbook, checked.findings, to: copy, tables: tables)
            report.annotated = copy
        }
        return report
    }

    private func survey(_ project: WorkbookProject) throws -> WorkbookSurvey {
        guard let settings = project.project else {
            throw UsageFault(
                "--connect needs settings that say where the sources are, and there is no ingest.toml here or above",
                remedy: "Name the project's folder with --project.")
        }
        let sources = NamedSources(project: settings, program: program)
        return WorkbookSurvey(
            project: settings, survey: SourceSurvey(stop: program.stop) { try sources.open($0) })
    }

    /// Notes are left out: a cell that was understood needs no mark.
    private func annotate(
        _ workbook: String, _ findings: [Finding], to copy: String, tables: [SheetTable]
    ) throws {
        guard tables.allSatisfy({ $0.source == .workbook }) else {
            throw UsageFault(
                "--annotate: cells of a CSV file cannot have comments",
                remedy: "Read the findings with --format json, or keep the configuration as a workbook.")
        }
        var order: [String] = []
        var comments: [String: (sheet: String, reference: CellReference, text: String)] = [:]
        for finding in findings where finding.severity > .note {
            guard let mark = finding.place.lastIndex(of: "!"),
                let reference = CellReference(String(finding.place[finding.place.index(after: mark)...]))
            else { continue }
            let line = "\(finding.severity): \(finding.message)"
            if comments[finding.place] == nil {
                order.append(finding.place)
                comments[finding.place] = (String(finding.place[..<mark]), reference, line)
            } else {
                comments[finding.place]!.text += "\n" + line
            }
        }
        try WorkbookPatcher.annotate(workbook, comments: order.compactMap { comments[$0] }, to: copy)
    }
}
