import Glibc
import Ports
import Synchronization
import Testing

@testable import Engine

@Suite("Threads")
struct NamedThreadTests {
    private final class Seen: Sendable {
        let name = Mutex("")
        let blocksInterrupts = Atomic<Bool>(false)
    }

    @Test("a thread bears its name and leaves signals to the main thread")
    func named() throws {
        let seen = Seen()
        let thread = try NamedThread("ingest-read-17-and-more") {
            if let file = fopen("/proc/thread-self/comm", "r") {
                var line = [CChar](repeating: 0, count: 64)
                if fgets(&line, 64, file) != nil {
                    seen.name.withLock {
                        $0 = String(decoding: line.prefix { $0 != 10 }.map(UInt8.init), as: UTF8.self)
                    }
                }
                fclose(file)
            }
            var mask = sigset_t()
            pthread_sigmask(SIG_SETMASK, nil, &mask)
            seen.blocksInterrupts.store(sigismember(&mask, SIGINT) == 1, ordering: .releasing)
        }
        thread.join()
        thread.join()
        #expect(seen.name.withLock { $0 } == "ingest-read-17-")
        let blocks = seen.blocksInterrupts.load(ordering: .acquiring)
        #expect(blocks)
    }

    @Test("a thread that the system refuses is an error")
    func refused() {
        let fault = #expect(throws: EngineFault.self) {
            try NamedThread("ingest-read-1", stackBytes: 1 << 46) {}
        }
        #expect(fault?.kind == .transient)
    }
}
