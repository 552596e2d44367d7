import Ports
import Settings
import Workbook

/// Shows a run's results where its people look: in the workbook, or in a file beside it. What cannot be written is a
/// remark; the lake's own record has the truth, and the next run writes the cells.
struct WriteBack {
    enum Place: String { case workbook, statusFile = "status_file", off }

    let workbook: String
    let sources: [KnownSource]?
    let place: Place
    let zone: ZoneRules
    let console: Console
    /// Seconds to wait for a workbook that is open elsewhere.
    var patience = 15.0
    private let isLoaded: (Job) -> Bool

    /// - Parameter isLoaded: whether a job's table has a load by its records; asked where a run has not said it.
    init(_ project: WorkbookProject, zone: ZoneRules, console: Console, isLoaded: @escaping (Job) -> Bool) {
        self.isLoaded = isLoaded
        workbook = project.workbook
        sources = project.sources
        place = project.settings?["run", "write_back"].flatMap { Place(rawValue: $0.shown) } ?? .workbook
        self.zone = zone
        self.console = console
    }

    /// How the jobs ended, and the rows as the run read them.
    func write(_ outcomes: [JobOutcome], rows: [CheckedJob]) -> [RunRemark] {
        guard place != .off, !outcomes.isEmpty else { return [] }
        let outcomes = Self.lastRounds(of: outcomes)
        // Refused rows may share a name: then each has an outcome of its own, in the order of the sheet.
        var byID = Dictionary(grouping: rows, by: \.id)
        let results = outcomes.map { outcome in
            var row = byID[outcome.job.id]?.first
            if let found = byID[outcome.job.id], found.count > 1 {
                row = found.first { ($0.job == nil) == (outcome.status == .invalid) } ?? found[0]
                byID[outcome.job.id]?.removeAll { $0.row == row?.row }
            }
            return RowResult(
                outcome, row: row, zone: zone, hasNoLoad: hasNoLoad(outcome, row?.job),
                redact: { console.redacted($0) })
        }
        return write(results, jobs: rows.map(\.id))
    }

    /// A job that ran in several rounds is shown as the last of them left it, against where its table was before the first.
    static func lastRounds(of outcomes: [JobOutcome]) -> [JobOutcome] {
        var places: [String: Int] = [:]
        var last: [JobOutcome] = []
        for outcome in outcomes {
            // Refused rows may share a name; each has an outcome of its own.
            guard outcome.status != .invalid else {
                last.append(outcome)
                continue
            }
            guard let place = places.updateValue(places[outcome.job.id] ?? last.count, forKey: outcome.job.id) else {
                last.append(outcome)
                continue
            }
            let before = last[place]
            last[place] = outcome
            last[place].tableWatermark = outcome.tableWatermark ?? before.tableWatermark
            last[place].tableWatermarkBefore = before.tableWatermarkBefore
            last[place].finishedReload = outcome.finishedReload || before.finishedReload
        }
        return last
    }

    /// Asked of the lake only where it makes a difference: beside a `last_watermark`, where the run itself has not said it.
    private func hasNoLoad(_ outcome: JobOutcome, _ job: Job?) -> Bool {
        guard outcome.tableWatermark == nil else { return false }
        guard let job else { return true }
        return job.watermark?.last != nil && !isLoaded(job)
    }

    func write(_ results: [RowResult], jobs: [String]) -> [RunRemark] {
        do {
            if place == .workbook, isWorkbook {
                return try WorkbookResults.write(
                    results, to: workbook, sources: sources, patience: .init(seconds: patience)
                ).map { RunRemark(.warning, $0) }
            }
            let notes = try StatusWorkbook(path: statusPath).write(
                results, jobs: jobs, patience: .init(seconds: patience))
            return notes.map { RunRemark(.warning, $0) }
                + results.filter { $0.finishedReload != nil }.map { result in
                    RunRemark(
                        .warning,
                        "\(result.job): the reload is done, but \(workbook) is not written into: clear reload_from and "
                            + "reload_to, or the next run loads the range again")
                }
        } catch {
            let fault = JobOutcome.Failure(error)
            return [RunRemark(.warning, "Results were not written: \(fault.text)")]
        }
    }

    private var isWorkbook: Bool {
        let name = workbook.lowercased()
        return name.hasSuffix(".xlsx") || name.hasSuffix(".xlsm")
    }

    /// Beside the workbook; in a folder of CSV files, among them.
    var statusPath: String {
        let name = workbook.lowercased()
        let isFile = isWorkbook || [".csv", ".tsv", ".txt"].contains { name.hasSuffix($0) }
        guard isFile else { return workbook + "/" + StatusWorkbook.name }
        guard let slash = workbook.lastIndex(of: "/") else { return StatusWorkbook.name }
        return workbook[...slash] + StatusWorkbook.name
    }
}
