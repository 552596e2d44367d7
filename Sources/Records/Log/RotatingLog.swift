import Glibc
import Ports
import Synchronization

/// A log that is kept in pieces: `ingest.log`, and `ingest.log.1` (the one before) to `ingest.log.5`. Several processes
/// write at the same time: each line is one write to the end of the file, and whoever finds the file full moves it aside
/// under a lock; the others see that the name has gone to another file and follow.
package final class RotatingLog: Sendable {
    package struct Limits: Sendable {
        package var bytes: Int
        /// Besides the current one.
        package var kept: Int

        package init(bytes: Int = 10_000_000, kept: Int = 5) {
            self.bytes = bytes
            self.kept = kept
        }
    }

    private struct Open {
        var descriptor: Int32
        var inode: ino_t
        var device: dev_t
        /// A full disk took the end of the last line.
        var isTorn = false
    }

    private let folder: RecordFolder
    private let name: String
    private let limits: Limits
    private let patience: Double
    // A lock held over calls of the system, on purpose: it stands for the one descriptor that they share.
    private let open = Mutex<Open?>(nil)

    package init(folder: String, name: String, limits: Limits = Limits(), patience: Double = 2) {
        self.folder = RecordFolder(path: folder)
        self.name = name
        self.limits = limits
        self.patience = patience
    }

    deinit { open.withLock { if let file = $0 { close(file.descriptor) } } }

    /// `line` with its end.
    package func append(_ line: [UInt8]) throws(RecordFault) {
        let result = open.withLock { file -> Result<Void, RecordFault> in
            Result { () throws(RecordFault) in try append(line, to: &file) }
        }
        try result.get()
    }

    private func append(_ line: [UInt8], to file: inout Open?) throws(RecordFault) {
        for _ in 0..<10 {
            var named = stat()
            let isThere = stat(folder.file(name), &named) == 0
            if let held = file, !isThere || named.st_ino != held.inode || named.st_dev != held.device {
                close(held.descriptor)
                file = nil
            }
            if file == nil { (file, named) = try opened() }
            let size = Int(named.st_size)
            guard size == 0 || size + line.count <= limits.bytes else {
                try rotate(before: line.count)
                continue
            }
            break
        }
        guard var held = file else {
            throw RecordFault(.transient, "'\(folder.file(name))' is replaced again and again")
        }
        defer { file = held }
        var rest = (held.isTorn ? [0x0A] + line : line)[...]
        let whole = rest.count
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(held.descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                let code = count == 0 ? ENOSPC : errno
                held.isTorn = held.isTorn || rest.count < whole
                throw RecordFault("Cannot write '\(folder.file(name))'", errno: code)
            }
            rest = rest.dropFirst(count)
        }
        held.isTorn = false
    }

    private func opened() throws(RecordFault) -> (Open, stat) {
        let path = folder.file(name)
        try folder.make()
        let descriptor = Glibc.open(
            path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o644)
        guard descriptor >= 0 else { throw RecordFault("Cannot write '\(path)'", errno: errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw RecordFault(.configuration, "'\(path)' is no file", remedy: "Move it away.")
        }
        return (Open(descriptor: descriptor, inode: status.st_ino, device: status.st_dev), status)
    }

    private func rotate(before count: Int) throws(RecordFault) {
        let lock = try LockedFile(folder.file(".\(name).lock"), patience: patience)
        var named = stat()
        // Somebody else was faster.
        guard stat(folder.file(name), &named) == 0, named.st_size > 0, Int(named.st_size) + count > limits.bytes
        else { return }
        for number in stride(from: limits.kept, to: 0, by: -1) {
            let older = folder.file("\(name).\(number)")
            let newer = folder.file(number == 1 ? name : "\(name).\(number - 1)")
            if rename(newer, older) != 0, errno != ENOENT {
                throw RecordFault("Cannot rename '\(newer)'", errno: errno)
            }
        }
        _ = consume lock
    }
}
