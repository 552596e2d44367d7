import Glibc
import Ports

/// A thread that nobody joins: what runs on it may never come back. Signals are blocked on it.
enum DetachedThread {
    static func start(_ name: String, _ body: @escaping @Sendable () -> Void) throws(ODBCFault) {
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        defer { pthread_attr_destroy(&attributes) }
        pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
        let entry = Unmanaged.passRetained(Entry(name: name, body: body))
        var blocked = sigset_t()
        var previous = sigset_t()
        sigfillset(&blocked)
        pthread_sigmask(SIG_SETMASK, &blocked, &previous)
        var handle = pthread_t()
        let code = pthread_create(
            &handle, &attributes,
            { argument in
                guard let argument else { return nil }
                let entry = Unmanaged<Entry>.fromOpaque(argument).takeRetainedValue()
                entry.nameThisThread()
                entry.body()
                return nil
            }, entry.toOpaque())
        pthread_sigmask(SIG_SETMASK, &previous, nil)
        guard code == 0 else {
            entry.release()
            throw ODBCFault(
                .transient, "The system refuses another thread (\(String(cString: strerror(code))))",
                remedy: "Read with fewer connections, or raise the limit of processes (ulimit -u).")
        }
    }

    private final class Entry: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }

        /// Through /proc: Swift's view of glibc lacks pthread_setname_np. A thread without a name works as well.
        func nameThisThread() {
            let descriptor = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
            guard descriptor >= 0 else { return }
            var short = String(name.prefix(15))
            _ = short.withUTF8 { write(descriptor, $0.baseAddress, $0.count) }
            close(descriptor)
        }
    }
}
