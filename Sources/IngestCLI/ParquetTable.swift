import Columnar
import Parquet
import Ports
import Synchronization

/// What all files of a table share.
struct FileSchema: Sendable {
    var schema: Schema
    var options: WriterOptions
}

/// A table as Parquet: one file that all connections share, or a file for each of them.
///
/// Row groups are built by each connection on its own; only appending a finished one takes the file's lock.
final class ParquetTable: TableSink {
    enum Layout: Equatable, Sendable {
        case oneFile(String)
        /// `stem-1.parquet` and so on, in the order in which connections have something to write.
        case filePerConnection(stem: String)
    }

    private struct Files {
        var all: [ParquetOutput] = []
        /// Made before the read begins, so that a destination that can't be written is found early.
        var unclaimed: ParquetOutput?
        var published = 0
        var isAbandoned = false
    }

    private let schema: FileSchema
    private let layout: Layout
    private let store: any ObjectStore
    private let replacing: Bool
    /// Removes a file that this copy published; used when a later one of them can't be.
    private let retract: @Sendable (_ displayName: String) -> Void
    private let files: Mutex<Files>

    init(
        schema: FileSchema, layout: Layout, store: any ObjectStore, replacing: Bool,
        retract: @escaping @Sendable (_ displayName: String) -> Void
    ) throws {
        self.schema = schema
        self.layout = layout
        self.store = store
        self.replacing = replacing
        self.retract = retract
        let first = try Self.open(number: 1, schema, layout, store, replacing)
        files = Mutex(Files(all: [first], unclaimed: first))
    }

    private static func open(
        number: Int, _ schema: FileSchema, _ layout: Layout, _ store: any ObjectStore, _ replacing: Bool
    ) throws -> ParquetOutput {
        let name =
            switch layout {
            case .oneFile(let name): name
            case .filePerConnection(let stem): FileName.numbered(stem, number)
            }
        return try ParquetOutput(schema: schema, name: name, store: store, replacing: replacing)
    }

    func makeEncoder(slice: Int) throws -> any BatchEncoder { try ParquetBatchEncoder(self, schema) }

    /// The file for a connection that has its first row group ready.
    fileprivate func claimFile() throws -> ParquetOutput {
        try files.withLock { files in
            if case .oneFile = layout { return files.all[0] }
            if let first = files.unclaimed {
                files.unclaimed = nil
                return first
            }
            let next = try Self.open(number: files.all.count + 1, schema, layout, store, replacing)
            files.all.append(next)
            return next
        }
    }

    func finish() throws -> [WrittenFile] {
        let outputs = files.withLock { $0.all }
        return try outputs.map { try $0.finish() }
    }

    func publish() throws {
        let outputs = files.withLock { $0.all }
        for (index, output) in outputs.enumerated() {
            do {
                try output.publish()
                files.withLock { $0.published = index + 1 }
            } catch {
                // Without --overwrite the published ones are new and ours: all or nothing. Replaced ones can't be had back.
                if !replacing {
                    for done in outputs[..<index] { retract(done.name) }
                }
                throw error
            }
        }
    }

    func abandon() {
        let outputs = files.withLock { files -> [ParquetOutput] in
            guard !files.isAbandoned else { return [] }
            files.isAbandoned = true
            return Array(files.all[files.published...])
        }
        for output in outputs { output.abandon() }
    }
}

/// One connection's row groups.
private final class ParquetBatchEncoder: BatchEncoder {
    private let table: ParquetTable
    private let encoder: RowGroupEncoder
    private var output: ParquetOutput?

    init(_ table: ParquetTable, _ schema: FileSchema) throws {
        self.table = table
        do {
            encoder = try RowGroupEncoder(schema: schema.schema, options: schema.options)
        } catch { throw ParquetOutput.fault(error, "row group") }
    }

    func append(_ batch: Batch) throws {
        var row = 0
        while row < batch.rowCount {
            do { row += try encoder.append(batch, from: row) } catch { throw fault(error) }
            if encoder.isFull { try flush() }
        }
    }

    func finish() throws {
        if encoder.rowCount > 0 { try flush() }
    }

    private(set) var bytes = 0

    /// Its row groups are in a file with those of others.
    func discard() -> Bool { false }

    private func flush() throws {
        let output = try self.output ?? table.claimFile()
        self.output = output
        let group: EncodedRowGroup
        do { group = try encoder.finish() } catch { throw fault(error) }
        try output.append(group)
    }

    private func fault(_ error: ParquetFault) -> any Error { ParquetOutput.fault(error, output?.name ?? "row group") }
}
