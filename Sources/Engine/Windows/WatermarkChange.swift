import Ports

/// `ingest watermark set` and `reset`: a record without slices, after which the next load goes on elsewhere. Nothing is
/// removed now: what the next load reads again, it replaces.
package struct WatermarkChange: Equatable, Sendable {
    package var watermark: WatermarkText?
    package var notes: [String] = []
    /// It goes on behind what is loaded: rows in between are not read.
    package var leavesOut = false

    /// The next load reads everything again.
    package static func reset(_ planner: LoadPlanner) throws -> WatermarkChange {
        var change = WatermarkChange(watermark: nil)
        try TableBelonging(job: planner.job, origin: planner.origin, state: planner.state, request: .due)
            .check(&change.notes)
        change.notes.append("The next load reads everything again, and replaces what the table holds.")
        return change
    }

    /// The next load goes on at `value`: from there on, and for numbers and text behind it.
    package static func set(_ value: String, _ planner: LoadPlanner) throws -> WatermarkChange {
        var change = WatermarkChange()
        let job = planner.job
        try TableBelonging(job: job, origin: planner.origin, state: planner.state, request: .due).check(&change.notes)
        guard let moment = planner.moment else {
            throw EngineFault(
                .configuration, "\(job.id) is a FULL load: it has no watermark", remedy: "A plain run loads everything."
            )
        }
        let column = planner.origin.watermark ?? ""
        guard var scale = WindowScale(moment, column: column, recorded: planner.state.watermark) else {
            throw EngineFault(
                .configuration,
                "\(job.id): the watermark of \(column), a column of text, cannot be set: only the database knows what lies "
                    + "before and after a value",
                remedy: "`ingest watermark reset \(job.id)` lets the next load read everything again.")
        }
        let position = try scale.place(value, in: "The watermark", notes: &change.notes)
        change.watermark = scale.text(position)
        if let before = planner.state.watermark, let low = scale.place(before) {
            if position > low {
                change.leavesOut = true
                change.notes.append(
                    "Rows from \(before.value) to \(value) are left out, unless they were loaded already: "
                        + "`ingest backfill \(job.id) --from … --to …` loads them.")
            } else if position < low {
                change.notes.append(
                    "The next load reads again what was loaded after \(value), to the ends of its slices, and replaces it."
                )
            }
        }
        if let high = moment.high.flatMap({ scale.place($0) }), position > high {
            change.notes.append(
                "\(value) lies after \(scale.text(high).value), up to where rows can be read now: until then nothing is read."
            )
        }
        return change
    }
}
