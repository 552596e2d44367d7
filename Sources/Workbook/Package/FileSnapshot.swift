import Glibc
import Ports

/// A file's bytes as they were at one moment, read in one go: a program that saves the file meanwhile, or truncates it,
/// does not reach what we parse. (A mapping would: a file cut short under it ends the process by SIGBUS.)
package final class FileSnapshot {
    /// What tells whether the file on disk is still the one that was read.
    package struct Identity: Equatable, Sendable {
        package var device: UInt
        package var inode: UInt
        package var size: Int
        package var seconds: Int
        package var nanoseconds: Int

        init(_ status: stat) {
            device = UInt(status.st_dev)
            inode = UInt(status.st_ino)
            size = Int(status.st_size)
            seconds = status.st_mtim.tv_sec
            nanoseconds = status.st_mtim.tv_nsec
        }
    }

    /// A workbook of settings with 10,000 jobs has 3 MB.
    package static let maximumSize = 64 << 20

    package let bytes: UnsafeRawBufferPointer
    package let identity: Identity

    /// Takes the file as it is, without waiting for whoever may be saving it.
    package init(path: String) throws(WorkbookFault) {
        // O_NONBLOCK: a named pipe of that name must not hang us.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.fault(path, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw Self.fault(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw WorkbookFault(.access, "\(path) is not a file.")
        }
        guard status.st_size <= Self.maximumSize else {
            throw WorkbookFault(
                .tooLarge, "\(path) has \(status.st_size) bytes, which is beyond the limit of \(Self.maximumSize).",
                remedy: "Keep the jobs in a workbook of their own, without the data.")
        }
        let size = Int(status.st_size)
        // Uninitialised until read; one byte so that an empty file has an address too.
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(size, 1), alignment: 16)
        var filled = 0
        while filled < size {
            let count = Glibc.read(descriptor, memory.baseAddress! + filled, size - filled)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                let code = errno
                memory.deallocate()
                throw Self.fault(path, code)
            }
            if count == 0 { break }
            filled += count
        }
        bytes = UnsafeRawBufferPointer(start: memory.baseAddress, count: filled)
        identity = Identity(status)
    }

    package init(bytes source: [UInt8]) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(source.count, 1), alignment: 16)
        memory.copyBytes(from: source)
        bytes = UnsafeRawBufferPointer(start: memory.baseAddress, count: source.count)
        identity = Identity(stat())
    }

    deinit { bytes.deallocate() }

    /// Whether the file of that name is still the one that was read.
    package func isCurrent(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && Identity(status) == identity
    }

    /// What else lies there that could be meant: people rename workbooks.
    private static func beside(_ path: String) -> String {
        let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "./"
        var names: [String] = []
        if let entries = opendir(folder) {
            defer { closedir(entries) }
            while let entry = readdir(entries) {
                let name = withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
                }
                if name.lowercased().hasSuffix(".xlsx"), !name.hasPrefix("~$"), !name.hasPrefix(".") {
                    names.append(name)
                }
            }
        }
        let found = names.sorted().prefix(5).map { VisibleText.quoted($0) }.joined(separator: ", ")
        return names.isEmpty
            ? "`run.workbook` in ingest.toml names the workbook; `ingest init` makes one."
            : "In its folder there is \(found): name that in ingest.toml (run.workbook), or give it its former name."
    }

    private static func fault(_ path: String, _ code: Int32) -> WorkbookFault {
        switch code {
        case ENOENT: WorkbookFault(.access, "There is no file \(path).", remedy: beside(path))
        case EACCES, EPERM:
            WorkbookFault(
                .access, "\(path) cannot be read: no permission.",
                remedy: "Give the user that runs ingest the right to read it.")
        case EAGAIN, EBUSY, ETXTBSY:
            WorkbookFault(.access, "\(path) is locked by another program.", remedy: "Close it there.", kind: .transient)
        default: WorkbookFault(.access, "\(path) cannot be read: \(String(cString: strerror(code))).")
        }
    }
}
