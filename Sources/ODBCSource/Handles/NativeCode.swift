import Ports

/// Codes of the databases themselves, where they say more than the SQLSTATE does: the one table of what may go away by itself.
enum NativeCode {
    /// Nil: the SQLSTATE decides.
    static func kind(_ code: Int, _ product: DatabaseProduct) -> FaultKind? {
        let table: Table
        switch product {
        case .sqlServer: table = sqlServer
        case .oracle: table = oracle
        case .mysql: table = mysql
        case .sqlite: table = sqlite
        case .postgres, .other: return nil
        }
        // SQLite's extended codes have the plain one in their lowest byte.
        let code = product == .sqlite ? code & 0xFF : code
        if table.transient.contains(code) { return .transient }
        if table.configuration.contains(code) { return .configuration }
        return table.permanent.contains(code) ? .permanent : nil
    }

    private struct Table {
        var transient: Set<Int>
        var configuration: Set<Int>
        var permanent: Set<Int>
    }

    // https://learn.microsoft.com/en-us/azure/azure-sql/database/troubleshoot-common-errors-issues
    private static let sqlServer = Table(
        transient: [
            1204, 1205, 1222,  // locks: no memory for one, deadlock, timeout
            701, 802, 8645, 8651,  // memory
            3960, 3961,  // snapshot: conflict, or the table was altered
            41301, 41302, 41305, 41325,  // memory-optimised tables: dependency, conflicts
            20, 64, 121, 233, 258, 10053, 10054, 10060, 10061,  // the network
            921, 922, 923, 976, 983, 17142, 18401,  // starting up, recovering, failing over, paused, being upgraded
            4221, 10922, 10928, 10929, 10936,  // limits of a pool or of the service
            // Azure: moving, busy, resuming
            40143, 40197, 40501, 40540, 40613, 42108, 42109, 49918, 49919, 49920,
        ],
        configuration: [
            // login: database, password, disabled, locked, expired
            4060, 18450, 18452, 18456, 18470, 18486, 18487, 18488,
            102, 156, 207, 208, 2812,  // syntax, no such column, table, procedure
        ],
        permanent: [229, 230, 297, 300, 916])  // permission

    // https://docs.oracle.com/en/error-help/db/
    private static let oracle = Table(
        transient: [
            54, 60, 4020, 4021, 30006,  // locks: busy, deadlock, timeout
            1555, 8177, 22924,  // snapshot too old, cannot serialise
            // session killed, connection lost
            28, 1012, 2396, 3113, 3114, 3135, 12152, 12170, 12537, 12547, 12571, 25408,
            18, 20, 4031, 4030, 12516, 12518, 12519, 12520, 12526, 12528, 12541,  // sessions, memory, listener
            257, 1033, 1034, 1089, 1090, 1092, 3136, 25401, 25402, 25403,  // starting, stopping, failing over
        ],
        configuration: [
            1005, 1017, 28000, 28001, 12154, 12505, 12514,  // login, service
            904, 933, 936, 942,  // syntax, no such column, table
        ],
        permanent: [1031, 1045, 1652])  // permission, no room to sort

    // https://mariadb.com/kb/en/mariadb-error-code-reference/
    private static let mysql = Table(
        transient: [
            1205, 1213, 1412, 1689, 3572,  // locks, or altered since the snapshot
            1040, 1203, 1226,  // connections, resources of the hour
            1053, 1077, 1152, 1158, 1159, 1160, 1161, 1184,  // stopping, packets
            1927, 4031,  // the connection was killed, or idle too long
            2002, 2003, 2006, 2013, 2014, 2055, 5013, 5014,  // the client's: no server, gone, lost, read or write error
        ],
        configuration: [
            1044, 1045, 1049, 1698, 1820, 1862, 2005,  // login, database, host
            1054, 1064, 1146,  // no such column, syntax, no such table
        ],
        permanent: [1021, 1142, 1143, 1227])  // disk, permission

    private static let sqlite = Table(transient: [5, 6], configuration: [14], permanent: [11, 26])
}
