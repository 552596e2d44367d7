import Glibc
import Ports

/// A thread that we own. Blocking calls of C libraries run on such threads and never on Swift's cooperative pool.
///
/// Signals are blocked on it, so that they are handled by the main thread and system calls here are not interrupted.
package final class NamedThread {
    private var handle = pthread_t()
    /// Until the thread is there, there is nothing to join: `deinit` also runs when `init` throws.
    private var joined = true

    /// `name` is what `top -H` and profilers show: at most 15 bytes are kept.
    package convenience init(_ name: String, _ body: @escaping @Sendable () -> Void) throws(EngineFault) {
        try self.init(name, stackBytes: nil, body)
    }

    /// `stackBytes` is for tests: a stack that no system grants makes the creation fail.
    init(_ name: String, stackBytes: Int?, _ body: @escaping @Sendable () -> Void) throws(EngineFault) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        if let stackBytes { pthread_attr_setstacksize(&attributes, stackBytes) }
        let entry = Unmanaged.passRetained(ThreadEntry(name: name, body: body))
        var blocked = sigset_t()
        var previous = sigset_t()
        sigfillset(&blocked)
        pthread_sigmask(SIG_SETMASK, &blocked, &previous)
        let code = pthread_create(
            &handle, &attributes,
            { argument in
                guard let argument else { return nil }
                let entry = Unmanaged<ThreadEntry>.fromOpaque(argument).takeRetainedValue()
                entry.nameThisThread()
                entry.body()
                return nil
            }, entry.toOpaque())
        pthread_sigmask(SIG_SETMASK, &previous, nil)
        guard code == 0 else {
            entry.release()
            throw EngineFault(
                .transient, "The system refuses another thread (\(String(cString: strerror(code))))",
                remedy: "Lower --parallel, or raise the limit of processes (ulimit -u).")
        }
        joined = false
    }

    deinit { precondition(joined, "a thread is joined before it is forgotten") }

    package func join() {
        guard !joined else { return }
        joined = true
        pthread_join(handle, nil)
    }
}

private final class ThreadEntry: Sendable {
    let name: String
    let body: @Sendable () -> Void

    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }

    /// Through /proc: Swift's view of glibc lacks pthread_setname_np, and this target has no C module. A thread without a
    /// name works as well, so failures don't matter.
    func nameThisThread() {
        let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        var short = String(name.prefix(15))
        _ = short.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
        close(descriptor)
    }
}
