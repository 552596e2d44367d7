import Ports
import Workbook

/// Which rows of the workbook a run is about.
struct RunSelection {
    /// In sheet order.
    var jobs: [Job] = []
    /// Rows that were asked for and are refused.
    var refused: [(id: String, source: String?, table: String?, reason: String)] = []
    var notes: [String] = []

    init(_ workbook: CheckedWorkbook, _ options: RunOptions, isDue: (Job) -> Bool) throws(UsageFault) {
        try Self.checkSheet(workbook)
        try Self.checkNames(options.jobs, "jobs", "job", among: workbook.jobs.map(\.id))
        try Self.checkNames(
            options.sources, "sources", "job of the source", among: workbook.jobs.compactMap { $0.job?.source.name })
        try Self.checkNames(
            options.tags, "tags", "job with the tag", among: workbook.jobs.flatMap { $0.job?.run.tags ?? [] })
        for row in workbook.jobs where row.isEnabled || options.jobs.contains(row.id) {
            guard let job = row.job else {
                // What a refused row is about can't always be told: it counts where everything, or its name, was asked for.
                let isAsked =
                    options.jobs.isEmpty
                    ? options.tags.isEmpty && options.sources.isEmpty : options.jobs.contains(row.id)
                if isAsked {
                    refused.append(
                        (row.id, row.reads?.source, row.reads?.object.table, row.refusal ?? "The row is refused."))
                }
                continue
            }
            guard options.jobs.isEmpty || options.jobs.contains(job.id),
                options.sources.isEmpty || options.sources.contains(job.source.name),
                options.tags.isEmpty || !Set(options.tags).isDisjoint(with: job.run.tags)
            else { continue }
            guard !options.onlyDue || isDue(job) else { continue }
            if !row.isEnabled {
                notes.append("'\(job.id)' is not enabled in the workbook, and runs because it is named")
            }
            jobs.append(job)
        }
        if jobs.isEmpty, refused.isEmpty, !options.onlyDue { notes.append(Self.idle(workbook, options)) }
    }

    /// Why there is nothing to run, for who expected something.
    private static func idle(_ workbook: CheckedWorkbook, _ options: RunOptions) -> String {
        if workbook.jobs.isEmpty { return "The workbook has no rows yet; each row is one job." }
        let rows = NumberText.counted(workbook.jobs.count, "row")
        guard workbook.jobs.contains(where: \.isEnabled) else {
            return "None of the workbook's \(rows) is enabled: write Y into its column enabled."
        }
        return "No enabled row is of these sources and has one of these tags."
    }

    /// A sheet without its name or its headers has no rows that could be refused.
    private static func checkSheet(_ workbook: CheckedWorkbook) throws(UsageFault) {
        guard !workbook.jobs.contains(where: \.isEnabled),
            let finding = workbook.findings.first(where: { $0.severity == .error && !$0.place.contains("!") })
        else { return }
        throw UsageFault(
            "\(finding.place): \(finding.message)",
            remedy: "`ingest validate` says everything that is wrong with the workbook.")
    }

    private static func checkNames(
        _ names: [String], _ option: String, _ what: String, among known: [String]
    ) throws(UsageFault) {
        for name in names where !known.contains(name) {
            let near = NearestName.suggestion(for: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
            let list = Array(Set(known)).sorted()
            let shown = list.prefix(20).joined(separator: ", ") + (list.count > 20 ? ", …" : "")
            throw UsageFault(
                "--\(option): the workbook has no \(what) '\(name)'\(near)",
                remedy: list.isEmpty ? "It has none at all." : "There are \(shown).")
        }
    }
}
