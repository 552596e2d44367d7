import Glibc

/// Lets threads wait until something has changed, or a moment has come.
///
/// `@unchecked Sendable`: the counter is touched under the mutex only, and the two C objects have a fixed address.
final class Wakeup: @unchecked Sendable {
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var changes = 0

    init() {
        pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        pthread_condattr_init(&attributes)
        // A clock that is set does not make anybody wait longer.
        pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        pthread_cond_init(condition, &attributes)
        pthread_condattr_destroy(&attributes)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
        condition.deallocate()
    }

    /// Read before looking at what may change.
    var count: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return changes
    }

    func ring() {
        pthread_mutex_lock(mutex)
        changes += 1
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Returns when `ring` was called since `count` was read, or after so many seconds.
    func wait(since count: Int, seconds: Double) {
        var end = timespec()
        clock_gettime(CLOCK_MONOTONIC, &end)
        let limited = min(max(0, seconds), 3600)
        let nanoseconds = end.tv_nsec + Int((limited - limited.rounded(.down)) * 1e9)
        end.tv_sec += Int(limited) + nanoseconds / 1_000_000_000
        end.tv_nsec = nanoseconds % 1_000_000_000
        pthread_mutex_lock(mutex)
        while changes == count {
            if pthread_cond_timedwait(condition, mutex, &end) == ETIMEDOUT { break }
        }
        pthread_mutex_unlock(mutex)
    }
}
