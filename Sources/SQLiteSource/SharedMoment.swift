/// Makes several connections show one state of the file.
///
/// SQLite has no snapshot to hand from one connection to another (sqlite3_snapshot is not compiled into Debian's library).
/// Instead, transactions are begun one after the other, and an observer says whether anybody has committed meanwhile:
/// PRAGMA data_version before the first and after the last. "The integer values returned by two invocations of "PRAGMA
/// data_version" from the same connection will be different if changes were committed to the database by any other
/// connection in the interim" (https://www.sqlite.org/pragma.html#pragma_data_version). If it did not change, no commit lies
/// between any two of the transactions. If it did, all begin anew.
///
/// Each connection also asks whether the file that it opened is still the one of that name: a file that was replaced
/// meanwhile would give some of them the old one and others the new one.
enum SharedMoment {
    /// How often somebody may commit in between. Beginning takes less than a millisecond.
    static let rounds = 50

    /// True: a read transaction stands on every connection, and all show the same. False: only on the first.
    static func fix(on connections: [Database], observer: Database?) throws(SQLiteFault) -> Bool {
        guard connections.count > 1, let observer else {
            try connections[0].beginReading()
            return true
        }
        for _ in 0..<rounds {
            let before = try observer.dataVersion()
            for connection in connections { try connection.beginReading() }
            let after = try observer.dataVersion()
            if before == after, !(connections + [observer]).contains(where: \.hasMoved) { return true }
            for connection in connections { try connection.endReading() }
        }
        try connections[0].beginReading()
        return false
    }
}
