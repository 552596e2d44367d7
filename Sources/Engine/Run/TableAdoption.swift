import Ports

/// `ingest adopt`: takes over the files that another tool wrote into a table's folder, in place; or a table whose job has
/// another name now.
package struct TableAdoption: Sendable {
    /// What a file says of itself.
    package struct Footer: Equatable, Sendable {
        package var rows: Int
        package var schema: [CommitRecord.SchemaColumn]

        package init(rows: Int, schema: [CommitRecord.SchemaColumn]) {
            self.rows = rows
            self.schema = schema
        }
    }

    package struct Outcome: Equatable, Sendable {
        /// The job that the table belonged to; nil where files were taken over.
        package var formerJob: String?
        package var files = 0
        package var rows = 0
        package var bytes = 0
        package var watermark: WatermarkText?
        package var number: Int
        package var notes: [String] = []
    }

    private let job: Job
    private let surroundings: any RunSurroundings
    private let terms: RunTerms
    private let stop: StopSignal
    /// Ids of all rows of the workbook.
    private let jobs: Set<String>
    private let footer: @Sendable (_ name: String) throws -> Footer

    package init(
        job: Job, among jobs: Set<String>, surroundings: any RunSurroundings, terms: RunTerms, stop: StopSignal,
        footer: @escaping @Sendable (_ name: String) throws -> Footer
    ) {
        self.job = job
        self.jobs = jobs
        self.surroundings = surroundings
        self.terms = terms
        self.stop = stop
        self.footer = footer
    }

    /// - Parameter watermark: up to where the files hold what the source holds; nil: the row's `last_watermark`.
    package func run(watermark: String?) throws -> Outcome {
        let place = try surroundings.place(of: job)
        let text = try surroundings.text(of: job)
        let upkeep = TableUpkeep(ledger: place.ledger, job: job, terms: terms)
        return try upkeep.underLease { _ in
            let state = try place.ledger.state()
            if let before = state.origin {
                return try rename(before, state, text.origin(job), upkeep)
            }
            let files = try TableFolder(place.ledger).dataFiles()
            guard !files.isEmpty else {
                throw LedgerFault(
                    .unrecorded, .configuration,
                    "There are no Parquet files in '\(place.root)\(place.keys.data)' to take over",
                    remedy:
                        "`ingest run \(job.id)` loads the table; or name the folder by target_folder_path and target_table."
                )
            }
            var notes: [String] = []
            let start = try self.start(watermark, text, state, &notes)
            let (adopted, schema) = try look(files, in: place)
            let record = try upkeep.adopt(
                adopted, origin: text.origin(job), mode: job.writeMode, schema: schema, watermark: start?.watermark,
                sourceClock: start?.clock)
            if job.loadType == .full {
                notes.append(
                    job.writeMode == .snapshot
                        ? "The next load is the first snapshot, and takes their place."
                        : "The next load reads everything, and replaces them.")
            }
            return Outcome(
                files: adopted.count, rows: adopted.reduce(0) { $0 + $1.rows },
                bytes: adopted.reduce(0) { $0 + $1.object.bytes }, watermark: start?.watermark, number: record.number,
                notes: notes)
        }
    }

    // MARK: - Another name

    private func rename(
        _ before: LoadOrigin, _ state: TableState, _ origin: LoadOrigin, _ upkeep: TableUpkeep
    ) throws -> Outcome {
        guard before.job != job.id else {
            throw LedgerFault(
                .foreign, .configuration, "The table '\(job.target.table)' is loaded by '\(job.id)' already",
                remedy: "There is nothing to take over.")
        }
        guard !jobs.contains(before.job) else {
            throw LedgerFault(
                .foreign, .configuration,
                "The table '\(job.target.table)' belongs to the job '\(before.job)', which is a row of the workbook too",
                remedy: "Give one of the two another target_table, or remove the row '\(before.job)' first.")
        }
        var notes: [String] = []
        var renamed = state
        renamed.origin?.job = job.id
        try TableBelonging(job: job, origin: origin, state: renamed, request: .due).check(&notes)
        let record = try upkeep.handOver(to: job.id)
        return Outcome(
            formerJob: before.job, files: state.files.count, rows: state.rows,
            bytes: state.live.reduce(0) { $0 + $1.bytes }, watermark: state.watermark, number: record.number,
            notes: notes)
    }

    // MARK: - Up to where

    private func start(
        _ asked: String?, _ text: JobText, _ state: TableState, _ notes: inout [String]
    ) throws -> (watermark: WatermarkText, clock: String?)? {
        guard job.loadType == .incremental, let watermark = job.watermark else {
            guard asked == nil else {
                throw EngineFault(
                    .configuration, "\(job.id) is a FULL load: it has no watermark", remedy: "Leave --watermark out.")
            }
            return nil
        }
        let name = asked == nil ? "last_watermark" : "--watermark"
        guard let value = asked ?? watermark.last else {
            throw EngineFault(
                .configuration,
                "\(job.id): nothing says up to which \(watermark.columns.joined(separator: ", ")) the files hold the source's rows",
                remedy: "Give it by --watermark or in the cell last_watermark: the next load reads from there on.")
        }
        let sourceTerms = try surroundings.terms(of: job)
        guard let source = try surroundings.source(of: job) as? any WindowSource,
            var question = text.question(job, state, openDays: sourceTerms.openDays)
        else {
            throw EngineFault(
                .configuration, "The source '\(job.source.name)' cannot say up to where its rows are final",
                remedy: "Use load_type FULL.")
        }
        question.low = nil
        var windowTerms = sourceTerms.windows
        windowTerms.settleIDsSeconds = 0
        windowTerms.waitSeconds = min(windowTerms.waitSeconds, 1)
        guard let moment = try source.freeze([question], terms: windowTerms, stop: stop).first?.get() else {
            throw EngineFault(.permanent, "The source '\(job.source.name)' gave no answer")
        }
        guard
            let scale = WindowScale(
                moment, column: watermark.columns.joined(separator: ", "), recorded: nil)
        else { return (WatermarkText(value: value, type: moment.high?.type ?? "text"), moment.clock) }
        return (scale.text(try scale.place(value, in: name, notes: &notes)), moment.clock)
    }

    // MARK: - Files

    /// All must have the same columns: readers of the table see them as one.
    private func look(
        _ files: [StoredObject], in place: LakePlace
    ) throws -> ([DataFile], [CommitRecord.SchemaColumn]) {
        var adopted: [DataFile] = []
        var first: (name: String, schema: [CommitRecord.SchemaColumn])?
        for file in files {
            if stop.isRaised { throw EngineFault.interrupted }
            let footer = try footer(file.key)
            if let first {
                if let difference = Self.difference(first.schema, footer.schema) {
                    throw EngineFault(
                        .permanent, "'\(first.name)' and '\(file.key)' do not have the same columns: \(difference)",
                        remedy: "Nothing was taken over. Write one of them anew, or move it out of the table's folder.")
                }
            } else {
                first = (file.key, footer.schema)
            }
            guard let digest = try place.store.digest(of: file.key) else {
                throw EngineFault(.transient, "'\(file.key)' has gone while it was looked at")
            }
            adopted.append(
                DataFile(
                    object: StagedObject(name: file.key, token: "", bytes: file.bytes, digest: digest),
                    rows: footer.rows))
        }
        return (adopted, first?.schema ?? [])
    }

    private static func difference(
        _ a: [CommitRecord.SchemaColumn], _ b: [CommitRecord.SchemaColumn]
    ) -> String? {
        let types = Dictionary(b.map { ($0.name, $0.type) }, uniquingKeysWith: { first, _ in first })
        for column in a {
            guard let type = types[column.name] else { return "'\(column.name)' is only in the first" }
            if type != column.type {
                return "'\(column.name)' is \(column.type) in the first and \(type) in the second"
            }
        }
        let names = Set(a.map(\.name))
        return b.first { !names.contains($0.name) }.map { "'\($0.name)' is only in the second" }
    }
}
