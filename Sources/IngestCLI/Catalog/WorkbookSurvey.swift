import Ports
import Settings
import Workbook

/// Goes from a workbook's enabled rows to their sources and back to the cells: what `validate --connect` adds.
final class WorkbookSurvey {
    private let project: ProjectSettings
    private let survey: SourceSurvey
    /// About sources as a whole: one for each, however many jobs it has.
    private(set) var sourceFindings: [Finding] = []
    /// Jobs whose source was really asked.
    private(set) var jobsChecked = 0
    /// What stopped it before all was asked.
    private(set) var failure: (any Error)?

    init(project: ProjectSettings, survey: SourceSurvey) {
        self.project = project
        self.survey = survey
    }

    func remarks(_ rows: CheckedRows) -> [SourceRemark] {
        var questions: [String: [SourceSurvey.Question]] = [:]
        var remarks: [SourceRemark] = []
        var asked: [(index: Int, job: Job, placesWatermark: Bool)] = []
        for (index, checked) in rows.jobs.enumerated() {
            guard checked.isEnabled, let job = checked.job, job.source.type?.isDatabase == true,
                project.settings.source(job.source.name) != nil
            else { continue }
            do throws(SettingsFault) {
                let query = JobQuery(job: job, project: project.settings.project)
                questions[job.source.name, default: []].append(
                    .init(
                        id: index, request: try query.request(),
                        conditions: Self.conditions(of: job, rows.qualityRules).map(\.text)))
                asked.append((index, job, try query.placesWatermark()))
            } catch {
                remarks.append(SourceRemark(.error, .job(row: checked.row, .query), error.message))
            }
        }
        let answers: [String: SourceSurvey.Answer]
        do { answers = try survey.ask(questions) } catch {
            failure = error
            return remarks
        }
        for (source, answer) in answers.sorted(by: { $0.key < $1.key }) {
            report(source, answer, jobs: questions[source]?.count ?? 0)
        }
        for (index, job, placesWatermark) in asked {
            guard case .described(let results)? = answers[job.source.name], let result = results[index] else {
                continue
            }
            jobsChecked += 1
            var survey = JobSurvey(
                row: rows.jobs[index].row, job: job, placesWatermark: placesWatermark, qualityRules: rows.qualityRules,
                columnRules: rows.columnRules)
            for (condition, fault) in zip(Self.conditions(of: job, rows.qualityRules), result.conditions) {
                if let fault { survey.refusedConditions.append((condition.row, condition.text, fault)) }
            }
            remarks += survey.remarks(result.object)
        }
        return remarks
    }

    /// The rules `sql` that are judged for it.
    private static func conditions(
        of job: Job, _ rules: [(row: Int, rule: QualityRule)]
    ) -> [(row: Int, text: String)] {
        rules.compactMap { row, rule in
            guard rule.kind == .sql, rule.job == nil || rule.job == job.id, case .text(let text) = rule.argument else {
                return nil
            }
            return (row, text)
        }
    }

    private func report(_ source: String, _ answer: SourceSurvey.Answer, jobs: Int) {
        guard let settings = project.settings.source(source) else { return }
        let what = "[sources.\(source)]"
        let rest = "\(NumberText.counted(jobs, "job")) of it \(jobs == 1 ? "was" : "were") not looked at."
        let row = settings.place.split(separator: ":").last.flatMap { Int($0) }
        let finding: Finding
        switch answer {
        case .described: return
        case .hasNoCatalog:
            finding = Finding(
                .warning, place: settings.place, row: row, column: "sources.\(source)",
                message: "\(what) cannot be looked around in by this version: \(rest)")
        case .unreachable(let fault):
            if fault.kind == .cancelled { failure = fault }
            let remedy = fault.remedy.map { " " + $0 } ?? ""
            // Faults of settings say the place themselves.
            var told = fault.message
            if told.hasPrefix("\(settings.place): ") { told.removeFirst(settings.place.count + 2) }
            if !told.hasPrefix(what) { told = "\(what): \(told)" }
            let end = told.last.map { ".!?".contains($0) } == true ? "" : "."
            finding = Finding(
                .error, place: settings.place, row: row, column: "sources.\(source)",
                message: "\(told)\(end)\(remedy) \(rest)")
        }
        sourceFindings.append(finding)
    }
}
