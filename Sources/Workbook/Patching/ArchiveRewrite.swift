import CZip
import Glibc

/// A zip archive with some entries' bytes replaced or added, in memory. libzip copies the others as they are compressed.
enum ArchiveRewrite {
    /// Deflate's level for what changes: a quarter more bytes of a large sheet than the usual 6, in a third of the time.
    /// With ZIP_CM_DEFAULT (deflate, or nothing where that is smaller): libzip ignores the level where the method is the
    /// one that the entry had.
    private static let level: UInt32 = 2

    static func rewrite(
        _ archive: ZipArchive, replacing replaced: [Int: [UInt8]], adding added: [(name: String, bytes: [UInt8])] = []
    ) throws(WorkbookFault) -> [UInt8] {
        var error = zip_error_t()
        zip_error_init(&error)
        defer { zip_error_fini(&error) }
        // A copy that libzip owns: once an archive over a buffer has been written, libzip 1.7 frees the old buffer even where
        // it was told to leave it to us.
        let bytes = archive.snapshot.bytes
        guard let memory = malloc(max(bytes.count, 1)) else { throw ZipArchive.fault(archive.path, &error) }
        if let base = bytes.baseAddress { memcpy(memory, base, bytes.count) }
        guard let target = zip_source_buffer_create(memory, UInt64(bytes.count), 1, &error) else {
            free(memory)
            throw ZipArchive.fault(archive.path, &error)
        }
        guard let raw = zip_open_from_source(target, 0, &error) else {
            zip_source_free(target)
            throw ZipArchive.fault(archive.path, &error)
        }
        // Ours besides the archive's: "zip_source_keep() increments the reference count", and zip_close() drops one.
        zip_source_keep(target)
        defer { zip_source_free(target) }
        do throws(WorkbookFault) {
            for (index, part) in replaced.sorted(by: { $0.key < $1.key }) {
                var status = zip_stat_t()
                let hasTime = zip_stat_index(raw, UInt64(index), 0, &status) == 0
                guard let source = copy(part, for: raw),
                    keepOrFree(source, zip_file_replace(raw, UInt64(index), source, 0)),
                    zip_set_file_compression(raw, UInt64(index), ZIP_CM_DEFAULT, level) == 0
                else { throw ZipArchive.fault(archive.path, zip_get_error(raw)) }
                if hasTime { _ = zip_file_set_mtime(raw, UInt64(index), status.mtime, 0) }
            }
            for (name, part) in added {
                guard let source = copy(part, for: raw) else {
                    throw ZipArchive.fault(archive.path, zip_get_error(raw))
                }
                let index = zip_file_add(raw, name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
                guard index >= 0 else {
                    zip_source_free(source)
                    throw ZipArchive.fault(archive.path, zip_get_error(raw))
                }
            }
        } catch {
            zip_discard(raw)
            throw error
        }
        guard zip_close(raw) == 0 else {
            let fault = ZipArchive.fault(archive.path, zip_get_error(raw))
            zip_discard(raw)
            throw fault
        }
        return try contents(of: target, path: archive.path)
    }

    /// A source that owns a copy of its bytes: it is read when the archive is closed.
    private static func copy(_ part: [UInt8], for archive: OpaquePointer) -> OpaquePointer? {
        guard let memory = malloc(max(part.count, 1)) else { return nil }
        part.withUnsafeBytes { if let base = $0.baseAddress { memcpy(memory, base, $0.count) } }
        guard let source = zip_source_buffer(archive, memory, UInt64(part.count), 1) else {
            free(memory)
            return nil
        }
        return source
    }

    private static func keepOrFree(_ source: OpaquePointer, _ result: Int32) -> Bool {
        if result != 0 { zip_source_free(source) }
        return result == 0
    }

    private static func contents(of source: OpaquePointer, path: String) throws(WorkbookFault) -> [UInt8] {
        var status = zip_stat_t()
        zip_stat_init(&status)
        guard zip_source_stat(source, &status) == 0, zip_source_open(source) == 0 else {
            throw ZipArchive.fault(path, zip_source_error(source))
        }
        defer { zip_source_close(source) }
        var result = [UInt8](repeating: 0, count: Int(status.size))
        var filled = 0
        while filled < result.count {
            let count = result.withUnsafeMutableBytes {
                zip_source_read(source, $0.baseAddress! + filled, UInt64($0.count - filled))
            }
            guard count > 0 else { throw ZipArchive.fault(path, zip_source_error(source)) }
            filled += Int(count)
        }
        return result
    }
}
