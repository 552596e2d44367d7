import Columnar
import Ports
import Synchronization

/// A load's table behind everything that happens to rows on their way to it. Rows that are kept out go to files of their
/// own, which are staged with the load's and become visible with it.
final class ShapedTable: StagedTable {
    private let shaping: RowShaping
    private let table: any StagedTable
    private let makeQuarantine: @Sendable () throws -> any StagedTable
    private let quarantine = Mutex<(any StagedTable)?>(nil)
    private let refusedFiles = Mutex<[StagedFile]>([])

    /// - Parameter quarantine: makes the table of rows that are kept out; called when there is one.
    init(
        _ shaping: RowShaping, into table: any StagedTable,
        quarantine makeQuarantine: @escaping @Sendable () throws -> any StagedTable
    ) {
        self.shaping = shaping
        self.table = table
        self.makeQuarantine = makeQuarantine
    }

    func makeEncoder(slice: Int) throws -> any BatchEncoder {
        let encoder = try table.makeEncoder(slice: slice)
        guard !shaping.isIdentity else { return encoder }
        return try ShapedEncoder(shaping, into: encoder, slice: slice) { [self] in
            try quarantineTable().makeEncoder(slice: slice)
        }
    }

    /// With what is masked, filled in and divided, and as much again for rows that are kept out: it may be all of them.
    var encoderBytes: Int {
        guard !shaping.isIdentity else { return table.encoderBytes }
        let changed = table.encoderBytes + BatchLimit().mostBytes(shaping.schema)
        return shaping.judge == nil ? changed : 2 * changed
    }

    private func quarantineTable() throws -> any StagedTable {
        try quarantine.withLock { quarantine in
            if let quarantine { return quarantine }
            let table = try makeQuarantine()
            quarantine = table
            return table
        }
    }

    /// Those of the table; `quarantined` has the others.
    func finish() throws -> [StagedFile] {
        let files = try table.finish()
        if let refused = try quarantine.withLock({ $0 })?.finish() { refusedFiles.withLock { $0 = refused } }
        return files
    }

    /// After `finish`.
    var quarantined: [StagedFile] { refusedFiles.withLock { $0 } }

    func abandon() {
        table.abandon()
        quarantine.withLock { $0 }?.abandon()
    }
}

/// One thread's rows of one slice.
private final class ShapedEncoder: BatchEncoder {
    private let shaper: RowShaper
    private let judge: (any BatchJudge)?
    private let split: RowSplit?
    private let encoder: any BatchEncoder
    private let makeQuarantine: () throws -> any BatchEncoder
    private var quarantine: (any BatchEncoder)?
    /// Rows may have become the table's: they cannot be taken back any more.
    private var isFinishing = false

    init(
        _ shaping: RowShaping, into encoder: any BatchEncoder, slice: Int,
        quarantine: @escaping () throws -> any BatchEncoder
    ) throws {
        shaper = try RowShaper(shaping)
        judge = try shaping.judge?.makeJudge(slice: slice)
        split = try judge.map { _ in RowSplit(shaping.ruling.schema, quarantine: try shaping.quarantineSchema()) }
        self.encoder = encoder
        makeQuarantine = quarantine
    }

    var bytes: Int { encoder.bytes + (quarantine?.bytes ?? 0) }

    func append(_ batch: Batch) throws {
        let refused = try judge?.judge(batch) ?? []
        var rows = try shaper.ruled(batch)
        if let split, !refused.isEmpty {
            let quarantine = try self.quarantine ?? makeQuarantine()
            self.quarantine = quarantine
            try quarantine.append(split.refused(rows, refused))
            guard refused.count < batch.rowCount else { return }
            rows = split.kept(rows, without: refused)
        }
        try encoder.append(shaper.shaped(rows))
    }

    func finish() throws {
        isFinishing = true
        try encoder.finish()
        try quarantine?.finish()
        try judge?.finish()
    }

    func discard() -> Bool {
        judge?.discard()
        let isGone = quarantine?.discard() ?? true
        return encoder.discard() && isGone && !isFinishing
    }
}
