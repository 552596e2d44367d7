import Columnar
import Engine
import Masks
import Ports
import Settings
import Workbook

/// `ingest preview`: reads a few rows, of a job or of what the command line names.
struct PreviewVerb {
    let arguments: ParsedArguments
    let program: Program

    private struct Subject {
        var title: String
        var source: any BatchSource
        var request: ReadRequest
        var job: Job?
        var masks: ColumnMasks?
        /// The query as it is written, with its places.
        var query: JobQuery?
    }

    func run() throws -> Preview {
        let limit = try OptionValue.integer(arguments, "limit", 0...10_000) ?? 20
        var subject = try self.subject()
        var description: ObjectDescription?
        if let place = subject.source as? any SourceCatalog {
            let catalog = try place.openCatalog(stop: program.stop)
            defer { catalog.close() }
            description = try described(subject.request, catalog)
        }
        if let description { try resolve(&subject, description) }
        // One more than is shown tells whether there are more.
        subject.request.limit = limit + 1
        subject.request.parallelism = .connections(1)
        let sample = try self.sample(subject, limit: limit + 1)
        let rules = subject.job.map { ColumnRulebook($0).summary } ?? []
        let columns = zip(sample.fields, sample.origins).map { field, origin in
            let found = description?.columns.first { $0.name == origin }
            let rule = rules.first { ColumnChoices.columns($0.column, among: [origin]) == [origin] }?.does
            return Preview.Column(
                name: field.name, sourceType: found?.sourceType,
                type: rule == nil ? found?.type ?? field.type : field.type,
                verdict: found?.verdict, rule: rule)
        }
        let leftOut = rules.filter { $0.does == ColumnRulebook.leftOut }.map { VisibleText.shown($0.column) }
        return Preview(
            title: subject.title, columns: columns, rows: Array(sample.rows.prefix(limit)),
            isCut: sample.rows.count > limit, estimatedRows: description?.table?.estimatedRows,
            notes: (description?.notes ?? []) + sample.notes
                + (leftOut.isEmpty ? [] : ["ColumnRules leaves out \(leftOut.joined(separator: ", "))"]))
    }

    private struct Sample {
        var fields: [Field]
        /// What the source calls them.
        var origins: [String]
        var rows: [[String?]]
        var notes: [String]
    }

    /// As a load would read it. Where a value stops that, as text, so that it can be seen, with what the load would say.
    private func sample(_ subject: Subject, limit: Int) throws -> Sample {
        do {
            return try read(subject, subject.request, limit: limit)
        } catch let fault as any Fault where fault.kind == .permanent {
            var request = subject.request
            request.typeChoices.unrepresentable = .text
            request.typeChoices.wideNumeric = .text
            guard var sample = try? read(subject, request, limit: limit) else { throw fault }
            sample.notes = ["A load would stop: \(fault.description.replacing("\n", with: " "))"]
            return sample
        }
    }

    /// With the job's rules applied: nothing that they hide is shown.
    private func read(_ subject: Subject, _ request: ReadRequest, limit: Int) throws -> Sample {
        let read = try subject.source.open(request, stop: program.stop)
        defer { read.close() }
        let ruling =
            try subject.job.map { try ColumnRulebook($0).ruling(of: read.schema, masks: subject.masks) }
            ?? ColumnRuling(read.schema)
        let shaper = try RowShaper(RowShaping(ruling: ruling, shape: TableShape(like: ruling.schema)))
        return Sample(
            fields: ruling.schema.fields, origins: ruling.columns.map { read.schema.fields[$0.origin].name },
            rows: try Self.rows(of: read, through: shaper, limit: limit), notes: read.notes)
    }

    private func described(_ request: ReadRequest, _ catalog: any OpenCatalog) throws -> ObjectDescription {
        do throws(CatalogFault) {
            let description = try catalog.describe(request)
            if let fault = description.filterFault { throw fault }
            return description
        } catch {
            guard error.remedy == nil, !error.near.isEmpty else { throw error }
            var fault = error
            fault.remedy = "Did you mean \(error.near.map { "'\($0)'" }.joined(separator: ", "))?"
            throw fault
        }
    }

    // MARK: - What to read

    private func subject() throws -> Subject {
        let named = arguments.value("source")
        let table = arguments.value("table")
        let query = arguments.value("query")
        if let id = arguments.operands.first {
            guard named == nil, table == nil, query == nil else {
                throw UsageFault("A JOB says what to read; leave out --source, --table and --query", verb: "preview")
            }
            return try subject(ofJob: id)
        }
        guard let named else { throw UsageFault("Missing: JOB, or --source", verb: "preview") }
        guard (table == nil) != (query == nil) else {
            throw UsageFault("--source needs either --table or --query", verb: "preview")
        }
        let source = try SourceArgument(named, arguments, program: program).open().source
        let object: ReadRequest.Object = table.map { .table($0) } ?? .query(query ?? "")
        return Subject(title: table ?? "the query", source: source, request: ReadRequest(object: object))
    }

    private func subject(ofJob id: String) throws -> Subject {
        let project = try WorkbookProject(arguments.value("workbook"), arguments, program: program)
        guard let settings = project.project else {
            throw UsageFault(
                "There are no settings that say where the job's source is: no ingest.toml here or above",
                remedy: "Name the project's folder with --project.")
        }
        _ = try settings.checked()
        let jobs = project.check(try ConfigurationFiles.read(path: project.workbook)).jobs
        guard
            let checked = jobs.first(where: { $0.id == id })
                ?? jobs.first(where: { $0.id.lowercased() == id.lowercased() })
        else {
            let near = NearestName.closest(to: id, among: jobs.map(\.id))
            throw UsageFault(
                "'\(id)' is not a job of \(project.workbook)"
                    + (near.isEmpty ? "" : "; did you mean \(near.map { "'\($0)'" }.joined(separator: ", "))?"))
        }
        guard let job = checked.job else {
            throw UsageFault("The job '\(id)' is refused: \(checked.refusal ?? "its row has errors")")
        }
        guard job.source.type?.isDatabase != false else {
            throw UsageFault("The job '\(id)' reads an API or files, which this version cannot preview")
        }
        let query = JobQuery(job: job, project: settings.settings.project)
        let source = try NamedSources(project: settings, program: program).open(job.source.name)
        var request = try query.request()
        request.columns = job.object.columns.isEmpty ? nil : job.object.columns
        request.columnChoices = ColumnRulebook(job).choices
        return Subject(
            title:
                "\(job.id): \(job.object.query == nil ? TableName(schema: job.object.schema, name: job.object.table).description : "its query")",
            source: source, request: request, job: job, masks: ColumnMasks(settings), query: query)
    }

    /// Names as the source has them, and values in the places of a query.
    private func resolve(_ subject: inout Subject, _ description: ObjectDescription) throws {
        if let table = description.table { subject.request.object = .table(table.name) }
        let names = description.columns.map(\.name)
        if let job = subject.job?.spelledBySource(among: names) {
            subject.job = job
            if subject.request.columns != nil { subject.request.columns = job.object.columns }
        }
        subject.request.columns = subject.request.columns?.map { NameMatch($0, among: names).found ?? $0 }
        if let job = subject.job, job.object.query != nil, let query = subject.query {
            let column = job.watermark?.columns.first.flatMap { NameMatch($0, among: names).found }
            let nature = description.columns.first { $0.name == column }?.nature
            let (columns, choices) = (subject.request.columns, subject.request.columnChoices)
            subject.request = try query.request(everythingOf: nature)
            (subject.request.columns, subject.request.columnChoices) = (columns, choices)
        }
    }

    // MARK: - Rows

    private static func rows(of read: any OpenRead, through shaper: RowShaper, limit: Int) throws -> [[String?]] {
        let reader = try read.makeReader()
        defer { reader.close() }
        let batch = Batch(schema: read.schema, limit: BatchLimit(rows: max(64, limit)))
        var rows: [[String?]] = []
        for unit in read.units where rows.count < limit {
            try reader.begin(unit)
            var isOpen = true
            while isOpen, rows.count < limit {
                if case .unitEnded = try reader.fill(batch) { isOpen = false }
                let ruled = try shaper.ruled(batch)
                let columns = ruled.columns.map { ValueText.values($0, count: batch.rowCount) }
                rows += (0..<batch.rowCount).map { row in columns.map { $0[row] } }
                batch.reset()
            }
        }
        return Array(rows.prefix(limit))
    }
}
