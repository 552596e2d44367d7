import SQLDialects

/// Into how many statements a read is divided where the driver takes each whole result into memory before it hands out the
/// first row. One connection reads them one after the other, in its one moment.
struct ResultPieces {
    /// Of a table's data as the server counts them, of all results at a time; the driver needs about as much for them.
    static let bytes = 24 << 20
    /// A table of fewer is read before several connections have agreed on a moment.
    static let worthConnections = 48 << 20
    /// Each costs a statement.
    static let most = 4096

    /// 1: as it is. `bytes`: of the table, from statistics.
    static func count(bytes: Int?, connections: Int = 1, quirks: Quirks) -> Int {
        guard quirks.keepsWholeResults, let bytes, bytes > 2 * Self.bytes else { return 1 }
        // A single connection may have two: one is fetched while the next one comes.
        let piece = Self.bytes / max(2, connections)
        return min(most, (bytes + piece - 1) / piece)
    }

    static func note(_ display: String, bytes: Int, driver: String, why: String) -> String {
        "\(display) is read by one statement (\(why)), and the driver (\(driver)) takes its whole result into memory, about "
            + "\(bytes >> 20) MB"
    }
}
