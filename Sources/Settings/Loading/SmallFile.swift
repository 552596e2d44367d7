import Glibc

/// A file that is read whole: settings, secrets, a query.
package struct SmallFile {
    package var bytes: [UInt8]
    /// Permission bits.
    var mode: mode_t

    package enum Refusal: Error, Equatable {
        case missing
        case unreadable(reason: String)
        case tooLong(limit: Int)
    }

    /// Ordinary files only: a pipe or a device could keep us waiting for ever.
    package static func read(_ path: String, limit: Int) throws(Refusal) -> SmallFile {
        guard !path.utf8.contains(0) else { throw .missing }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { throw .missing }
            throw .unreadable(reason: String(cString: strerror(code)))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .unreadable(reason: String(cString: strerror(errno))) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(reason: "it is not an ordinary file") }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw .unreadable(reason: String(cString: strerror(code)))
            }
            if count == 0 { return SmallFile(bytes: bytes, mode: status.st_mode & 0o7777) }
            bytes += chunk[..<count]
            if bytes.count > limit { throw .tooLong(limit: limit) }
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
