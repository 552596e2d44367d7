import Columnar
import Parquet
import Ports
import Synchronization

/// A load's table as Parquet: each encoder writes files of its own, which belong to one slice and stay invisible.
final class LakeTable: StagedTable {
    let schema: FileSchema
    let stamp: LoadStamp?
    let fileBytes: Int
    let encoderBytes: Int
    private let writesEmpty: Bool
    private let stage: @Sendable () throws -> any StagedUpload
    private let sealed = Mutex<[StagedFile]>([])

    /// - Parameter stage: opens the next file of the load.
    init(
        schema: Schema, options: WriterOptions, stamp: LoadStamp?, fileBytes: Int, writesEmpty: Bool,
        stage: @escaping @Sendable () throws -> any StagedUpload
    ) throws {
        let whole = try stamp.map { try $0.schema(behind: schema) } ?? schema
        self.schema = FileSchema(schema: whole, options: options)
        encoderBytes = try RowGroupEncoder.mostBytes(whole, options: options)
        self.stamp = stamp
        self.fileBytes = fileBytes
        self.writesEmpty = writesEmpty
        self.stage = stage
    }

    func makeEncoder(slice: Int) throws -> any BatchEncoder { try LakeEncoder(self, slice: slice) }

    func finish() throws -> [StagedFile] {
        if writesEmpty, sealed.withLock({ $0.isEmpty }) { keep([try open().seal(slice: 0)]) }
        return sealed.withLock { $0 }.sorted { $0.object.name < $1.object.name }
    }

    /// What is not sealed belongs to encoders, which are gone by now; what is sealed goes with its load.
    func abandon() {}

    func open() throws -> LakeFile { try LakeFile(schema: schema, upload: stage()) }
    func keep(_ files: [StagedFile]) { sealed.withLock { $0 += files } }
}

/// One connection's rows of one slice.
private final class LakeEncoder: BatchEncoder {
    private let table: LakeTable
    private let slice: Int
    private let encoder: RowGroupEncoder
    private let stamp: LoadStamp.Columns?
    private var file: LakeFile?
    private var full: [StagedFile] = []
    private(set) var bytes = 0

    init(_ table: LakeTable, slice: Int) throws {
        self.table = table
        self.slice = slice
        stamp = table.stamp.map { LoadStamp.Columns($0) }
        do {
            encoder = try RowGroupEncoder(schema: table.schema.schema, options: table.schema.options)
        } catch { throw LakeFile.fault(error, "row group") }
    }

    deinit { file?.abandon() }

    func append(_ batch: Batch) throws {
        let batch = stamp?.stamped(batch, schema: table.schema.schema) ?? batch
        var row = 0
        while row < batch.rowCount {
            do { row += try encoder.append(batch, from: row) } catch {
                throw LakeFile.fault(error, file?.name ?? "row group")
            }
            if encoder.isFull { try flush() }
        }
    }

    func finish() throws {
        if encoder.rowCount > 0 { try flush() }
        try seal()
        table.keep(full)
        full = []
    }

    func discard() -> Bool {
        file?.abandon()
        file = nil
        // Sealed files of a load that are not in its record are removed by whoever clears up after it.
        full = []
        return true
    }

    private func flush() throws {
        let file = try self.file ?? table.open()
        self.file = file
        let group: EncodedRowGroup
        do { group = try encoder.finish() } catch { throw LakeFile.fault(error, file.name) }
        try file.append(group)
        bytes = file.bytes
        if file.bytes >= table.fileBytes { try seal() }
    }

    private func seal() throws {
        guard let file else { return }
        full.append(try file.seal(slice: slice))
        self.file = nil
    }
}
