import Glibc
import Ports

/// New bytes in the place of a file, all or nothing: written to a temporary file beside it, made durable, renamed over
/// it. Owner, group and mode stay.
enum FileReplacement {
    static func replace(_ path: String, with bytes: [UInt8], like status: stat) throws(WorkbookFault) {
        let (folder, name) = split(path)
        let temporary = "\(folder).\(name).ingest-tmp"
        // What a killed process left behind: whoever writes a workbook holds its lock, so that there is no other.
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw folderFault(folder, path, errno) }
        do throws(WorkbookFault) {
            defer { close(descriptor) }
            try write(bytes, to: descriptor, path)
            try keepOwner(descriptor, status, path)
            // fsync(2): "Calling fsync() does not necessarily ensure that the entry in the directory containing the file
            // has also reached disk. For that an explicit fsync() on a file descriptor for the directory is also needed."
            guard fsync(descriptor) == 0 else { throw writeFault(path, errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        guard rename(temporary, path) == 0 else {
            let code = errno
            unlink(temporary)
            throw folderFault(folder, path, code)
        }
        syncFolder(folder)
    }

    /// Whether anything can be put into the folder; also said of a folder that only its mode protects, from root too.
    static func checkFolder(of path: String) throws(WorkbookFault) {
        let (folder, _) = split(path)
        var status = stat()
        guard stat(folder, &status) == 0 else { throw folderFault(folder, path, errno) }
        guard status.st_mode & 0o222 != 0, access(folder, W_OK) == 0 else {
            throw folderFault(folder, path, status.st_mode & 0o222 == 0 ? EACCES : errno)
        }
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32, _ path: String) throws(WorkbookFault) {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + sent, $0.count - sent) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw writeFault(path, errno) }
            sent += count
        }
    }

    private static func keepOwner(_ descriptor: Int32, _ status: stat, _ path: String) throws(WorkbookFault) {
        var own = stat()
        guard fstat(descriptor, &own) == 0 else { throw writeFault(path, errno) }
        if own.st_uid != status.st_uid || own.st_gid != status.st_gid {
            guard fchown(descriptor, status.st_uid, status.st_gid) == 0 else {
                throw WorkbookFault(
                    .access, "\(path) belongs to another user, and writing it would change that.",
                    remedy: "Run ingest as its owner, or set run.write_back to status_file.", kind: .permanent)
            }
        }
        guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else { throw writeFault(path, errno) }
    }

    private static func syncFolder(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        // Some network file systems refuse it; the file itself is safe by then.
        _ = fsync(descriptor)
        close(descriptor)
    }

    private static func split(_ path: String) -> (folder: String, name: String) {
        let (folder, name) = PackageParts.split(path)
        return (folder.isEmpty ? "./" : folder, name)
    }

    private static func writeFault(_ path: String, _ code: Int32) -> WorkbookFault {
        WorkbookFault(
            .access, "\(path) cannot be written: \(String(cString: strerror(code))).", kind: .permanent)
    }

    private static func folderFault(_ folder: String, _ path: String, _ code: Int32) -> WorkbookFault {
        let isForbidden = code == EACCES || code == EPERM || code == EROFS
        return WorkbookFault(
            .access,
            isForbidden
                ? "\(path) cannot be written: its folder is read-only."
                : "\(path) cannot be written: \(String(cString: strerror(code))).",
            remedy: isForbidden
                ? "Give the user that runs ingest the right to write in \(folder), or set run.write_back to status_file."
                : nil, kind: .permanent)
    }
}
