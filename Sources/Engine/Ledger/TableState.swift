import Ports

/// What a table holds after one of its records: the fold of its history up to there.
package struct TableState: Equatable, Sendable {
    /// 0: nothing was ever loaded.
    package var number = 0
    /// Of that record.
    package var digest: String?
    package var watermark: WatermarkText?
    /// In the order in which they were loaded.
    package var live: [Slice] = []
    /// Of the last load that stands.
    package var origin: LoadOrigin?
    /// Of its files' columns, in their order.
    package var schema: [CommitRecord.SchemaColumn] = []
    /// How they came to be so: the loads that changed them, the first load first. Kept with the state, so that it does not
    /// depend on old records.
    package var schemaHistory: [TableSchema.Step] = []
    /// The database's clock at the last load that says it.
    package var sourceClock: String?
    /// What the last load took out, for the case that it is withdrawn, and what was there before it.
    fileprivate var replaced: [Slice] = []
    fileprivate var originBefore: LoadOrigin?
    fileprivate var schemaBefore: [CommitRecord.SchemaColumn] = []
    fileprivate var sourceClockBefore: String?

    package init() {}

    package var rows: Int { live.reduce(0) { $0 + $1.rows } }
    package var tableSchema: TableSchema { TableSchema(columns: schema, history: schemaHistory) }
    package var files: [StagedObject] { live.flatMap { $0.files.map(\.object) } }

    func after(_ record: CommitRecord) throws(LedgerFault) -> TableState {
        var state = self
        try state.apply(record, digest: SHA256.hex(record.bytes), key: "record \(record.number)")
        return state
    }

    /// Records come in the order of their numbers; a load names only slices that are live.
    mutating func apply(_ record: CommitRecord, digest: String, key: String) throws(LedgerFault) {
        guard record.number == number + 1 else { throw .damaged(key, "has the number \(record.number)") }
        guard record.previous == self.digest else {
            throw .damaged(key, "does not follow on the record \(number): its 'previous' is another digest")
        }
        switch record.kind {
        case .void: break
        case .decision(let decision):
            // A load that stands when somebody decides is finished, and is not withdrawn any more.
            replaced = []
            (originBefore, schemaBefore, sourceClockBefore) = (origin, schema, sourceClock)
            if case .job(let job) = decision.what { origin?.job = job }
        case .load(let load):
            let gone = Set(load.replaces)
            // A table that is only added to has a slice per load: none of them is looked at here.
            replaced = gone.isEmpty ? [] : live.filter { gone.contains($0.id) }
            guard replaced.count == gone.count else {
                throw .damaged(key, "replaces a part that the table does not hold")
            }
            (originBefore, schemaBefore, sourceClockBefore) = (origin, schema, sourceClock)
            if !gone.isEmpty { live.removeAll { gone.contains($0.id) } }
            live += load.slices
            let changes = ColumnChange.between(schema, load.schema).filter {
                !LoadColumns.names.contains($0.column)
            }
            if !changes.isEmpty {
                schemaHistory.append(
                    .init(
                        commit: record.number, loadID: record.loadID, writtenAt: record.writtenAt, changes: changes))
            }
            (origin, schema, sourceClock) = (load.origin, load.schema, load.sourceClock ?? sourceClock)
        case .withdrawal(let withdrawn):
            let withdrawnSlices = live.filter { $0.id.commit == withdrawn }
            guard !withdrawnSlices.isEmpty || replaced.isEmpty else {
                throw .damaged(key, "withdraws the load \(withdrawn), which does not stand")
            }
            live = (live.filter { $0.id.commit != withdrawn } + replaced).sorted {
                ($0.id.commit, $0.id.part) < ($1.id.commit, $1.id.part)
            }
            replaced = []
            schemaHistory.removeAll { $0.commit == withdrawn }
            (origin, schema, sourceClock) = (originBefore, schemaBefore, sourceClockBefore)
        }
        number = record.number
        self.digest = digest
        watermark = record.watermark
    }
}

extension TableState {
    /// `current.json`: the list of the table's files for other programs, and where the next fold begins.
    package var bytes: [UInt8] {
        JSONValue.members([
            "format": .int(CommitRecord.format), "number": .int(number), "digest": .optional(digest),
            "watermark": watermark?.json ?? .null, "rows": .int(rows), "origin": origin?.json ?? .null,
            "schema": .array(schema.map(\.json)), "schema_history": .array(schemaHistory.map(\.json)),
            "source_clock": .optional(sourceClock),
            "slices": .array(live.map(Self.json)),
            "before": .members([
                "origin": originBefore?.json ?? .null, "schema": .array(schemaBefore.map(\.json)),
                "slices": .array(replaced.map(Self.json)), "source_clock": .optional(sourceClockBefore),
            ]),
        ]).bytes + [0x0A]
    }

    init(key: String, bytes: [UInt8]) throws(LedgerFault) {
        let reader = try RecordReader(key, bytes)
        number = try reader.int("number")
        digest = try reader.optionalString("digest")
        watermark = try .optional(reader, "watermark")
        (live, origin, schema) = try Self.contents(reader)
        for step in try reader.objects("schema_history") { schemaHistory.append(try TableSchema.Step(step)) }
        sourceClock = try reader.optionalString("source_clock")
        let before = try reader.object("before")
        (replaced, originBefore, schemaBefore) = try Self.contents(before)
        sourceClockBefore = try before.optionalString("source_clock")
    }

    private static func json(_ slice: Slice) -> JSONValue {
        .members(["commit": .int(slice.id.commit), "slice": slice.json])
    }

    private static func contents(
        _ reader: RecordReader
    ) throws(LedgerFault) -> ([Slice], LoadOrigin?, [CommitRecord.SchemaColumn]) {
        var slices: [Slice] = []
        for slice in try reader.objects("slices") {
            slices.append(try Slice(try slice.object("slice"), commit: try slice.int("commit")))
        }
        var schema: [CommitRecord.SchemaColumn] = []
        for column in try reader.objects("schema") { schema.append(try CommitRecord.SchemaColumn(column)) }
        return (
            slices, try reader.optionalObject("origin").map { (origin) throws(LedgerFault) in try LoadOrigin(origin) },
            schema
        )
    }
}
