import Parquet
import Ports

/// One Parquet file of a load under way. Used by one thread at a time.
final class LakeFile {
    private let upload: any StagedUpload
    private let writer: FileWriter
    private(set) var bytes = 0

    /// For messages.
    var name: String { upload.token }

    init(schema: FileSchema, upload: any StagedUpload) throws {
        self.upload = upload
        do {
            writer = try FileWriter(schema: schema.schema, options: schema.options) { try upload.write($0) }
        } catch {
            upload.abandon()
            throw Self.fault(error, upload.token)
        }
    }

    /// The encoder's blocks are written from where they are.
    func append(_ group: EncodedRowGroup) throws {
        do { try writer.append(group) } catch { throw Self.fault(error, name) }
        bytes = writer.bytesWritten
    }

    func seal(slice: Int) throws -> StagedFile {
        let summary: FileWriter.Summary
        do { summary = try writer.finish() } catch { throw Self.fault(error, name) }
        let object = try upload.seal()
        guard object.bytes == summary.bytes else {
            throw StagedFileFault(name: name, written: summary.bytes, stored: object.bytes)
        }
        return StagedFile(slice: slice, object: object, rows: summary.rows, rowGroups: summary.rowGroups)
    }

    func abandon() { upload.abandon() }

    static func fault(_ error: any Error, _ name: String) -> any Error {
        (error as? ParquetFault).map { FormatFault($0, file: name) } ?? error
    }
}

/// The store kept another number of bytes than it was given.
struct StagedFileFault: Fault {
    let name: String
    let written: Int
    let stored: Int

    var kind: FaultKind { .transient }
    var message: String { "'\(name)' has \(stored) bytes in the store, but \(written) were written" }
}
