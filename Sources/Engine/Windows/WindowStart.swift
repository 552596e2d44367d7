import Ports

/// Where the windows of a table begin: its watermark, once it was loaded; before that, what its row says.
struct WindowStart {
    /// Of the last record.
    let recorded: WatermarkText?
    /// `last_watermark` of a table without a load.
    let asked: String?
    /// `reload_from` of such a table stands for it.
    let isCopied: Bool

    init(_ planner: LoadPlanner, isLoaded: Bool) throws(EngineFault) {
        recorded = planner.state.watermark
        let record = planner.job.record
        isCopied = !isLoaded && Self.seemsCopied(record, start: planner.job.watermark?.last)
        if isCopied, planner.request == .due, planner.job.reload == nil {
            throw EngineFault(
                .configuration,
                "\(planner.job.id): the row looks copied from another: its last_run says "
                    + "\(VisibleText.quoted(record.lastRun ?? "")), but '\(planner.job.target.table)' was never loaded",
                remedy: "Clear its last_ cells to load everything, or put the start in reload_from.")
        }
        asked = isLoaded || isCopied ? nil : planner.job.watermark?.last
    }

    /// Where a start is given, results are written without a `last_run` until there is a load, so that a filled one is
    /// another row's, whatever has been written over the other cells since. Without a start, a first load that failed, or
    /// found nothing, leaves a filled cell and no record, too.
    private static func seemsCopied(_ record: JobRecord, start: String?) -> Bool {
        guard record.lastRun != nil else { return false }
        guard start == nil else { return true }
        switch record.lastStatus?.uppercased() {
        case nil: return true
        case "SUCCESS": return record.lastRows.map { !$0.allSatisfy { $0 == "0" } } ?? true
        default: return false
        }
    }
}
