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
        try Self.checkNames(options.jobs, "jobs", among: workbook.jobs.map(\.id))
        try Self.checkNames(options.sources, "sources", among: workbook.jobs.compactMap { $0.job?.source.name })
        try Self.checkNames(options.tags, "tags", among: workbook.jobs.flatMap { $0.job?.run.tags ?? [] })
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
    }

    private static func checkNames(
        _ names: [String], _ option: String, among known: [String]
    ) throws(UsageFault) {
        for name in names where !known.contains(name) {
            let near = NearestName.suggestion(for: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
            let list = Array(Set(known)).sorted()
            let shown = list.prefix(20).joined(separator: ", ") + (list.count > 20 ? ", …" : "")
            throw UsageFault(
                "--\(option): the workbook has no '\(name)'\(near)",
                remedy: list.isEmpty ? "It has none at all." : "There are \(shown).")
        }
    }
}
