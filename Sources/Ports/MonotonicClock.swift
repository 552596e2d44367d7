import Glibc

/// Time that only goes forward. Tests give their own.
package protocol MonotonicClock: Sendable {
    /// Seconds since some fixed moment.
    var seconds: Double { get }
}

package struct SystemClock: MonotonicClock {
    package init() {}

    package var seconds: Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}
