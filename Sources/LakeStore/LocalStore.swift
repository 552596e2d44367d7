import Glibc
import Ports

/// A folder of the local file system (or one that is mounted). Names are single file names in it.
package struct LocalStore: ObjectStore {
    /// Without a trailing slash, except for the root itself.
    package let root: String

    package init(root: String) {
        var root = root.isEmpty ? "." : root
        while root.count > 1, root.hasSuffix("/") { root.removeLast() }
        self.root = root
    }

    package func path(of name: String) -> String {
        if root == "." { return name }
        return root == "/" ? "/" + name : root + "/" + name
    }

    package func begin(_ name: String, replacing: Bool) throws -> any ObjectUpload {
        try Self.check(name)
        try makeRoot()
        try checkVacant(name, replacing: replacing)
        return try LocalUpload(store: self, name: name, replacing: replacing)
    }

    /// Throws what `begin` would throw for the name, and creates nothing but the folder.
    package func checkVacant(_ name: String, replacing: Bool) throws(StoreFault) {
        let path = path(of: name)
        var status = stat()
        guard lstat(path, &status) == 0 else {
            let code = errno
            if code == ENOENT { return }
            throw StoreFault("Cannot look at '\(path)'", errno: code)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            throw StoreFault(
                .configuration, "'\(path)' is a folder",
                remedy: "A destination that ends in .parquet is a file: choose another name, or remove the folder.")
        }
        if !replacing { throw .exists(path) }
        // Renaming over these would take away something else than an old copy.
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFLNK:
            throw StoreFault(
                .configuration, "'\(path)' is a symbolic link",
                remedy: "Name the file that it leads to, or remove the link.")
        default:
            throw StoreFault(
                .configuration, "'\(path)' is a pipe, a socket or a device",
                remedy: "Parquet is written to files: choose another destination.")
        }
    }

    /// Names in the folder in order, hidden ones included; none when the folder does not exist.
    package func list() throws(StoreFault) -> [String] { try entries().map(\.name).sorted() }

    /// In the order of the file system.
    func entries() throws(StoreFault) -> [(name: String, isFolder: Bool)] {
        guard let folder = opendir(root) else {
            let code = errno
            if code == ENOENT { return [] }
            throw StoreFault("Cannot read the folder '\(root)'", errno: code)
        }
        defer { closedir(folder) }
        var entries: [(name: String, isFolder: Bool)] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { entries.append((name, isFolder(name, entry.pointee.d_type))) }
        }
        return entries
    }

    /// Some file systems say nothing of it in their lists.
    private func isFolder(_ name: String, _ type: UInt8) -> Bool {
        guard type == UInt8(DT_UNKNOWN) else { return type == UInt8(DT_DIR) }
        var status = stat()
        return lstat(path(of: name), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// A part belongs to a living process as long as its lock is held; the kernel lets go of it even after `kill -9`.
    package func removeAbandoned() throws -> [String] {
        try list().filter { PartName.matches($0) && removeIfAbandoned($0) }
    }

    func removeIfAbandoned(_ name: String) -> Bool {
        let path = path(of: name)
        // No symbolic link is followed, and opening a FIFO does not hang.
        guard let raw = FileDescriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK) else { return false }
        let descriptor = FileDescriptor(owning: raw)
        var status = stat()
        guard fstat(descriptor.raw, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
        guard flock(descriptor.raw, LOCK_EX | LOCK_NB) == 0 else { return false }
        return unlink(path) == 0
    }

    /// Creates the folder and those above it.
    private func makeRoot() throws(StoreFault) {
        var status = stat()
        if stat(root, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFDIR else {
                throw StoreFault("Cannot write into '\(root)'", errno: ENOTDIR)
            }
            return
        }
        var prefix = root.hasPrefix("/") ? "/" : ""
        for part in root.split(separator: "/") {
            prefix += (prefix.isEmpty || prefix == "/" ? "" : "/") + part
            guard mkdir(prefix, 0o777) != 0 else { continue }
            let code = errno
            // On a read-only system, or without rights above, mkdir of a folder that exists may say something else.
            if code == EEXIST || (stat(prefix, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR) { continue }
            throw StoreFault("Cannot create the folder '\(prefix)'", errno: code)
        }
        guard stat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw StoreFault("Cannot write into '\(root)'", errno: ENOTDIR)
        }
    }

    private static func check(_ name: String) throws(StoreFault) {
        guard !name.isEmpty, name != ".", name != "..", !name.utf8.contains(0x2F), !name.utf8.contains(0) else {
            throw StoreFault(.configuration, "'\(name)' cannot be the name of a file")
        }
        guard name.utf8.count <= 255 else { throw StoreFault("Cannot create '\(name)'", errno: ENAMETOOLONG) }
    }
}
