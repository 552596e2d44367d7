import Glibc
import Ports

/// A file open for reading and writing that nobody else who asks for its lock has. The lock goes with the descriptor, also
/// when the process dies.
struct LockedFile: ~Copyable {
    let path: String
    private let descriptor: Int32

    /// Makes the file where it is missing. Waits so long for the lock, then throws with the code EAGAIN.
    init(_ path: String, patience seconds: Double) throws(RecordFault) {
        let deadline = ContinuousClock.now + .milliseconds(Int(seconds * 1000))
        while true {
            let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
            guard opened >= 0 else { throw RecordFault("Cannot open '\(path)'", errno: errno) }
            do throws(RecordFault) {
                if try Self.lock(opened, path) {
                    descriptor = opened
                    self.path = path
                    return
                }
            } catch {
                close(opened)
                throw error
            }
            close(opened)
            guard ContinuousClock.now < deadline else {
                throw RecordFault(
                    .transient, "Cannot write '\(path)': another program has locked it",
                    remedy: "Close the program that holds it.", code: EAGAIN)
            }
            usleep(5000)
        }
    }

    deinit { close(descriptor) }

    /// False where somebody else has the lock, or the name has gone to another file meanwhile.
    private static func lock(_ descriptor: Int32, _ path: String) throws(RecordFault) -> Bool {
        var region = flock()
        region.l_type = Int16(F_WRLCK)
        region.l_whence = Int16(SEEK_SET)
        // Open file description locks: unlike POSIX locks they hold between threads, and don't vanish when another part of
        // this process closes the file; they do conflict with those that LibreOffice and Samba take.
        let ofdSetLock: Int32 = 37
        if fcntl(descriptor, ofdSetLock, &region) != 0 {
            let code = errno
            if code == EAGAIN || code == EACCES || code == EINTR { return false }
            // EINVAL, ENOLCK: a file system without locks.
            guard code == EINVAL || code == ENOLCK else { throw RecordFault("Cannot lock '\(path)'", errno: code) }
        }
        var held = stat()
        var named = stat()
        guard fstat(descriptor, &held) == 0 else { throw RecordFault("Cannot look at '\(path)'", errno: errno) }
        guard held.st_mode & S_IFMT == S_IFREG else {
            throw RecordFault(.configuration, "'\(path)' is no file", remedy: "Move it away.")
        }
        return stat(path, &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }

    var size: Int {
        var status = stat()
        return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    }

    func bytes(_ range: Range<Int>) throws(RecordFault) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: range.count)
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                pread(descriptor, $0.baseAddress! + filled, $0.count - filled, off_t(range.lowerBound + filled))
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw RecordFault("Cannot read '\(path)'", errno: errno) }
            if count == 0 { break }
            filled += count
        }
        return Array(bytes[..<filled])
    }

    /// All or nothing: what a full disk let through is taken back.
    func append(_ bytes: [UInt8], sync: Bool) throws(RecordFault) {
        let end = size
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress! + written, $0.count - written, off_t(end + written))
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = count == 0 ? ENOSPC : errno
                _ = ftruncate(descriptor, off_t(end))
                throw RecordFault("Cannot write '\(path)'", errno: code)
            }
            written += count
        }
        guard !sync || fsync(descriptor) == 0 else { throw RecordFault("Cannot store '\(path)'", errno: errno) }
    }
}
