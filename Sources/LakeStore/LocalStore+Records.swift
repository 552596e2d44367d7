import Glibc
import Ports

// Records are small files. One that replaces another is written beside it and renamed; one that must be the first is
// written beside its name and linked to it, which the kernel refuses where the name is taken.
extension LocalStore: LoadStore {
    package func record(_ key: String) throws -> [UInt8]? {
        let path = try keyPath(key)
        guard let raw = FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return nil }
            throw StoreFault("Cannot read '\(path)'", errno: code)
        }
        let file = FileDescriptor(owning: raw)
        var status = stat()
        guard fstat(file.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw StoreFault(.permanent, "'\(path)' is no file", remedy: "Nothing but ingest should write there.")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(status.st_size))
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file.raw, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw StoreFault("Cannot read '\(path)'", errno: code)
            }
            bytes += chunk[..<count]
        }
    }

    /// By the clock of whoever keeps the files, which on a network file system is not ours: a file that is written now
    /// shows what time it is there.
    package func age(of key: String) throws -> Double? {
        let path = try keyPath(key)
        var written = stat()
        guard stat(path, &written) == 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return nil }
            throw StoreFault("Cannot look at '\(path)'", errno: code)
        }
        var now = stat()
        do throws(StoreFault) {
            let probe = try temporary(beside: path, [0x0A], sync: false)
            defer { _ = unlink(probe.path) }
            guard fstat(probe.file.raw, &now) == 0 else { throw StoreFault("Cannot look at '\(path)'", errno: errno) }
        } catch {
            // Its folder went with it since we looked.
            if error.code == ENOENT { return nil }
            throw error
        }
        return Double(now.st_mtim.tv_sec - written.st_mtim.tv_sec)
            + Double(now.st_mtim.tv_nsec - written.st_mtim.tv_nsec) / 1e9
    }

    package func putRecord(_ key: String, _ bytes: [UInt8], _ durability: Durability) throws {
        let path = try keyPath(key)
        try withParent(of: path) {
            let part = try temporary(beside: path, bytes, sync: durability == .durable)
            guard rename(part.path, path) == 0 else {
                let code = errno
                _ = unlink(part.path)
                throw StoreFault("Cannot give '\(path)' its name", errno: code)
            }
        }
        if durability == .durable { try Self.syncFolder(of: path) }
    }

    package func putRecordIfAbsent(_ key: String, _ bytes: [UInt8], _ durability: Durability) throws -> PutAnswer {
        let path = try keyPath(key)
        var answer = PutAnswer.stored
        try withParent(of: path) {
            let part = try temporary(beside: path, bytes, sync: durability == .durable)
            defer { _ = unlink(part.path) }
            if link(part.path, path) == 0 { return }
            let code = errno
            // The folder went as empty, or somebody cleared the part away: it is written once more.
            if code == ENOENT { throw StoreFault("Cannot link '\(path)'", errno: code) }
            guard code == EEXIST else {
                throw StoreFault(
                    .configuration, "Cannot link '\(path)': \(String(cString: strerror(code)))",
                    remedy: "Loads need a file system with hard links: they say which of two runs comes first. "
                        + "Choose another destination.", code: code)
            }
            answer = .exists
        }
        // Also when another was faster: what it wrote must not go away under the reader's feet.
        if durability == .durable { try Self.syncFolder(of: path) }
        return answer
    }

    /// Of a record or a visible file; one that is gone already is no error. Folders of data that it leaves empty go as well,
    /// but for the first; those of records are needed again by the next load.
    package func remove(_ key: String) throws {
        let path = try keyPath(key)
        guard unlink(path) == 0 else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return }
            throw StoreFault("Cannot remove '\(path)'", errno: code)
        }
        guard !key.hasPrefix("_ingest/") else { return }
        var folder = key
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            guard folder.contains("/"), rmdir(self.path(of: folder)) == 0 else { return }
        }
    }

    package func objects(under prefix: String) throws -> [StoredObject] {
        var found: [StoredObject] = []
        try collect(prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix, into: &found)
        return found.sorted { $0.key < $1.key }
    }

    package func digest(of key: String) throws -> String? {
        let path = try keyPath(key)
        guard let raw = FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else {
            let code = errno
            if code == ENOENT || code == ENOTDIR { return nil }
            throw StoreFault("Cannot read '\(path)'", errno: code)
        }
        let file = FileDescriptor(owning: raw)
        var digest = BodyDigest()
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = read(file.raw, &chunk, chunk.count)
            if count == 0 { return digest.text }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw StoreFault("Cannot read '\(path)'", errno: code)
            }
            chunk.withUnsafeBytes { digest.add(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        }
    }

    private func collect(_ folder: String, into found: inout [StoredObject]) throws {
        let here = LocalStore(root: path(of: folder))
        for name in try here.list() where !PartName.matches(name) {
            let key = folder + "/" + name
            var status = stat()
            // Gone since it was listed: it is not there.
            guard lstat(path(of: key), &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: try collect(key, into: &found)
            case S_IFREG: found.append(StoredObject(key: key, bytes: Int(status.st_size)))
            default: continue
            }
        }
    }

    /// Keys are made by us; one that leads out of the root is a mistake that must not reach the disk.
    func keyPath(_ key: String) throws(StoreFault) -> String {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard !key.isEmpty, !key.utf8.contains(0), parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw StoreFault(.configuration, "'\(key)' cannot be the name of a file")
        }
        guard parts.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw StoreFault("Cannot create '\(key)'", errno: ENAMETOOLONG)
        }
        return path(of: key)
    }

    /// Runs `body`, and once more with the folder made where it is missing. Somebody may remove it in between, as empty.
    func withParent(of path: String, _ body: () throws -> Void) throws {
        for _ in 0..<10 {
            do {
                return try body()
            } catch let fault as StoreFault where fault.code == ENOENT {
                try Self.makeFolder(of: path)
            }
        }
        try body()
    }

    /// What `kill -9` left of records on their way. Those of living processes are locked.
    package func removeAbandonedRecords(under prefix: String) throws {
        let key = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        let folder = LocalStore(root: path(of: key))
        // A table's commits are thousands: nothing is asked of each but its name.
        for entry in try folder.entries() {
            if entry.isFolder {
                try removeAbandonedRecords(under: key + "/" + entry.name)
            } else if PartName.matches(entry.name) {
                _ = folder.removeIfAbandoned(entry.name)
            }
        }
    }

    /// A record on its way. Open, and thereby locked, as long as this value lives.
    private struct Part: ~Copyable {
        let path: String
        let file: FileDescriptor
    }

    private func temporary(beside path: String, _ bytes: [UInt8], sync: Bool) throws(StoreFault) -> Part {
        let (folder, name) = Self.split(path)
        while true {
            let part = (folder == "/" ? "" : folder) + "/" + PartName.make(for: name)
            guard let raw = FileDescriptor.open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o666) else {
                let code = errno
                if code == EEXIST { continue }
                throw StoreFault("Cannot create a file in '\(folder)'", errno: code)
            }
            let file = FileDescriptor(owning: raw)
            // Whoever clears up between these two calls, or on a file system without locks, makes the caller write again.
            _ = flock(raw, LOCK_EX | LOCK_NB)
            do throws(StoreFault) {
                try Self.write(bytes, to: file.raw, part)
                if sync, fsync(file.raw) != 0 { throw StoreFault("Cannot store '\(path)' on the disk", errno: errno) }
            } catch {
                _ = unlink(part)
                throw error
            }
            return Part(path: part, file: file)
        }
    }

    private static func write(_ bytes: [UInt8], to raw: Int32, _ path: String) throws(StoreFault) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(raw, $0.baseAddress, $0.count) }
            if count < 0 {
                let code = errno
                if code == EINTR { continue }
                throw StoreFault("Cannot write '\(path)'", errno: code)
            }
            written += count
        }
    }

    static func split(_ path: String) -> (folder: String, name: String) {
        guard let slash = path.lastIndex(of: "/") else { return (".", path) }
        return (slash == path.startIndex ? "/" : String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    /// Makes the folder that a path lies in, and those above; each new name is stored in the folder that it was given in.
    static func makeFolder(of path: String) throws(StoreFault) {
        let folder = split(path).folder
        if mkdir(folder, 0o777) != 0 {
            let code = errno
            if code == EEXIST { return }
            guard code == ENOENT else { throw StoreFault("Cannot create the folder '\(folder)'", errno: code) }
            try makeFolder(of: folder)
            guard mkdir(folder, 0o777) == 0 || errno == EEXIST else {
                throw StoreFault("Cannot create the folder '\(folder)'", errno: errno)
            }
        }
        try syncFolder(of: folder)
    }

    /// A name must survive a loss of power as well.
    static func syncFolder(of path: String) throws(StoreFault) {
        let (folder, _) = split(path)
        // A folder that may be written but not read: its names can't be synced by us.
        guard let raw = FileDescriptor.open(folder, O_RDONLY | O_DIRECTORY) else { return }
        let descriptor = FileDescriptor(owning: raw)
        guard fsync(descriptor.raw) != 0 else { return }
        let code = errno
        // EINVAL: a file system that has nothing to sync.
        if code != EINVAL { throw StoreFault("'\(folder)' cannot be stored on the disk", errno: code) }
    }
}
