import Glibc

/// Tells a server or a proxy that hung up while a line was being secured from one that refused to, and from us refusing it.
/// libpq has one outcome for all three and only words to tell them apart; the socket knows: who refuses says so in a TLS
/// alert first, and where we refuse, the line is still there.
enum ServerHangup {
    /// Asked before each step of the handshake, which takes what has come off the line.
    static func isAlertPending(on socket: Int32) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 16 << 10)
        let count = recv(socket, &bytes, bytes.count, Int32(MSG_PEEK) | Int32(MSG_DONTWAIT))
        return holdsAlert(bytes.prefix(max(0, count)))
    }

    /// Asked as soon as a step has failed: our own alert needs its time to reach the other side and to be answered. libpq has
    /// let go of a socket (-1) that it could not read from, and of no other.
    static func hasEnded(_ socket: Int32) -> Bool {
        if socket < 0 { return true }
        var info = tcp_info()
        var length = socklen_t(MemoryLayout<tcp_info>.size)
        // A Unix socket has no such states, and no TLS either.
        return getsockopt(socket, Int32(IPPROTO_TCP), TCP_INFO, &info, &length) == 0
            && ended.contains(Int32(info.tcpi_state))
    }

    /// The peer has sent its FIN, or a reset has come.
    private static let ended: Set<Int32> = [Int32(TCP_CLOSE_WAIT), Int32(TCP_CLOSE), Int32(TCP_LAST_ACK)]

    /// RFC 8446, 5.1: a record is a type, a version of two bytes, a length of two bytes and so many bytes. libpq reads whole
    /// records, so what waits begins with one. Alerts about what the client offers come before any key is agreed upon, in the
    /// clear.
    static func holdsAlert(_ bytes: some Collection<UInt8>) -> Bool {
        var rest = Array(bytes)[...]
        while rest.count >= 5 {
            let (type, length) = (rest[rest.startIndex], rest.dropFirst(3).prefix(2).reduce(0) { $0 << 8 | Int($1) })
            if type == 21 { return true }
            rest = rest.dropFirst(5 + length)
        }
        return false
    }
}
