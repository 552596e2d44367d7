import Ports

/// The loads that a backfill is made of, oldest first. Each is frozen, planned and committed by itself, so one that is
/// interrupted has done its first part, and doing all of it again changes nothing.
package enum BackfillRounds {
    package static func requests(
        _ request: LoadRequest, for job: Job, surroundings: any RunSurroundings, date: String, stop: StopSignal
    ) throws -> [LoadRequest] {
        guard case .backfill(_, _, let chunk, _) = request else { return [request] }
        guard job.loadType == .incremental else {
            throw EngineFault(
                .configuration, "\(job.id) is a FULL load: there is no range to load again",
                remedy: "A plain run loads everything.")
        }
        let place = try surroundings.place(of: job)
        let text = try surroundings.text(of: job)
        let terms = try surroundings.terms(of: job)
        let state = try place.ledger.state()
        guard let question = text.question(job, state, openDays: terms.openDays),
            let source = try surroundings.source(of: job) as? any WindowSource
        else { return [request] }
        // Where the pieces end does not depend on what is being written now; each load waits for that itself.
        var windows = terms.windows
        windows.settleIDsSeconds = 0
        windows.waitSeconds = min(windows.waitSeconds, 1)
        let moment: WindowMoment?
        do {
            moment = try source.freeze([question], terms: windows, stop: stop).first?.get()
        } catch let fault as any Fault where chunk == nil && fault.kind != .configuration {
            // The load itself tries again, and tells.
            return [request]
        }
        guard let moment else { return [request] }
        let planner = LoadPlanner(
            job: job, origin: text.origin(job), state: state, moment: moment, request: request, date: date)
        // Of one load, too: a range that is none is refused before it is tried.
        if chunk == nil { _ = try planner.plan() }
        return try planner.loads()
    }
}
