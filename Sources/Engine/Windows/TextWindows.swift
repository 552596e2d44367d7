import Ports

/// The windows of a column of text, whose order only the database knows: it says how the end compares with the start, and
/// nothing else can be compared. So there is what is due, and there is everything.
struct TextWindows {
    let planner: LoadPlanner
    let moment: WindowMoment
    let watermark: JobWatermark
    let start: WindowStart
    let column: String

    private var isLoaded: Bool { planner.state.origin != nil }

    func add(to plan: inout LoadPlan) throws(EngineFault) {
        let isWhole = try isEverything(&plan)
        try refuse(watermark.lookback != nil, "watermark_lookback", "distances")
        try refuse(watermark.end != nil, "watermark_end", "where a value lies")
        let type = moment.high?.type ?? planner.state.watermark?.type ?? "text"
        let low: WatermarkText? =
            isWhole
            ? nil : isLoaded ? planner.state.watermark : start.asked.map { WatermarkText(value: $0, type: type) }
        plan.watermark = low
        plan.sourceClock = moment.clock ?? planner.state.sourceClock
        guard let high = moment.high else {
            WindowPlanner.addNothing(to: &plan, planner)
            return
        }
        // Everything that is there goes where everything is read: also what a load without windows left.
        let gone = planner.state.live.filter { slice in
            isWhole || low == nil || slice.coverage == .whole || slice.isProvisional && slice.coverage != .nulls
        }
        if let low {
            switch moment.order {
            case .same: return
            case .above: break
            case .below:
                throw EngineFault(
                    .permanent,
                    "\(planner.job.id): the greatest value of \(column) is \(VisibleText.quoted(high.value)), but the table is "
                        + "loaded up to \(VisibleText.quoted(low.value))",
                    remedy:
                        "Nothing was read. `ingest run --jobs \(planner.job.id) --full-refresh` loads the table anew.")
            case nil:
                throw EngineFault(
                    .permanent, "\(planner.job.id): the source does not say how the values of \(column) compare")
            }
        }
        plan.slices = [
            PlannedSlice(
                rows: .part(.window(low: low?.value, high: high.value)), coverage: .window(low: low, high: high))
        ]
        plan.watermark = high
        plan.replaces = gone.map(\.id)
        if !gone.isEmpty {
            plan.replacements = [
                LoadPlan.Replacement(
                    cause: planner.request == .fullRefresh ? .whole : .reload, replaced: plan.replaces,
                    oldRows: gone.reduce(0) { $0 + $1.rows }, slices: [0], range: "the table")
            ]
        }
    }

    private func isEverything(_ plan: inout LoadPlan) throws(EngineFault) -> Bool {
        let reload: JobReload
        switch planner.request {
        case .fullRefresh:
            plan.commitsEmpty = true
            return true
        case .backfill(let from, let to, let chunk, _):
            try refuse(chunk != nil, "--chunk", "where a value lies")
            reload = JobReload(from: from, to: to)
        case .due:
            guard let asked = planner.job.reload else { return false }
            plan.finishesReload = true
            reload = asked
        }
        try refuse(reload.from != .beginning || reload.to != nil, "a range to load again", "where a value lies")
        return true
    }

    private func refuse(_ condition: Bool, _ what: String, _ which: String) throws(EngineFault) {
        guard condition else { return }
        throw EngineFault(
            .configuration,
            "\(planner.job.id): \(what) does not go with \(column), a column of text: only the database knows \(which)",
            remedy: "From START without an end, everything can be loaded again; or choose a time or a number as "
                + "watermark_column.")
    }
}
