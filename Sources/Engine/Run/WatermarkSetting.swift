import Ports

/// `ingest watermark set` and `reset`: asks the source what a value means to it, and writes the decision into the table's
/// records.
package struct WatermarkSetting: Sendable {
    package struct Outcome: Equatable, Sendable {
        package var before: WatermarkText?
        package var after: WatermarkText?
        /// Of the record; nil where nothing was to be changed.
        package var number: Int?
        package var notes: [String] = []
    }

    private let job: Job
    private let surroundings: any RunSurroundings
    private let terms: RunTerms
    private let stop: StopSignal

    package init(job: Job, surroundings: any RunSurroundings, terms: RunTerms, stop: StopSignal) {
        self.job = job
        self.surroundings = surroundings
        self.terms = terms
        self.stop = stop
    }

    /// - Parameter acceptsGap: rows that are left out were meant.
    package func set(_ value: String, reason: String?, acceptsGap: Bool) throws -> Outcome {
        let place = try surroundings.place(of: job)
        return try upkeep(place).underLease { _ in
            let state = try loaded(place)
            let planner = try self.planner(state, moment: moment(state))
            let change = try WatermarkChange.set(value, planner)
            if change.leavesOut, !acceptsGap {
                throw EngineFault(
                    .configuration,
                    "\(job.id): the table is loaded up to \(state.watermark?.value ?? ""), and rows between that and \(value) "
                        + "would be left out",
                    remedy: "Nothing was changed. `--yes` says that this is meant.")
            }
            return try decide(change, state, reason, place)
        }
    }

    package func reset(reason: String?) throws -> Outcome {
        let place = try surroundings.place(of: job)
        return try upkeep(place).underLease { _ in
            let state = try loaded(place)
            return try decide(WatermarkChange.reset(planner(state, moment: nil)), state, reason, place)
        }
    }

    private func decide(
        _ change: WatermarkChange, _ state: TableState, _ reason: String?, _ place: LakePlace
    ) throws -> Outcome {
        var outcome = Outcome(before: state.watermark, after: change.watermark, notes: change.notes)
        guard change.watermark != state.watermark else {
            outcome.notes = ["It is there already: nothing was changed."]
            return outcome
        }
        outcome.number = try upkeep(place).set(change.watermark, reason: reason).number
        return outcome
    }

    private func upkeep(_ place: LakePlace) -> TableUpkeep {
        TableUpkeep(ledger: place.ledger, job: job, terms: terms)
    }

    private func planner(_ state: TableState, moment: WindowMoment?) throws -> LoadPlanner {
        LoadPlanner(
            job: job, origin: try surroundings.text(of: job).origin(job), state: state, moment: moment,
            date: terms.date)
    }

    /// There is something to set: windows, and a load that stands.
    private func loaded(_ place: LakePlace) throws -> TableState {
        guard job.loadType == .incremental else {
            throw EngineFault(
                .configuration, "\(job.id) is a FULL load: it has no watermark", remedy: "A plain run loads everything."
            )
        }
        let state = try place.ledger.state()
        guard state.origin != nil else {
            throw EngineFault(
                .configuration, "\(job.id): '\(job.target.table)' was never loaded, so there is no watermark to change",
                remedy: "The cell last_watermark says where its first load begins.")
        }
        return state
    }

    private func moment(_ state: TableState) throws -> WindowMoment {
        let sourceTerms = try surroundings.terms(of: job)
        guard let source = try surroundings.source(of: job) as? any WindowSource,
            let question = try surroundings.text(of: job).question(job, state, openDays: sourceTerms.openDays)
        else {
            throw EngineFault(
                .configuration, "The source '\(job.source.name)' cannot say up to where its rows are final",
                remedy: "Use load_type FULL.")
        }
        // What the value means is asked, not what may be read now.
        var terms = sourceTerms.windows
        terms.settleIDsSeconds = 0
        terms.waitSeconds = min(terms.waitSeconds, 1)
        guard let answer = try source.freeze([question], terms: terms, stop: stop).first else {
            throw EngineFault(.permanent, "The source '\(job.source.name)' gave no answer")
        }
        return try answer.get()
    }
}
