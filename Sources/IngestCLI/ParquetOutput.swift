import Parquet
import Ports
import Synchronization

/// One Parquet file under way, which several connections append finished row groups to.
///
/// `@unchecked Sendable`: writer and upload are used under `lock` only, after the readers have ended as well.
final class ParquetOutput: @unchecked Sendable {
    let name: String
    private let upload: any ObjectUpload
    private let writer: FileWriter
    private let lock = Mutex(())

    init(schema: FileSchema, name: String, store: any ObjectStore, replacing: Bool) throws {
        let upload = try store.begin(name, replacing: replacing)
        self.name = upload.displayName
        self.upload = upload
        do {
            writer = try FileWriter(schema: schema.schema, options: schema.options) { try upload.write($0) }
        } catch {
            upload.abandon()
            throw Self.fault(error, upload.displayName)
        }
    }

    /// Appends what the encoder holds. The encoder's blocks are written from where they are, so the whole is one step.
    func append(_ group: EncodedRowGroup) throws {
        try lock.withLock { _ in
            do { try writer.append(group) } catch { throw Self.fault(error, name) }
        }
    }

    func finish() throws -> WrittenFile {
        try lock.withLock { _ in
            do {
                let summary = try writer.finish()
                return WrittenFile(name: name, rows: summary.rows, bytes: summary.bytes, rowGroups: summary.rowGroups)
            } catch { throw Self.fault(error, name) }
        }
    }

    func publish() throws { try lock.withLock { _ in try upload.publish() } }
    func abandon() { lock.withLock { _ in upload.abandon() } }

    static func fault(_ error: any Error, _ name: String) -> any Error {
        (error as? ParquetFault).map { FormatFault($0, file: name) } ?? error
    }
}
