import Ports

/// The windows of one incremental load.
struct WindowPlanner {
    private let job: Job
    private let watermark: JobWatermark
    private let planner: LoadPlanner
    private let state: TableState
    private let moment: WindowMoment
    private let column: String

    init(_ planner: LoadPlanner, _ moment: WindowMoment) {
        guard let watermark = planner.job.watermark else {
            preconditionFailure("the check of the workbook gives every incremental job a watermark")
        }
        self.planner = planner
        self.moment = moment
        self.watermark = watermark
        job = planner.job
        state = planner.state
        column = planner.origin.watermark ?? watermark.columns.joined(separator: ", ")
    }

    /// Whether a load of the table stands. Before that, the row says where to start.
    private var isLoaded: Bool { state.origin != nil }

    func plan() throws -> LoadPlan {
        var plan = LoadPlan(mode: .append, notes: moment.notes, warnings: moment.warnings)
        if planner.request != .fullRefresh { try planner.keepDays(state.live.filter { $0.coverage.day != nil }) }
        let start = try WindowStart(planner, isLoaded: isLoaded)
        try checkNulls(&plan)
        if var scale = WindowScale(moment, column: column, recorded: state.watermark) {
            try ScaledWindows(
                planner: planner, moment: moment, watermark: watermark, start: start, isLoaded: isLoaded
            ).add(to: &plan, &scale)
        } else {
            try TextWindows(planner: planner, moment: moment, watermark: watermark, start: start, column: column)
                .add(to: &plan)
        }
        addNulls(to: &plan)
        let slices = plan.slices.compactMap { slice -> ReadWindows.Slice? in
            if case .part(let part) = slice.rows { part } else { nil }
        }
        if !slices.isEmpty {
            plan.windows = ReadWindows(columns: watermark.columns, ends: moment.ends, slices: slices)
        }
        if let beyond = moment.beyond, beyond > 0, let high = moment.high {
            plan.notes.append("\(LoadGuards.rows(beyond)) at or after \(high.value) are read by the next load.")
        }
        if plan.isEmpty, let high = moment.high {
            plan.notes.append("Nothing new: rows newer than \(high.value) are read by the next run.")
        }
        return plan
    }

    // MARK: - Rows without a value

    private func checkNulls(_ plan: inout LoadPlan) throws(EngineFault) {
        guard let nulls = moment.nulls, nulls > 0 else { return }
        let said = "\(LoadGuards.rows(nulls)) of \(planner.origin.object) have no value in \(column)"
        switch watermark.onNull {
        case .skip:
            plan.warnings.append("\(said) and are not loaded; on_null_watermark include loads them each time.")
        case .include: plan.notes.append("\(said); they are loaded each time.")
        case .error:
            throw EngineFault(
                .permanent, "\(job.id): \(said), and on_null_watermark is error",
                remedy: "Fill the column in, name a second one to fall back to (watermark_column: a, b), or set "
                    + "on_null_watermark to include or skip.")
        }
    }

    /// They are a slice of their own. It goes with each load: a row that has got a value since is in a window now.
    private func addNulls(to plan: inout LoadPlan) {
        let live = state.live.filter { $0.coverage == .nulls }
        let loaded = live.reduce(0) { $0 + $1.rows }
        let isWanted = watermark.onNull == .include && (moment.nulls != 0 || !live.isEmpty)
        guard !plan.isEmpty || (isWanted && (moment.nulls ?? loaded) != loaded) else { return }
        // A full refresh has taken them out already.
        let gone = live.filter { !plan.replaces.contains($0.id) }
        plan.replaces += gone.map(\.id)
        var index: Int?
        if isWanted {
            index = plan.slices.count
            plan.slices.append(PlannedSlice(rows: .part(.nulls), coverage: .nulls, isProvisional: true))
        } else if loaded > 0 {
            plan.warnings.append(
                "\(LoadGuards.rows(loaded)) without a value in \(column) are taken out of the table, as on_null_watermark is now "
                    + "\(watermark.onNull.rawValue).")
        }
        guard !gone.isEmpty else { return }
        // Counted with what is due: rows that got a value have moved there.
        let due = plan.replacements.firstIndex { $0.cause == .regular }
        if let due {
            plan.replacements[due].replaced += gone.map(\.id)
            plan.replacements[due].oldRows += loaded
            plan.replacements[due].slices += index.map { [$0] } ?? []
        } else {
            plan.replacements.append(
                LoadPlan.Replacement(
                    cause: .regular, replaced: gone.map(\.id), oldRows: loaded, slices: Array(plan.slices.indices),
                    range: "the rows without a value in \(column)"))
        }
    }

    // MARK: - No value at all

    /// The source has no row with a watermark: only a full refresh takes out what the table has.
    static func addNothing(to plan: inout LoadPlan, _ planner: LoadPlanner) {
        plan.finishesReload = false
        guard planner.request == .fullRefresh else {
            if planner.state.rows > 0 {
                plan.warnings.append(
                    "No row of \(planner.origin.object) has a value in its watermark; the table keeps what it has.")
            }
            return
        }
        plan.replaces = planner.state.live.map(\.id)
        plan.commitsEmpty = true
        guard !plan.replaces.isEmpty else { return }
        plan.replacements = [
            LoadPlan.Replacement(
                cause: .whole, replaced: plan.replaces, oldRows: planner.state.rows, slices: [], range: "the table")
        ]
    }
}
