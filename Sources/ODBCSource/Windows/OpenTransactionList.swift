import Ports
import SQLDialects

/// A transaction that could still write below a window's end.
struct OpenTransaction: Equatable, Sendable {
    var id: String
    /// Microseconds since 1970, UTC; nil where the database does not say.
    var start: Int?
    var display: String

    /// A statement that has no transaction yet is known by its connection and its start, which is told in whole seconds.
    func isSame(as other: OpenTransaction) -> Bool {
        id == other.id && abs((start ?? 0) - (other.start ?? 0)) <= 1_500_000
    }
}

/// What the database tells of open transactions, if it tells us.
struct OpenTransactionList {
    let session: ODBCSession
    let stop: StopSignal

    enum Answer: Equatable {
        case open([OpenTransaction])
        /// Why nobody can say.
        case unknown(String)
    }

    /// - Parameter isFresh: the list is one that was made after this call began.
    func read(isFresh: Bool = false) throws(ODBCFault) -> Answer {
        guard let list = session.dialect.openTransactions else {
            return .unknown("\(session.dialect.title) keeps no list of open transactions")
        }
        do throws(ODBCFault) {
            if isFresh, let freshness = list.freshness, try !awaitNew(freshness) {
                return .unknown("\(session.dialect.title) shows only an old list of open transactions")
            }
            let rows = try session.connection.rows(list.list, doing: "listing the open transactions")
            return .open(
                rows.compactMap { row in
                    guard row.count >= 5, let id = row[0] else { return nil }
                    let who = [row[2], row[3]].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ", ")
                    return OpenTransaction(
                        id: id, start: row[1].flatMap(WindowClock.microseconds),
                        display: "transaction \(id)" + (who.isEmpty ? "" : " of \(who)")
                            + (row[1].map { ", open since \($0) UTC" } ?? ""))
                })
        } catch {
            guard error.kind == .configuration || error.kind == .permanent else { throw error }
            return .unknown("this user may not see open transactions; it takes \(list.privilege)")
        }
    }

    /// Must be this session's first transaction: an older list cannot have it.
    private func awaitNew(_ freshness: ListFreshness) throws(ODBCFault) -> Bool {
        let doing = "listing the open transactions"
        try session.connection.run(freshness.begin, doing: doing)
        defer { try? session.connection.run(freshness.end, doing: doing) }
        let deadline = SystemClock().seconds + 5
        var isNew = false
        while true {
            let found = try session.connection.rows(freshness.probe, doing: doing).first?.first ?? nil
            isNew = found != nil && found != "0"
            guard !isNew, SystemClock().seconds < deadline else { break }
            // Longer than a list is kept.
            try Self.sleep(0.13, stop)
        }
        return isNew
    }

    /// Those of `transactions` that are open when the time is over.
    func wait(for transactions: [OpenTransaction], seconds: Double) throws(ODBCFault) -> [OpenTransaction] {
        let deadline = SystemClock().seconds + seconds
        var open = transactions
        var pause = 0.01
        while !open.isEmpty {
            guard case .open(let now) = try read() else { return open }
            open.removeAll { transaction in !now.contains { $0.isSame(as: transaction) } }
            let left = deadline - SystemClock().seconds
            if open.isEmpty || left <= 0 { break }
            try Self.sleep(min(pause, left), stop)
            pause = min(pause * 1.5, 0.25)
        }
        return open
    }

    static func sleep(_ seconds: Double, _ stop: StopSignal) throws(ODBCFault) {
        if stop.wait(seconds: seconds) { throw .cancelled("waiting for open transactions") }
    }
}
