import Ports

/// Whether a table may be loaded by a job: it belongs to one job, source, object and watermark. What else of the row has
/// changed is said, with what it does not read again.
struct TableBelonging {
    let job: Job
    let origin: LoadOrigin
    let state: TableState
    let request: LoadRequest

    func check(_ notes: inout [String]) throws(LedgerFault) {
        guard let before = state.origin else { return }
        if before.job != origin.job {
            throw foreign(
                "belongs to the job '\(before.job)', not to '\(origin.job)'",
                "Give the row its own target_table; or, if it is the same job under a new name: "
                    + "`ingest adopt \(origin.job)`.")
        }
        // Everything is read anew: what it was read from before does not matter.
        if request == .fullRefresh { return }
        let refresh = "`ingest run --jobs \(origin.job) --full-refresh` loads the table anew from there."
        if !Self.isSame(before.source, origin.source) {
            throw foreign("was loaded from the source '\(before.source)', not from '\(origin.source)'", refresh)
        }
        if !before.isQuery, !origin.isQuery, !Self.isSame(before.object, origin.object) {
            throw foreign("was loaded from \(before.object), and the row now names \(origin.object)", refresh)
        }
        if let was = before.watermark, let now = origin.watermark, !Self.isSame(was, now) {
            throw foreign("has windows of \(was), and the row's watermark_column is now \(now)", refresh)
        }
        guard job.loadType == .incremental, before.watermark != nil else { return }
        let rest =
            "rows that were loaded before stay as they are; `ingest backfill \(origin.job) --from START` reads them again."
        if before.isQuery != origin.isQuery || before.object != origin.object, before.isQuery || origin.isQuery {
            notes.append("The query has changed: it applies from now on, and \(rest)")
        }
        if before.filter != origin.filter {
            notes.append("query_filter has changed: it applies from now on, and \(rest)")
        }
    }

    private static func isSame(_ a: String, _ b: String) -> Bool { a == b || a.lowercased() == b.lowercased() }

    private func foreign(_ what: String, _ remedy: String) -> LedgerFault {
        LedgerFault(.foreign, .configuration, "The table '\(job.target.table)' \(what)", remedy: remedy)
    }
}

extension LoadOrigin {
    /// Of a job whose object is called `object` where it was found.
    package init(_ job: Job, object: String, isQuery: Bool) {
        let columns = job.watermark?.columns ?? []
        self.init(
            job: job.id, source: job.source.name, object: object, isQuery: isQuery, filter: job.object.filter,
            watermark: columns.count > 1 ? "COALESCE(\(columns.joined(separator: ", ")))" : columns.first)
    }
}
