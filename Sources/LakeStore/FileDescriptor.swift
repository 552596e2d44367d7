import Glibc

/// Owns an open file. Closing that may fail is `close()`; the deinit only gives the resource up.
struct FileDescriptor: ~Copyable {
    let raw: Int32

    init(owning raw: Int32) { self.raw = raw }

    deinit { _ = Glibc.close(raw) }

    /// Opens, retrying when a signal interrupts. Returns nil with `errno` set.
    static func open(_ path: String, _ flags: Int32, mode: mode_t = 0) -> Int32? {
        while true {
            let raw = Glibc.open(path, flags | O_CLOEXEC, mode)
            if raw >= 0 { return raw }
            if errno != EINTR { return nil }
        }
    }
}
