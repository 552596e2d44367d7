import Glibc
import Testing

@testable import PostgresSource

@Suite("Who ended a line that was being secured")
struct ServerHangupTests {
    @Test(
        "alerts are found among other records",
        arguments: [
            ([UInt8](), false), ([21], false), ([21, 3, 3, 0, 2, 2, 40], true), ([22, 3, 3, 0, 1, 9], false),
            ([22, 3, 3, 0, 1, 9, 21, 3, 3, 0, 2, 2, 48], true), ([22, 3, 3, 0, 200, 21, 3, 3, 0, 2], false),
            ([22, 3, 3, 0, 0, 22, 3, 3, 255, 255], false),
        ]) func alerts(_ bytes: [UInt8], _ isThere: Bool)
    {
        #expect(ServerHangup.holdsAlert(bytes) == isThere)
    }

    enum End: CaseIterable { case none, closed, reset, closedBehindData, closedBehindAlert }

    @Test("a line that has ended, and one that has not", arguments: End.allCases)
    func lines(_ end: End) throws {
        let (client, server) = try pair()
        defer { close(client) }
        switch end {
        case .none: break
        case .closed: close(server)
        case .reset:
            var now = linger(l_onoff: 1, l_linger: 0)
            setsockopt(server, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
            close(server)
        case .closedBehindData:
            _ = send(server, [22, 3, 3, 0, 1, 9] as [UInt8], 6, 0)
            close(server)
        case .closedBehindAlert:
            _ = send(server, [21, 3, 3, 0, 2, 2, 40] as [UInt8], 7, 0)
            close(server)
        }
        usleep(20_000)
        #expect(ServerHangup.hasEnded(client) == (end != .none))
        #expect(ServerHangup.isAlertPending(on: client) == (end == .closedBehindAlert))
        if end == .none { close(server) }
    }

    private func pair() throws -> (client: Int32, server: Int32) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        try withUnsafeMutablePointer(to: &address) { pointer in
            try pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                try #require(bind(listener, address, length) == 0)
                try #require(listen(listener, 1) == 0)
                try #require(getsockname(listener, address, &length) == 0)
                try #require(connect(client, address, length) == 0)
            }
        }
        return (client, accept(listener, nil, nil))
    }
}
