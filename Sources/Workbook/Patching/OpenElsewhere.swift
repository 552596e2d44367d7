import Glibc
import Ports

/// Whether somebody has the workbook open, by the signs that programs leave: Excel's `~$name`, LibreOffice's
/// `.~lock.name#`, and locks on the file itself, which a Windows share turns its sharing modes into.
enum OpenElsewhere {
    /// A sentence, or nil.
    static func lockFile(beside path: String) -> String? {
        let (folder, name) = PackageParts.split(path)
        let owner = "~$\(name)"
        if exists(folder + owner) {
            return "open in Excel\(excelUser(folder + owner)) (its lock file \(owner) is there)"
        }
        let lock = ".~lock.\(name)#"
        guard exists(folder + lock) else { return nil }
        return "open in LibreOffice\(libreOfficeUser(folder + lock)) (its lock file \(lock) is there)"
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    private static func head(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(count, 0)))
    }

    /// One byte of length, then the name in the user's code page.
    private static func excelUser(_ path: String) -> String {
        let bytes = head(path)
        guard let length = bytes.first, (1...54).contains(length), bytes.count > Int(length) else { return "" }
        return by(String(decoding: bytes[1...Int(length)], as: UTF8.self))
    }

    /// `name,system user,host,date,path;`
    private static func libreOfficeUser(_ path: String) -> String {
        let fields = String(decoding: head(path), as: UTF8.self)
            .split(separator: ",", maxSplits: 2, omittingEmptySubsequences: false)
        return by(fields.prefix(2).map(String.init).first { !$0.isEmpty } ?? "")
    }

    private static func by(_ name: String) -> String {
        let clean = String(name.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F && $0.value != 0xFFFD })
        return clean.allSatisfy { $0 == " " } ? "" : " by \(clean)"
    }
}

/// The workbook held for writing: nobody who asks for a lock gets one meanwhile. Goes with the descriptor.
struct HeldFile: ~Copyable {
    enum Failure: Error {
        /// May pass; a sentence's end.
        case busy(String)
        case refused(WorkbookFault)
    }

    private let descriptor: Int32
    let status: stat

    init(_ path: String) throws(Failure) {
        let opened = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard opened >= 0 else { throw Self.failure(path, errno) }
        do throws(Failure) {
            status = try Self.lock(opened, path)
        } catch {
            close(opened)
            throw error
        }
        descriptor = opened
    }

    deinit { close(descriptor) }

    private static func lock(_ descriptor: Int32, _ path: String) throws(Failure) -> stat {
        var region = flock()
        region.l_type = Int16(F_WRLCK)
        region.l_whence = Int16(SEEK_SET)
        // Open file description locks: unlike POSIX locks, they don't vanish when another part of this process closes the
        // file; they do conflict with those that LibreOffice and Samba take.
        let ofdSetLock: Int32 = 37
        guard fcntl(descriptor, ofdSetLock, &region) == 0 || errno == EINVAL else {
            throw .busy("locked by another program")
        }
        var held = stat()
        var named = stat()
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
            held.st_dev == named.st_dev
        else { throw .busy("being replaced by another program") }
        guard held.st_mode & 0o222 != 0 else { throw .refused(readOnly(path)) }
        return held
    }

    private static func failure(_ path: String, _ code: Int32) -> Failure {
        switch code {
        case EACCES, EPERM, EROFS: .refused(readOnly(path))
        case EAGAIN, EBUSY, ETXTBSY: .busy("locked by another program")
        case ENOENT: .busy("not there")
        default:
            .refused(
                WorkbookFault(
                    .access, "\(path) cannot be opened for writing: \(String(cString: strerror(code))).",
                    kind: .permanent))
        }
    }

    private static func readOnly(_ path: String) -> WorkbookFault {
        WorkbookFault(
            .access, "\(path) is read-only.",
            remedy: "Give the user that runs ingest the right to write it, or set run.write_back to status_file.",
            kind: .permanent)
    }
}
