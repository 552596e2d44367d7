import Ports

/// The windows of a column whose values have places on a scale: times, numbers, rowversions.
struct ScaledWindows {
    let planner: LoadPlanner
    let moment: WindowMoment
    let watermark: JobWatermark
    let start: WindowStart
    let isLoaded: Bool

    private var job: Job { planner.job }

    /// What is known of the ends, all on one scale.
    private struct Edges {
        /// Where the last load ended.
        var low: WindowPlace
        /// Up to where the source can be read now.
        var top: Int128
        /// The same, but not beyond `watermark_end`.
        var high: WindowPlace
        /// Up to where rows are final.
        var final: WindowPlace
        /// The database's clock is earlier than the last record's, and shows times that are loaded already.
        var isSetBack = false
    }

    func add(to plan: inout LoadPlan, _ scale: inout WindowScale) throws {
        let live = try planner.request == .fullRefresh ? [] : live(&scale)
        let low = try low(&scale, &plan.notes)
        plan.watermark = scale.text(low)
        plan.sourceClock = planner.state.sourceClock ?? moment.clock
        guard let high = moment.high else {
            WindowPlanner.addNothing(to: &plan, planner)
            return
        }
        let edges = try edges(low: low, high: high, &scale, &plan.notes)
        try refuseRestart(edges, scale)
        var wanted: [WindowCover.Part] = []
        switch planner.request {
        case .due:
            wanted = due(edges, live)
            plan.sourceClock = moment.clock ?? planner.state.sourceClock
            // Of a table that was never loaded it is the start.
            if let reload = job.reload, isLoaded {
                wanted += try self.reload(reload.from, reload.to, edges, scale, "reload", &plan)
            }
            plan.finishesReload = job.reload != nil
        case .fullRefresh:
            wanted = [WindowCover.Part(interval: WindowInterval(.start, edges.high), isReload: true)]
            plan.sourceClock = moment.clock ?? planner.state.sourceClock
            plan.commitsEmpty = true
        case .backfill(let from, let to, _, _):
            wanted = try reload(from, to, edges, scale, "--", &plan)
        }
        if edges.isSetBack, planner.request == .due {
            plan.commitsEmpty = true
            plan.warnings.append(
                "The database's clock is earlier than at the last load: what was loaded from \(high.value) on is read again, "
                    + "until the clock has passed \(scale.text(low)?.value ?? "") again.")
        }
        try cut(WindowCover(wanted, over: live), edges, scale, &plan)
    }

    // MARK: - Ends

    private func low(_ scale: inout WindowScale, _ notes: inout [String]) throws(EngineFault) -> WindowPlace {
        if planner.request == .fullRefresh { return .start }
        if isLoaded {
            guard let recorded = start.recorded else { return .start }
            let low = try known(recorded, &scale)
            noteCell(low, scale, &notes)
            return .at(low)
        }
        if let reload = job.reload, planner.request == .due {
            notes.append("The first load begins at reload_from, and goes up to now.")
            return try from(reload.from, "reload_from", scale, &notes)
        }
        if let asked = start.asked { return .at(try scale.place(asked, in: planner.place, notes: &notes)) }
        return .start
    }

    /// A value of the table's history.
    private func known(_ text: WatermarkText, _ scale: inout WindowScale) throws(EngineFault) -> Int128 {
        if let place = scale.place(text) { return place }
        throw EngineFault(
            .configuration,
            "\(job.id): the table was loaded up to \(text.value) (\(text.type)), which is not exactly a value of "
                + "\(scale.column) as it is now (\(scale.type))",
            remedy: "The column's type has changed: `ingest run --jobs \(job.id) --full-refresh` loads the table anew.")
    }

    private func live(_ scale: inout WindowScale) throws(EngineFault) -> [WindowCover.Live] {
        var live: [WindowCover.Live] = []
        var firstWindow = WindowPlace.end
        for slice in planner.state.live {
            guard case .window(let low, let high) = slice.coverage else { continue }
            let from: WindowPlace = if let low { .at(try known(low, &scale)) } else { .start }
            let to: WindowPlace = if let high { .at(try known(high, &scale)) } else { .end }
            firstWindow = min(firstWindow, from)
            live.append(WindowCover.Live(slice: slice, interval: WindowInterval(from, to)))
        }
        // Files of another tool end where our windows, or the watermark, begin.
        if firstWindow == .end, let recorded = planner.state.watermark {
            firstWindow = .at(try known(recorded, &scale))
        }
        for slice in planner.state.live {
            switch slice.coverage {
            case .whole, .day: live.append(WindowCover.Live(slice: slice, interval: WindowInterval(.start, .end)))
            case .adopted: live.append(WindowCover.Live(slice: slice, interval: WindowInterval(.start, firstWindow)))
            case .window, .nulls: break
            }
        }
        return live
    }

    /// After the first load the cell is output. A workbook that was restored, mailed or copied rewinds nothing.
    private func noteCell(_ low: Int128, _ scale: WindowScale, _ notes: inout [String]) {
        guard let cell = watermark.last else { return }
        var ignored: [String] = []
        guard (try? scale.place(cell, in: "", notes: &ignored)) != low else { return }
        notes.append(
            "\(planner.place) says \(VisibleText.quoted(cell)), but the table is loaded up to \(scale.text(low).value): that "
                + "counts, and is written into the cell. To load a range again: reload_from.")
    }

    private func edges(
        low: WindowPlace, high: WatermarkText, _ scale: inout WindowScale, _ notes: inout [String]
    ) throws(EngineFault) -> Edges {
        let top = try known(high, &scale)
        var edges = Edges(low: low, top: top, high: .at(top), final: .at(top))
        if let final = moment.finalBelow { edges.final = min(edges.final, .at(try known(final, &scale))) }
        if let width = try lookback(scale) {
            let (back, overflow) = top.subtractingReportingOverflow(width)
            edges.final = overflow ? .start : min(edges.final, .at(back))
        }
        if let end = watermark.end {
            let last = scale.inclusive(try scale.place(end, in: "watermark_end", notes: &notes))
            if last < top {
                edges.high = .at(last)
                notes.append("watermark_end: rows from \(scale.text(scale.spoken(last)).value) on are not read.")
            }
        }
        edges.isSetBack = scale.isClocked && .at(top) < low && isClockEarlier
        return edges
    }

    /// Both are the database's, so no two machines' clocks are compared.
    private var isClockEarlier: Bool {
        guard let scale = KeyScale(.time(digits: 9, zone: true)), let now = moment.clock.flatMap(scale.position),
            let before = planner.state.sourceClock.flatMap(scale.position)
        else { return false }
        return now < before
    }

    private func lookback(_ scale: WindowScale) throws(EngineFault) -> Int128? {
        let found: String
        let allowed: String
        switch watermark.lookback {
        case nil: return nil
        case .seconds(let seconds):
            if let width = scale.width(seconds: seconds) { return width }
            (found, allowed) = ("a time", "a number of ids, such as 1000")
        case .ids(let ids):
            if !scale.isClocked, let width = scale.width(ids: ids) { return width }
            (found, allowed) = ("the number \(ids)", "a time with its unit, such as 1h or 7d")
        }
        throw EngineFault(
            .configuration,
            "\(job.id): watermark_lookback is \(found), but \(scale.column) is \(scale.type)",
            remedy: "Write \(allowed).")
    }

    /// Numbers that are smaller than what was loaded would never be read.
    private func refuseRestart(_ edges: Edges, _ scale: WindowScale) throws(EngineFault) {
        guard !scale.isClocked, planner.request != .fullRefresh, .at(edges.top) < edges.low else { return }
        let low = scale.text(edges.low)?.value ?? ""
        throw EngineFault(
            .permanent,
            "\(job.id): the greatest value of \(scale.column) is \(scale.text(edges.top).value), but the table is loaded up "
                + "to \(low): the numbers were started again, or the newest rows were deleted",
            remedy:
                "Nothing was read. If rows were deleted: `ingest watermark set \(job.id) \(scale.text(edges.top).value)`. If "
                + "the numbers began again: `ingest run --jobs \(job.id) --full-refresh`.")
    }

    // MARK: - Ranges

    private func due(_ edges: Edges, _ live: [WindowCover.Live]) -> [WindowCover.Part] {
        var new = WindowInterval(edges.low, max(edges.low, edges.high))
        // What is written from now on may be as early as what is not final by the clock of now.
        if edges.isSetBack { new.low = min(edges.final, .at(edges.top)) }
        let open = live.filter(\.slice.isProvisional).map(\.interval)
        guard let first = open.first else { return [WindowCover.Part(interval: new, isReload: false)] }
        let again = open.dropFirst().reduce(first) { $0.union($1) }
        // They follow on each other, unless somebody has set the watermark forward.
        let parts = again.high < new.low ? [again, new] : [again.union(new)]
        return parts.map { WindowCover.Part(interval: $0, isReload: false) }
    }

    private func from(
        _ start: JobReload.Start, _ place: String, _ scale: WindowScale, _ notes: inout [String]
    ) throws(EngineFault) -> WindowPlace {
        switch start {
        case .beginning: .start
        case .value(let text): .at(scale.inclusive(try scale.place(text, in: place, notes: &notes)))
        }
    }

    /// `place`: reload for the row's cells, `--` for the command's options.
    private func reload(
        _ start: JobReload.Start, _ to: String?, _ edges: Edges, _ scale: WindowScale, _ place: String,
        _ plan: inout LoadPlan
    ) throws(EngineFault) -> [WindowCover.Part] {
        let names = place == "--" ? ("--from", "--to") : ("reload_from", "reload_to")
        var low = try from(start, names.0, scale, &plan.notes)
        // What is loaded may be loaded again, also where the source says less today.
        let limit = edges.low == .start ? edges.high : max(edges.low, edges.high)
        var high = limit
        if let to {
            let asked = WindowPlace.at(scale.inclusive(try scale.place(to, in: names.1, notes: &plan.notes)))
            if asked <= low {
                throw EngineFault(
                    .configuration, "\(job.id): \(names.1) \(VisibleText.quoted(to)) does not lie after \(names.0)",
                    remedy: "The range is \(names.0) <= \(scale.column) < \(names.1).")
            }
            if asked > limit {
                plan.notes.append(
                    "\(names.1) \(to) is cut to \(scale.text(limit)?.value ?? ""), up to where rows are final now.")
            }
            high = min(limit, asked)
        }
        guard low < high else {
            plan.notes.append(
                "Nothing to load again: \(names.0) lies at or after \(scale.text(limit)?.value ?? ""), up to where rows can "
                    + "be read now.")
            return []
        }
        if isLoaded, edges.low != .start, high > edges.low, low > edges.low {
            low = edges.low
            plan.notes.append(
                "The range begins at \(scale.text(low)?.value ?? ""), up to where the table is loaded, so that nothing is left "
                    + "out in between.")
        }
        return [WindowCover.Part(interval: WindowInterval(low, high), isReload: true)]
    }

    // MARK: - Slices

    private func cut(
        _ cover: WindowCover, _ edges: Edges, _ scale: WindowScale, _ plan: inout LoadPlan
    ) throws(EngineFault) {
        let rows = Dictionary(uniqueKeysWithValues: planner.state.live.map { ($0.id, $0.rows) })
        var after = isLoaded || edges.low != .start ? edges.low : cover.parts.first?.interval.low ?? .start
        var isCovered = isLoaded ? edges.low != .start : false
        for var part in cover.parts {
            // What was replaced may reach further than can be read now (a load without windows, deleted rows): the next
            // loads read that.
            part.interval.high = min(part.interval.high, max(edges.low, edges.high))
            let first = plan.slices.count
            for piece in try pieces(part.interval, edges, scale) {
                let bounds = (scale.text(piece.low), scale.text(piece.high))
                plan.slices.append(
                    PlannedSlice(
                        rows: .part(.window(low: bounds.0?.value, high: bounds.1?.value)),
                        coverage: .window(low: bounds.0, high: bounds.1), isProvisional: piece.high > edges.final))
            }
            if !part.replaced.isEmpty {
                plan.replacements.append(
                    LoadPlan.Replacement(
                        cause: part.isReload ? .reload : .regular, replaced: part.replaced,
                        oldRows: part.replaced.reduce(0) { $0 + (rows[$1] ?? 0) },
                        slices: Array(first..<plan.slices.count), range: words(part.interval, scale)))
            }
            plan.replaces += part.replaced
            if part.interval.low <= after, part.interval.high > after {
                after = part.interval.high
                isCovered = true
            }
        }
        if planner.request == .fullRefresh, !planner.state.live.isEmpty {
            plan.replaces = planner.state.live.map(\.id)
            plan.replacements = [
                LoadPlan.Replacement(
                    cause: .whole, replaced: plan.replaces, oldRows: planner.state.rows,
                    slices: Array(plan.slices.indices), range: "the table")
            ]
        }
        if isCovered || !isLoaded { plan.watermark = scale.text(after) }
    }

    /// At the final edge, and where a backfill's chunks end.
    private func pieces(
        _ interval: WindowInterval, _ edges: Edges, _ scale: WindowScale
    ) throws(EngineFault) -> [WindowInterval] {
        var bounds = [edges.final]
        if case .backfill(let from, _, let chunk?, let origin) = planner.request {
            var notes: [String] = []
            let first = try self.from(origin.map { .value($0) } ?? from, "--from", scale, &notes)
            bounds += try ChunkBounds(chunk, scale: scale, job: job.id).between(first, interval.high)
        }
        let inner = Set(bounds.compactMap(\.position)).map(WindowPlace.at).filter {
            $0 > interval.low && $0 < interval.high
        }.sorted()
        let ends = [interval.low] + inner + [interval.high]
        return zip(ends, ends.dropFirst()).map { WindowInterval($0, $1) }
    }

    private func words(_ interval: WindowInterval, _ scale: WindowScale) -> String {
        let low = scale.text(interval.low).map { "from \($0.value) " } ?? ""
        return "\(scale.column) \(low)to \(scale.text(interval.high)?.value ?? "now")"
    }
}
