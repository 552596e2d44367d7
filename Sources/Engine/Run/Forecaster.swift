import Columnar
import Ports

/// Says what a run would do. It asks sources and reads the lake's records; nothing is written: no lease, no intent, no file.
package struct Forecaster: Sendable {
    private let surroundings: any RunSurroundings
    /// The run's: 2026/11/21.
    private let date: String
    private let asks: [String: LoadRequest]
    private let stop: StopSignal

    package init(
        surroundings: any RunSurroundings, date: String, asks: [String: LoadRequest] = [:], stop: StopSignal
    ) {
        self.surroundings = surroundings
        self.date = date
        self.asks = asks
        self.stop = stop
    }

    private struct Subject {
        var job: Job
        var place: LakePlace
        var text: JobText
        var source: any BatchSource
        var terms: SourceTerms
        var state: TableState
        var question: WindowQuestion?
        var notes: [String] = []
    }

    /// In the order of the jobs. What stands in the way of one is its own matter.
    package func forecasts(_ jobs: [Job]) throws -> [LoadForecast] {
        let subjects = jobs.map { job in Result { try subject(job) } }
        var moments: [String: Result<WindowMoment, any Error>] = [:]
        for name in Set(jobs.map(\.source.name)) {
            let asked = subjects.compactMap { try? $0.get() }.filter {
                $0.job.source.name == name && $0.question != nil
            }
            for (subject, moment) in zip(asked, freeze(asked)) { moments[subject.job.id] = moment }
        }
        return try zip(jobs, subjects).map { job, subject in
            if stop.isRaised { throw EngineFault.interrupted }
            var forecast = LoadForecast(job: job)
            do {
                var subject = try subject.get()
                do { try fill(&forecast, subject, moments[job.id]) } catch {
                    // Names that differ in case alone are found by a run as well.
                    guard let found = try? surroundings.spelled(job, stop: stop) else { throw error }
                    subject = try self.subject(found.job)
                    forecast = LoadForecast(job: job)
                    forecast.notes = found.notes
                    try fill(&forecast, subject, freeze([subject]).first)
                }
            } catch {
                forecast.obstacle = JobOutcome.Failure(error)
            }
            return forecast
        }
    }

    private func subject(_ job: Job) throws -> Subject {
        let place = try surroundings.place(of: job)
        let text = try surroundings.text(of: job)
        let terms = try surroundings.terms(of: job)
        let state = try place.ledger.state()
        try TableFolder(place.ledger).refuseUnrecorded(state, job: job.id)
        return Subject(
            job: job, place: place, text: text, source: try surroundings.source(of: job), terms: terms, state: state,
            question: text.question(job, state, openDays: terms.openDays))
    }

    /// All of one source, in one question. A forecast does not wait for what is being written now.
    private func freeze(_ subjects: [Subject]) -> [Result<WindowMoment, any Error>] {
        let questions = subjects.compactMap(\.question)
        guard let first = subjects.first, !questions.isEmpty else { return [] }
        do {
            guard let source = first.source as? any WindowSource else {
                throw EngineFault(
                    .configuration, "The source '\(first.job.source.name)' cannot say up to where its rows are final",
                    remedy: "Use load_type FULL.")
            }
            var terms = first.terms.windows
            terms.settleIDsSeconds = 0
            terms.waitSeconds = min(terms.waitSeconds, 1)
            return try source.freeze(questions, terms: terms, stop: stop)
        } catch {
            return questions.map { _ in .failure(error) }
        }
    }

    private func fill(
        _ forecast: inout LoadForecast, _ subject: Subject, _ answer: Result<WindowMoment, any Error>?
    ) throws {
        let (job, state) = (subject.job, subject.state)
        forecast.rowsNow = state.rows
        forecast.watermark = state.watermark
        if try subject.place.ledger.hasUnfinished() {
            forecast.notes.append("An earlier load did not end; a run finishes or undoes it first.")
        }
        let moment = try answer?.get()
        let plan = try LoadPlanner(
            job: job, origin: subject.text.origin(job), state: state, moment: moment, request: asks[job.id] ?? .due,
            date: date
        ).plan()
        forecast.notes += plan.notes
        forecast.warnings += plan.warnings
        forecast.parts = plan.slices.map { LoadForecast.Part($0, plan, columns: job.object.columns, subject.text) }
        forecast.watermarkAfter = plan.watermark
        forecast.folder = subject.place.root + subject.place.keys.data + date + "/"
        let gone = Set(plan.replaces)
        for slice in state.live where gone.contains(slice.id) {
            forecast.replaced.slices += 1
            forecast.replaced.rows += slice.rows
            forecast.replaced.files += slice.files.count
            forecast.replaced.bytes += slice.bytes
        }
        forecast.replaced.ranges = plan.replacements.map(\.range)
        let ask = asks[job.id] ?? .due
        guard !plan.slices.isEmpty else {
            lookAhead(&forecast, subject, plan, ask)
            return
        }
        // Opened as a load would, and left again before the first row: names, permissions and types are proved by it.
        let request = subject.text.request(job, plan, state, subject.terms, ask)
        let read = try subject.source.open(request, stop: stop)
        defer { read.close() }
        if !request.takesAll {
            let columns = read.schema.fields.map(\.name)
            forecast.parts = plan.slices.map { LoadForecast.Part($0, plan, columns: columns, subject.text) }
        }
        forecast.estimatedRows = read.estimatedRows
        forecast.notes += read.notes
        forecast.columnRules = ColumnRulebook(job).summary
        forecast.take(try schema(subject, read, plan, ask))
    }

    /// Nothing is due; but what the next load would find of the source's columns can be said now.
    private func lookAhead(
        _ forecast: inout LoadForecast, _ subject: Subject, _ plan: LoadPlan, _ ask: LoadRequest
    ) {
        do {
            let read = try subject.source.open(
                subject.text.request(subject.job, plan, subject.state, subject.terms, ask), stop: stop)
            defer { read.close() }
            forecast.take(try schema(subject, read, plan, ask))
        } catch {
            forecast.warnings.append(
                "The next load that has something to read would fail: " + JobOutcome.Failure(error).text)
        }
    }

    private func schema(
        _ subject: Subject, _ read: any OpenRead, _ plan: LoadPlan, _ ask: LoadRequest
    ) throws -> SchemaDecision {
        try RowShaping.make(
            subject.job, read, subject.state, plan, ask, LoadMark(loadID: "", loadedAt: 0), surroundings,
            sourceClock: nil, stop: stop
        ).schema
    }
}

extension LoadForecast {
    fileprivate mutating func take(_ schema: SchemaDecision) {
        schemaChanges = schema.changes.map(\.text)
        warnings += schema.warnings
        notes += schema.notes
    }
}
