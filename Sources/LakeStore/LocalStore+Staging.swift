import CRename
import Glibc
import Ports

// A file under way lies in a folder that no reader looks into, on the same file system, and is renamed when its load
// counts. Its hidden key is its token.
extension LocalStore {
    package func stage(_ staging: StagingPlace) throws -> any StagedUpload {
        let path = try keyPath(staging.hidden)
        _ = try keyPath(staging.name)
        var raw: Int32 = -1
        try withParent(of: path) {
            // Names are unique: one that is there is what another attempt of the same load left.
            guard let opened = FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode: 0o666) else {
                throw StoreFault("Cannot create '\(path)'", errno: errno)
            }
            raw = opened
        }
        return LocalStagedFile(staging, path: path, descriptor: raw)
    }

    package func publish(_ object: StagedObject) throws -> PublishAnswer {
        let name = try keyPath(object.name)
        let hidden = try keyPath(object.token)
        var answer = PublishAnswer.published
        try withParent(of: name) {
            if Self.size(of: hidden) == object.bytes {
                if ingest_rename_noreplace(AT_FDCWD, hidden, name) == 0 { return }
                var code = errno
                // Old kernels and some file systems lack the flag; nobody else uses the name.
                if code == EINVAL || code == ENOSYS {
                    if rename(hidden, name) == 0 { return }
                    code = errno
                }
                // ENOENT: the folder is missing, or somebody else has just renamed it.
                if code == ENOENT, Self.size(of: hidden) != nil { throw StoreFault("'\(name)'", errno: ENOENT) }
                guard code == EEXIST || code == ENOENT else {
                    throw StoreFault("Cannot give '\(name)' its name", errno: code)
                }
            }
            guard let there = Self.size(of: name) else {
                answer = .gone
                return
            }
            guard there == object.bytes else {
                throw StoreFault(
                    .permanent, "'\(name)' has \(there) bytes; its load wrote \(object.bytes)",
                    remedy: "Something else wrote to it. Move it away; the next run finishes or withdraws the load.")
            }
            _ = unlink(hidden)
        }
        if answer == .published { try Self.syncFolder(of: name) }
        return answer
    }

    package func uploads(for folders: [String], hidden: String) throws -> [String] {
        try objects(under: hidden).map(\.key)
    }

    package func isUpload(_ token: String, for folders: [String], hidden: String) -> Bool { token.hasPrefix(hidden) }

    package func discard(upload token: String) throws {
        let path = try keyPath(token)
        guard unlink(path) != 0 else { return }
        let code = errno
        if code != ENOENT, code != ENOTDIR { throw StoreFault("Cannot remove '\(path)'", errno: code) }
    }

    /// Nil where there is no such file.
    private static func size(of path: String) -> Int? {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return Int(status.st_size)
    }
}

/// One file of a load that is being written.
private final class LocalStagedFile: StagedUpload {
    private let place: StagingPlace
    private let path: String
    private var descriptor: Int32
    private var bytesWritten = 0
    private var digest = BodyDigest()
    private var isOver = false

    init(_ place: StagingPlace, path: String, descriptor: Int32) {
        self.place = place
        self.path = path
        self.descriptor = descriptor
    }

    deinit { abandon() }

    var token: String { place.hidden }

    func write(_ buffers: [UnsafeRawBufferPointer]) throws {
        precondition(!isOver, "a file that was sealed or abandoned takes no more bytes")
        bytesWritten += try GatheredWrite.write(buffers, to: descriptor, path)
        for buffer in buffers { digest.add(buffer) }
    }

    func seal() throws -> StagedObject {
        precondition(!isOver, "a file is sealed once")
        // fsync also reports what a delayed write could not store: a full disk, a broken one.
        guard fsync(descriptor) == 0 else {
            throw StoreFault("Cannot store '\(path)' (\(bytesWritten) bytes) on the disk", errno: errno)
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_nlink > 0 else {
            throw StoreFault(
                .transient, "'\(path)' was removed while it was being written",
                remedy: "Another run has taken over the table; the next run reads what is still missing.")
        }
        isOver = true
        _ = Glibc.close(descriptor)
        try LocalStore.syncFolder(of: path)
        return StagedObject(name: place.name, token: place.hidden, bytes: bytesWritten, digest: digest.text)
    }

    func abandon() {
        guard !isOver else { return }
        isOver = true
        _ = unlink(path)
        _ = Glibc.close(descriptor)
    }
}
