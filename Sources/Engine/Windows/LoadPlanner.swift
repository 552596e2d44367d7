import Ports

/// Decides what one load of one table reads, writes and replaces. Pure: it knows the row, what the table holds, and where
/// the source says that its rows are final.
///
/// An incremental table is a set of slices that do not overlap. Each load covers a range, replaces every slice that overlaps
/// it, and is stretched to their ends: so whatever was set back, changed or asked for, no row is there twice.
package struct LoadPlanner: Sendable {
    package var job: Job
    package var origin: LoadOrigin
    package var state: TableState
    /// Nil for loads without windows.
    package var moment: WindowMoment?
    package var request: LoadRequest
    /// The run's: `2026-11-21`.
    package var date: String
    /// Where the row's `last_watermark` stands, for messages.
    package var place: String

    package init(
        job: Job, origin: LoadOrigin, state: TableState, moment: WindowMoment? = nil, request: LoadRequest = .due,
        date: String, place: String = "last_watermark"
    ) {
        self.job = job
        self.origin = origin
        self.state = state
        self.moment = moment
        self.request = request
        self.date = date
        self.place = place
    }

    /// Throws `EngineFault` and `LedgerFault`.
    package func plan() throws -> LoadPlan {
        var notes: [String] = []
        try TableBelonging(job: job, origin: origin, state: state, request: request).check(&notes)
        var plan: LoadPlan
        switch (job.loadType, moment) {
        case (.full, _): plan = try full()
        case (.incremental, let moment?): plan = try WindowPlanner(self, moment).plan()
        case (.incremental, nil):
            throw EngineFault(
                .configuration, "\(job.id): the source '\(job.source.name)' cannot say up to where its rows are final",
                remedy: "Use load_type FULL.")
        }
        plan.notes = notes + plan.notes
        return plan
    }

    /// What to ask the source before an incremental load is planned; nil for a FULL load.
    package static func question(
        _ job: Job, isLoaded: Bool, upTo loaded: WatermarkText?, object: ReadRequest.Object, openDays: Int
    ) -> WindowQuestion? {
        guard job.loadType == .incremental, let watermark = job.watermark else { return nil }
        // Before the first load the type is not known: the source compares the row's text as a value of the column.
        let low = isLoaded ? loaded : watermark.last.map { WatermarkText(value: $0, type: "") }
        return WindowQuestion(
            object: object, filter: job.object.filter, columns: watermark.columns, timezone: watermark.timezone,
            low: low,
            openDays: openDays)
    }

    // MARK: - Loads without windows

    private func full() throws(EngineFault) -> LoadPlan {
        if case .backfill = request {
            throw EngineFault(
                .configuration, "\(job.id) is a FULL load: there is no range to load again",
                remedy: "A plain run loads everything.")
        }
        let isSnapshot = job.writeMode == .snapshot
        var plan = LoadPlan(mode: job.writeMode, sourceClock: state.sourceClock, commitsEmpty: true)
        let days = state.live.filter { $0.coverage.day != nil }
        let gone: [Slice]
        if request == .fullRefresh {
            gone = state.live
        } else if isSnapshot {
            gone = state.live.filter { $0.coverage.day == date || $0.coverage.day == nil }
            if gone.contains(where: { $0.coverage.day == nil }) {
                plan.notes.append(
                    "The table held the newest state only; its first snapshot, of \(date), takes the place of that.")
            }
        } else {
            try keepDays(days)
            gone = state.live
        }
        plan.slices = [
            PlannedSlice(rows: .everything, coverage: isSnapshot ? .day(date) : .whole)
        ]
        plan.replaces = gone.map(\.id)
        if gone.isEmpty {
            let newest = days.compactMap(\.coverage.day).filter { $0 < date }.max()
            plan.lastRows = newest.map { day in
                days.filter { $0.coverage.day == day }.reduce(0) { $0 + $1.rows }
            }
        } else {
            plan.replacements = [
                LoadPlan.Replacement(
                    cause: .whole, replaced: plan.replaces, oldRows: gone.reduce(0) { $0 + $1.rows }, slices: [0],
                    range: isSnapshot ? "the snapshot of \(date)" : "the table")
            ]
        }
        return plan
    }

    /// Days that a table keeps don't go because somebody changed a cell.
    func keepDays(_ days: [Slice]) throws(EngineFault) {
        guard !days.isEmpty else { return }
        let count = Set(days.compactMap(\.coverage.day)).count
        throw EngineFault(
            .configuration,
            "\(job.id): the table '\(job.target.table)' keeps the snapshots of \(count == 1 ? "a day" : "\(count) days"), "
                + "which a load with write_mode \(job.writeMode.rawValue) would remove",
            remedy: "Set write_mode to snapshot again or give the row another target_table; or "
                + "`ingest run --jobs \(job.id) --full-refresh`, which gives the days up.")
    }
}
