import Engine
import Ports
import Settings
import Synchronization
import Workbook

/// `ingest run`: the workbook's rows, loaded.
struct RunVerb {
    let arguments: ParsedArguments
    let program: Program
    /// What is asked of the jobs, one round after the other, each as a run of its own; nil: one round of what is due.
    var rounds: (([Job], ProjectSurroundings, RunTerms) throws -> [[String: LoadRequest]])?

    func run() throws -> RunReport {
        let options = try RunOptions(arguments)
        let project = try WorkbookProject(nil, arguments, program: program)
        guard let settings = project.project else { throw UsageFault.noProject }
        do {
            return try run(options, project, settings)
        } catch  where rounds == nil && !(error is UsageFault) {
            // Whoever typed a wrong word, or asks for a range, sees what is wrong; who relies on a schedule sees nothing.
            tell(couldNotStart: error, project, settings)
            throw error
        }
    }

    private func run(
        _ options: RunOptions, _ project: WorkbookProject, _ settings: ProjectSettings
    ) throws -> RunReport {
        let kept = try ProjectRecords(try settings.checked())
        let zone = kept.zone
        let tables = try ConfigurationFiles.read(path: project.workbook)
        let checked = project.check(tables)
        let due =
            options.onlyDue
            ? try DueJobs(
                checked.jobs.compactMap(\.job), history: kept.history, now: SystemWallClock().unixMicroseconds,
                zone: zone) : nil
        let selection = try RunSelection(checked, options, isDue: { due?.isDue($0) ?? true })
        var jobs = selection.jobs
        if options.fullRefresh { for index in jobs.indices { jobs[index].reload = nil } }
        let terms = RunTerms(settings.settings, workbook: project.workbook, zone: zone, stop: program.stop)
        let (facts, clock, wall) = (terms.facts, terms.clock, terms.wall)
        let surroundings = ProjectSurroundings(
            project: settings, program: program, records: kept, jobs: jobs, isRun: true)
        // What is wrong with the question itself is said before anything runs: it is nobody's failed load.
        let rounds = try self.rounds?(jobs, surroundings, terms) ?? [asks(jobs, options)]
        let start = clock.seconds
        let lines = RunLines(
            console: program.console, isQuiet: options.quiet || options.format == .json,
            colours: program.terminal.colours)
        let current = Mutex<JobPool?>(nil)
        let display = RunDisplay({ current.withLock { $0 }?.progress }, lines: lines, terminal: program.terminal)
        let records = kept.recorder(console: program.console, wallClock: wall) {
            display.remark(RunRemark(.warning, $0))
        }
        let metrics = MetricsExport(project: settings, program: program, metadata: kept.metadata)
        let log = metrics.isOn ? AttemptLog() : nil
        let recorder = RecorderFan(recorders: [display, records] + (log.map { [$0] } ?? []))
        recorder.runBegan(facts)
        for note in selection.notes { recorder.remark(RunRemark(.info, note)) }
        var outcomes = refused(selection, facts, wall)
        outcomes.forEach(recorder.attemptEnded)
        if options.format == .text, !options.quiet { try display.begin() }
        defer { display.end() }
        for asks in rounds {
            let pool = JobPool(
                jobs: jobs, asks: asks, surroundings: surroundings, terms: terms,
                options: JobPool.Options(
                    workers: workers(options, settings.settings), failsFast: options.failFast,
                    acceptsShrink: options.acceptShrink,
                    limits: limits(jobs, settings.settings), memoryBytes: memory(settings.settings)),
                recorder: recorder, stop: program.stop)
            current.withLock { $0 = pool }
            let ended = try pool.run()
            outcomes += ended
            // What comes after a round that failed would leave a hole behind it.
            guard ended.allSatisfy({ $0.status == .success }), !program.stop.isRaised else { break }
        }
        display.end()
        do { try surroundings.rememberTransactions() } catch {
            recorder.remark(RunRemark(.warning, JobOutcome.Failure(error).text))
        }
        WriteBack(
            project, zone: zone, console: program.console,
            isLoaded: { job in
                // Where the lake does not answer, nothing is known.
                (try? surroundings.place(of: job).ledger.visibleState()).map { $0.origin != nil } ?? true
            }
        ).write(outcomes, rows: checked.jobs).forEach(recorder.remark)
        for note in LeftTables(jobs: checked.jobs.compactMap(\.job), surroundings: surroundings).notes {
            recorder.remark(RunRemark(.info, note))
        }
        let report = RunReport(
            facts: facts, outcomes: outcomes, seconds: clock.seconds - start,
            peakMemoryBytes: ProcessMemory.peakBytes, stop: program.stop.reason, notes: selection.notes)
        recorder.runEnded(
            RunEnd(
                endedAt: wall.unixMicroseconds, seconds: report.seconds, exitCode: Int(report.exitCode),
                peakMemoryBytes: report.peakMemoryBytes))
        Announcements(settings, program: program, metadata: kept.metadata, zone: zone)
            .tell(report, rows: checked.jobs, tables: tables).forEach(recorder.remark)
        if let log {
            metrics.export(report, attempts: log.attempts, known: Set(checked.jobs.map(\.id))).forEach(recorder.remark)
        }
        return report
    }

    private func tell(couldNotStart error: any Error, _ project: WorkbookProject, _ settings: ProjectSettings) {
        let kept = try? ProjectRecords(settings.settings)
        let zone = kept?.zone ?? .utc
        let terms = RunTerms(settings.settings, workbook: project.workbook, zone: zone, stop: program.stop)
        let metadata = kept?.metadata ?? settings.settings.project.path(of: "metadata")
        let lines = RunLines(console: program.console, isQuiet: false, colours: program.terminal.colours)
        Announcements(settings, program: program, metadata: metadata, zone: zone)
            .tell(couldNotStart: error, facts: terms.facts).forEach(lines.remark)
    }

    private func asks(_ jobs: [Job], _ options: RunOptions) -> [String: LoadRequest] {
        guard options.fullRefresh else { return [:] }
        return Dictionary(jobs.map { ($0.id, .fullRefresh) }, uniquingKeysWith: { first, _ in first })
    }

    private func refused(_ selection: RunSelection, _ facts: RunFacts, _ wall: any WallClock) -> [JobOutcome] {
        selection.refused.map { row in
            let moment = wall.unixMicroseconds
            return JobOutcome(
                job: JobLabel(id: row.id, source: row.source ?? "", table: row.table ?? row.id),
                runID: facts.runID, attempt: 0, status: .invalid, failure: JobOutcome.Failure(row.reason),
                startedAt: moment, endedAt: moment,
                seconds: 0)
        }
    }

    private func workers(_ options: RunOptions, _ settings: EffectiveSettings) -> Int {
        if let told = options.workers { return told }
        if case .integer(let count)? = settings["run", "max_workers"] { return count }
        return 5
    }

    private func memory(_ settings: EffectiveSettings) -> Int {
        if case .size(let bytes)? = settings["run", "memory_budget"] { return bytes }
        return 512 << 20
    }

    private func limits(_ jobs: [Job], _ settings: EffectiveSettings) -> [String: Int] {
        Dictionary(
            jobs.map { ($0.source.name, settings.source($0.source.name)?.integer("max_connections") ?? 4) },
            uniquingKeysWith: { first, _ in first })
    }
}
