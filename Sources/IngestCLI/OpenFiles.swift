import Glibc

/// How many files this process may have open.
enum OpenFiles {
    /// Streams, wake pipes, one part file, sockets of a few connections, what name resolution and TLS open meanwhile.
    static let needed: rlim_t = 32
    /// For 64 connections with a file each.
    private static let wanted: rlim_t = 256

    /// Raises the soft limit as far as is useful and allowed. False: it stays too low to work with.
    static func raiseLimit() -> Bool {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return true }
        if limit.rlim_cur < wanted, limit.rlim_cur < limit.rlim_max {
            limit.rlim_cur = min(wanted, limit.rlim_max)
            _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            _ = getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        }
        return limit.rlim_cur >= needed
    }
}
