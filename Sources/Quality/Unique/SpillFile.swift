import Glibc
import Ports
import Synchronization

/// A file on local disk for what does not fit into memory: without a name from the start, so that nothing is left of it
/// whatever happens to the process. Several threads write and read it.
final class SpillFile: Sendable {
    private let descriptor: Int32
    private let end = Atomic<Int>(0)
    private let limit: Int
    private let folder: String

    init(in folder: String, limit: Int) throws(QualityFault) {
        var path = Array((folder + "/ingest-keys-XXXXXX").utf8CString)
        descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw Self.fault("create a temporary file", in: folder, errno) }
        unlink(path)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.limit = limit
        self.folder = folder
    }

    deinit { close(descriptor) }

    /// Where the bytes now lie.
    func append(_ bytes: UnsafeRawPointer, _ count: Int) throws(QualityFault) -> Int {
        let offset = end.wrappingAdd(count, ordering: .relaxed).oldValue
        guard offset + count <= limit else {
            throw QualityFault(
                .permanent,
                "The keys of a unique rule need more than \(NumberWords.count(limit >> 20)) MiB in \(folder)",
                remedy: "Raise quality.spill_limit, or leave the rule to the source: its own unique index costs less.")
        }
        var done = 0
        while done < count {
            let written = pwrite(descriptor, bytes + done, count - done, off_t(offset + done))
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.fault("write a temporary file", in: folder, errno)
            }
            done += written
        }
        return offset
    }

    func read(_ bytes: UnsafeMutableRawPointer, _ count: Int, at offset: Int) throws(QualityFault) {
        var done = 0
        while done < count {
            let found = pread(descriptor, bytes + done, count - done, off_t(offset + done))
            if found < 0, errno == EINTR { continue }
            guard found > 0 else { throw Self.fault("read a temporary file", in: folder, found < 0 ? errno : EIO) }
            done += found
        }
    }

    private static func fault(_ action: String, in folder: String, _ code: Int32) -> QualityFault {
        QualityFault(
            .permanent, "Cannot \(action) in \(folder): \(String(cString: strerror(code)))",
            remedy: code == ENOSPC
                ? "Make room there, or set TMPDIR to a folder on a disk with more."
                : "Set TMPDIR to a folder that can be written to.")
    }
}
