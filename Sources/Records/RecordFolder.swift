import Glibc
import Ports

/// A folder of records: made when the first one is written.
struct RecordFolder: Sendable {
    let path: String

    init(path: String) { self.path = path }

    /// The folder that a file lies in, and its name in it.
    static func of(file path: String) -> (folder: RecordFolder, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (RecordFolder(path: "."), path) }
        return (
            RecordFolder(path: slash == path.startIndex ? "/" : String(path[..<slash])),
            String(path[path.index(after: slash)...])
        )
    }

    /// Of a job's own file: two jobs never share a name, and none leads out of the folder.
    static func name(of job: String, _ suffix: String) -> String {
        let name = PercentEncoding.encoded(job) + suffix
        return name.hasPrefix(".") ? "%2E" + name.dropFirst() : name
    }

    func file(_ name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }

    func make() throws(RecordFault) { try Self.make(path) }

    private static func make(_ path: String) throws(RecordFault) {
        if mkdir(path, 0o755) == 0 { return }
        let code = errno
        if code == EEXIST {
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw RecordFault("Cannot make the folder '\(path)'", errno: EEXIST)
            }
            return
        }
        guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw RecordFault("Cannot make the folder '\(path)'", errno: code)
        }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else {
            throw RecordFault("Cannot make the folder '\(path)'", errno: errno)
        }
    }

    /// Names in order; none where there is no such folder.
    func names() throws(RecordFault) -> [String] {
        guard let handle = opendir(path) else {
            let code = errno
            if code == ENOENT { return [] }
            throw RecordFault("Cannot list '\(path)'", errno: code)
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names.sorted()
    }

    /// One that is gone already is no error.
    func remove(_ name: String) throws(RecordFault) {
        guard unlink(file(name)) != 0 else { return }
        let code = errno
        if code != ENOENT { throw RecordFault("Cannot remove '\(file(name))'", errno: code) }
    }

    /// The whole of a file; nil where there is none.
    func read(_ name: String) throws(RecordFault) -> [UInt8]? {
        let path = file(name)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return nil }
            throw RecordFault("Cannot read '\(path)'", errno: code)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw RecordFault("Cannot read '\(path)'", errno: errno) }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    /// New bytes in the place of a file, all or nothing.
    func replace(
        _ name: String, with bytes: [UInt8], sync: Bool, mode: mode_t = 0o644
    ) throws(RecordFault) {
        let path = file(name)
        // One per process: a killed one leaves at most one behind, which the next of its number replaces.
        let temporary = file(".\(name).\(getpid()).tmp")
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw RecordFault("Cannot write '\(path)'", errno: errno) }
        do throws(RecordFault) {
            defer { close(descriptor) }
            var written = 0
            while written < bytes.count {
                let count = bytes.withUnsafeBytes {
                    write(descriptor, $0.baseAddress! + written, $0.count - written)
                }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw RecordFault("Cannot write '\(path)'", errno: count == 0 ? ENOSPC : errno) }
                written += count
            }
            guard !sync || fsync(descriptor) == 0 else { throw RecordFault("Cannot store '\(path)'", errno: errno) }
            guard rename(temporary, path) == 0 else { throw RecordFault("Cannot write '\(path)'", errno: errno) }
        } catch {
            unlink(temporary)
            throw error
        }
        if sync { syncNames() }
    }

    /// The folder's names survive a loss of power. Some network file systems refuse it; what is in the files is safe then.
    func syncNames() {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }
}
