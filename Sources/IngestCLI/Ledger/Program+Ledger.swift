import Engine
import Ports

extension Program {
    func files(_ arguments: ParsedArguments) throws {
        let forms = Dictionary(uniqueKeysWithValues: TableFiles.Form.allCases.map { ($0.rawValue, $0) })
        let form = try OptionValue.choice(arguments, "format", forms, default: .paths)
        if arguments.has("latest"), arguments.value("format") != nil, form != .duckdb {
            throw UsageFault("--latest is written for DuckDB: --format duckdb, or none", verb: "files")
        }
        let project = try ProjectTables(arguments, program: self)
        let job = try project.job(arguments.operands[0])
        let files = try TableFiles(job, at: project.surroundings.place(of: job))
        switch form {
        case _ where arguments.has("latest"): console.out(try files.latest())
        case .json: console.out(files.json)
        default:
            let text = try files.text(form)
            console.out(text)
            if text.isEmpty {
                console.error("note: '\(job.target.table)' has no files: it was never loaded, or is empty.\n")
            }
        }
    }

    /// Also `run --dry-run`.
    func plan(_ arguments: ParsedArguments) throws -> Int32 {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let options = try RunOptions(arguments)
        let project = try ProjectTables(arguments, program: self)
        let selection = try project.selection(arguments)
        var jobs = selection.jobs
        var asks: [String: LoadRequest] = [:]
        if options.fullRefresh {
            for index in jobs.indices {
                jobs[index].reload = nil
                asks[jobs[index].id] = .fullRefresh
            }
        }
        let forecaster = Forecaster(
            surroundings: project.surroundings, date: project.terms.date, asks: asks, stop: stop)
        let report = PlanReport(
            forecasts: try forecaster.forecasts(jobs),
            refused: selection.refused.map { ($0.id, $0.reason) },
            notes: selection.notes + LeftTables(jobs: project.jobs, surroundings: project.surroundings).notes)
        say(report.text, report.json, format)
        return report.exitCode
    }

    func watermark(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let verb = WatermarkVerb(arguments: arguments, program: self)
        switch try verb.action {
        case .show:
            let shown = try verb.show()
            say(WatermarkVerb.text(shown), WatermarkVerb.json(shown), format)
        case let action:
            let (job, outcome) = try verb.change(action)
            say(WatermarkVerb.text(job, outcome), WatermarkVerb.json(job, outcome), format)
        }
    }

    func backfill(_ arguments: ParsedArguments) throws -> Int32 {
        let options = try BackfillOptions(arguments)
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        var verb = RunVerb(arguments: arguments, program: self)
        let stop = stop
        verb.rounds = { jobs, surroundings, terms in
            guard let job = jobs.first else { return [] }
            return try BackfillRounds.requests(
                options.request, for: job, surroundings: surroundings, date: terms.date, stop: stop
            ).map { [job.id: $0] }
        }
        let report = try verb.run()
        switch format {
        case .json: console.out(report.json)
        case .text: if !arguments.has("quiet") { console.error(report.text) }
        }
        return report.exitCode
    }

    func repair(_ arguments: ParsedArguments) throws -> Int32 {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = RepairReport(outcome: try RepairVerb(arguments: arguments, program: self).run())
        say(report.text, report.json, format)
        return report.outcome.exitCode
    }

    func adopt(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let project = try ProjectTables(arguments, program: self)
        let job = try project.job(arguments.operands[0])
        let root = try project.surroundings.place(of: job).root
        let outcome = try TableAdoption(
            job: job, among: Set(project.ids), surroundings: project.surroundings,
            terms: project.terms, stop: stop, footer: { try FooterFacts.read(root + $0) }
        ).run(watermark: arguments.value("watermark"))
        let report = AdoptionReport(job: job, outcome: outcome)
        say(report.text, report.json, format)
    }

    func schema(_ arguments: ParsedArguments) throws {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let project = try ProjectTables(arguments, program: self)
        let job = try project.job(arguments.operands[0])
        let files = try TableFiles(job, at: project.surroundings.place(of: job))
        let report = SchemaReport(
            job: job, schema: files.state.tableSchema, zone: project.records.zone,
            showsHistory: arguments.has("history"))
        say(report.text, report.json, format)
    }

    func doctor(_ arguments: ParsedArguments) throws -> Int32 {
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let report = try Doctor(arguments: arguments, program: self).run()
        say(report.text(colours: terminal.colours), report.json, format)
        return report.exitCode
    }
}
