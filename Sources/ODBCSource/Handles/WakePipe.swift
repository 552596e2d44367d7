import Glibc
import Ports

/// A pipe that one thread waits on and another writes a byte into. Works beside other descriptors in `poll`.
final class WakePipe: Sendable {
    /// Readable after `wake()`.
    let descriptor: Int32
    private let writeEnd: Int32

    init() throws(ODBCFault) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw ODBCFault(
                .transient, "The system grants no more file descriptors (\(String(cString: strerror(errno))))",
                remedy: "Read with fewer connections, or raise the limit of open files (ulimit -n).")
        }
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
        descriptor = ends[0]
        writeEnd = ends[1]
    }

    deinit {
        _ = Glibc.close(descriptor)
        _ = Glibc.close(writeEnd)
    }

    /// A full pipe is as awake as can be.
    func wake() {
        var byte: UInt8 = 1
        _ = write(writeEnd, &byte, 1)
    }

    func drain() {
        var bytes: (UInt64, UInt64) = (0, 0)
        _ = read(descriptor, &bytes, 16)
    }
}
