import CRename
import Glibc
import Ports

/// A file under way: written under a hidden name, locked as long as its writer lives, and given its name when it is whole
/// and on the disk.
final class LocalUpload: ObjectUpload {
    let displayName: String
    private let store: LocalStore
    private let name: String
    private let replacing: Bool
    private let part: String
    private var descriptor: Int32
    private var bytesWritten = 0
    private var isOver = false

    init(store: LocalStore, name: String, replacing: Bool) throws(StoreFault) {
        self.store = store
        self.name = name
        self.replacing = replacing
        displayName = store.path(of: name)
        (part, descriptor) = try Self.create(in: store, for: name)
    }

    deinit { abandon() }

    private static func create(in store: LocalStore, for name: String) throws(StoreFault) -> (String, Int32) {
        while true {
            let part = store.path(of: PartName.make(for: name))
            guard let raw = FileDescriptor.open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o666) else {
                let code = errno
                if code == EEXIST { continue }
                throw StoreFault("Cannot create a file in '\(store.root)'", errno: code)
            }
            // A file system without locks: nobody else can lock the part either, so nobody removes it.
            _ = flock(raw, LOCK_EX | LOCK_NB)
            var status = stat()
            if fstat(raw, &status) == 0, status.st_nlink > 0 { return (part, raw) }
            // Another process's clean-up came between the two calls above.
            _ = Glibc.close(raw)
        }
    }

    func write(_ buffers: [UnsafeRawBufferPointer]) throws {
        precondition(!isOver, "a file that was published or abandoned takes no more bytes")
        bytesWritten += try GatheredWrite.write(buffers, to: descriptor, displayName, after: bytesWritten)
    }

    func publish() throws {
        precondition(!isOver, "a file is published once")
        // fsync also reports what a delayed write could not store: a full disk, a broken one.
        guard fsync(descriptor) == 0 else {
            let code = errno
            throw StoreFault("Cannot store '\(displayName)' (\(bytesWritten) bytes) on the disk", errno: code)
        }
        try store.checkVacant(name, replacing: replacing)
        if replacing {
            guard rename(part, displayName) == 0 else {
                let code = errno
                throw StoreFault("Cannot give '\(displayName)' its name", errno: code)
            }
        } else {
            try publishWithoutReplacing()
        }
        isOver = true
        _ = Glibc.close(descriptor)
        try LocalStore.syncFolder(of: displayName)
    }

    /// Two processes may have found the name free: the kernel decides, not we.
    private func publishWithoutReplacing() throws(StoreFault) {
        if ingest_rename_noreplace(AT_FDCWD, part, displayName) == 0 { return }
        var code = errno
        if code == EEXIST { throw .exists(displayName) }
        // Old kernels and some file systems (NFS, FUSE) lack the flag. A hard link refuses an existing name too.
        guard code == EINVAL || code == ENOSYS else {
            throw StoreFault("Cannot give '\(displayName)' its name", errno: code)
        }
        guard link(part, displayName) == 0 else {
            code = errno
            if code == EEXIST { throw .exists(displayName) }
            throw StoreFault(
                .permanent,
                "Cannot give '\(displayName)' its name without the risk of replacing another file: the file system "
                    + "offers neither RENAME_NOREPLACE nor hard links (\(String(cString: strerror(code))))",
                remedy: "Use --overwrite if nobody else writes there, or choose another destination.", code: code)
        }
        _ = unlink(part)
    }

    func abandon() {
        guard !isOver else { return }
        isOver = true
        _ = unlink(part)
        _ = Glibc.close(descriptor)
    }
}
