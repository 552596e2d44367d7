/// What SHOW ENGINE INNODB STATUS says of transactions, and when it proves that the snapshots of several connections show
/// the same.
///
/// MariaDB's InnoDB keeps with each snapshot (storage/innobase/include/read0types.h) the number that the next transaction
/// would get (`limit`: nothing from there on is seen), the least number of those that were writing (`sure`: everything
/// below is seen), and the numbers between of those that were writing. The report tells the first two. So
///
/// 1. where both are equal, nobody was writing, and the snapshot is "all below the limit": two of the same limit are equal.
/// 2. Otherwise one may have ended between two snapshots. It got its number of the commit before that, from the same
///    counter, possibly before the first of ours, but left the list of those that write later. So the counter must
///    not have moved since a report from before all of them, and each writer of that report must still be at work in one
///    from after all of them: then it was in the list of every snapshot, and no other was in any.
///
/// Counters alone (Innodb_max_trx_id) do not prove it: that is the commit of 2. that has its number already.
package struct InnoDBMonitor: Equatable, Sendable {
    package struct View: Equatable, Sendable {
        package var limit: UInt64
        package var sure: UInt64
    }

    /// The number that the next transaction would get, when the list began to be written.
    package private(set) var counter: UInt64
    /// By the connection's id.
    package private(set) var views: [String: View] = [:]
    /// Numbers of transactions that have one, and whether they are certainly still at work.
    package private(set) var writers: [UInt64: Bool] = [:]

    /// Nil: it is no such report, or not all of it. Texts of running statements stand in it, so whatever is there twice counts
    /// as not there.
    package init?(_ report: String) {
        guard !report.contains("... truncated...") else { return nil }
        let lines = report.split(separator: "\n", omittingEmptySubsequences: true)
        let heads = lines.indices.filter { lines[$0] == "LIST OF TRANSACTIONS FOR EACH SESSION:" }
        let counters = lines.filter { $0.hasPrefix("Trx id counter ") }
        guard heads.count == 1, counters.count == 1, lines.last?.hasPrefix("====") == true,
            let counter = Self.number(counters[0].dropFirst("Trx id counter ".count))
        else { return nil }
        self.counter = counter
        var connection: String?
        var seen: Set<String> = []
        for line in lines[heads[0]...] {
            if line.hasPrefix("---TRANSACTION ") {
                connection = nil
                let words = line.dropFirst("---TRANSACTION ".count)
                guard let id = Self.number(words.prefix { $0 != "," }) else { continue }
                let isAtWork = words.contains(", ACTIVE ") && writers[id] != false
                writers[id] = isAtWork
            } else if line.hasPrefix("MariaDB thread id ") {
                let id = String(line.dropFirst("MariaDB thread id ".count).prefix { $0 != "," })
                connection = seen.insert(id).inserted ? id : nil
                if connection == nil { views[id] = nil }
            } else if line.hasPrefix("Trx read view will not see trx with id >= "), let id = connection {
                let numbers = line.dropFirst("Trx read view will not see trx with id >= ".count)
                connection = nil
                guard let comma = numbers.firstIndex(of: ","), numbers[comma...].hasPrefix(", sees < "),
                    let limit = Self.number(numbers[..<comma]),
                    let sure = Self.number(numbers[comma...].dropFirst(", sees < ".count))
                else { continue }
                views[id] = View(limit: limit, sure: sure)
            }
        }
    }

    private static func number(_ text: Substring) -> UInt64? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        return digits.count == text.count ? UInt64(digits) : nil
    }

    /// Whether the snapshots of these connections show the same. This report is from after the last of them was made.
    package func provesOneMoment(of connections: [String], since before: InnoDBMonitor) -> Bool {
        let views = connections.compactMap { self.views[$0] }
        guard views.count == connections.count, let limit = views.first?.limit,
            views.allSatisfy({ $0.limit == limit })
        else { return false }
        if views.allSatisfy({ $0.sure == limit }) { return true }
        // Numbers from the limit on, and what older versions print for those that only read.
        let earlier = before.writers.keys.filter { $0 < limit }
        let still = writers.filter { $0.key < limit && $0.value }.keys
        return before.counter == limit && Set(earlier) == Set(still)
    }
}
