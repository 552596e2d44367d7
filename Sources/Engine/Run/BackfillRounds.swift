import Ports

/// The loads that a backfill is made of, oldest first. Each is frozen, planned and committed by itself, so one that is
/// interrupted has done its first part, and doing all of it again changes nothing.
package enum BackfillRounds {
    package static func requests(
        _ request: LoadRequest, for job: Job, surroundings: any RunSurroundings, date: String, stop: StopSignal
    ) throws -> [LoadRequest] {
        guard case .backfill(_, _, let chunk, _) = request, chunk != nil else { return [request] }
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
        guard let moment = try source.freeze([question], terms: windows, stop: stop).first?.get() else {
            return [request]
        }
        return try LoadPlanner(
            job: job, origin: text.origin(job), state: state, moment: moment, request: request, date: date
        ).loads()
    }
}
