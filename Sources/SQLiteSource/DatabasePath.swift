import Glibc
import Ports

/// The path of a database file: from a URL, and looked at before SQLite is let near it.
package enum DatabasePath {
    /// `sqlite:///absolute.db`, `sqlite://relative.db`, also `sqlite:relative.db`. Percent signs encode as in every URL.
    package static func of(url: String) throws(SQLiteFault) -> String {
        guard let colon = url.firstIndex(of: ":") else {
            throw SQLiteFault(.configuration, "'\(url)' is no URL", remedy: "Write sqlite:///path/to/file.db.")
        }
        var rest = url[url.index(after: colon)...]
        if rest.hasPrefix("//") { rest = rest.dropFirst(2) }
        guard !rest.contains("?"), !rest.contains("#") else {
            throw SQLiteFault(
                .configuration, "'\(url)': a database file has no parameters",
                remedy: "Leave out what begins with ? or #; in a file's name they are written %3F and %23.")
        }
        guard let path = PercentEncoding.decoded(String(rest)) else {
            throw SQLiteFault(
                .configuration, "'\(url)': '%' must be followed by two hex digits",
                remedy: "Write a percent sign as %25.")
        }
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw SQLiteFault(
                .configuration, "'\(url)' names no file",
                remedy: "Write sqlite:///absolute/path.db, or sqlite://relative/path.db.")
        }
        return path
    }

    /// Refuses what is no file that can be read. SQLite would make a missing one, and wait at a pipe for ever.
    static func check(_ path: String) throws(SQLiteFault) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw missing(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            let what = status.st_mode & S_IFMT == S_IFDIR ? "is a folder" : "is no ordinary file"
            throw SQLiteFault(.configuration, "'\(path)' \(what)", remedy: "Name a database file.")
        }
        guard access(path, R_OK) == 0 else {
            throw SQLiteFault(
                .permanent, "'\(path)' may not be read: \(String(cString: strerror(errno)))",
                remedy: "Grant the user that runs ingest the right to read the file.")
        }
    }

    private static func missing(_ path: String, _ code: Int32) -> SQLiteFault {
        guard code == ENOENT || code == ENOTDIR else {
            return SQLiteFault(.permanent, "'\(path)' cannot be looked at: \(String(cString: strerror(code)))")
        }
        let message = "There is no file '\(path)'"
        let relative = String(path.drop { $0 == "/" })
        if path.hasPrefix("/"), access(relative, F_OK) == 0 {
            return SQLiteFault(
                .configuration, message,
                remedy: "There is one below the current folder: sqlite://\(relative), with two slashes, is relative.")
        }
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        guard let names = names(in: folder) else {
            return SQLiteFault(
                .configuration, message, remedy: "There is no folder '\(folder)' that can be read, either.")
        }
        let near = NearestName.closest(to: name, among: names)
        return SQLiteFault(
            .configuration, message,
            remedy: near.isEmpty
                ? "Check the path; ingest makes no database." : "Did you mean \(near.joined(separator: ", "))?")
    }

    private static func names(in folder: String) -> [String]? {
        guard let handle = opendir(folder) else { return nil }
        defer { closedir(handle) }
        var names: [String] = []
        while names.count < 10_000, let entry = readdir(handle) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                })
        }
        return names
    }
}

/// What a file looked like at one moment: tells whether somebody wrote to it without asking SQLite.
struct FileState: Equatable {
    var device: UInt
    var inode: UInt
    var bytes: Int
    var changedSeconds: Int
    var changedNanoseconds: Int

    /// Nil where there is no such file. It is not opened: closing a descriptor would drop the locks that SQLite holds for
    /// this process (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        device = UInt(status.st_dev)
        inode = UInt(status.st_ino)
        bytes = Int(status.st_size)
        changedSeconds = Int(status.st_mtim.tv_sec)
        changedNanoseconds = Int(status.st_mtim.tv_nsec)
    }

    func isSameFile(as other: FileState) -> Bool { device == other.device && inode == other.inode }
}
