import Testing

@testable import SQLDialects

@Suite("What InnoDB's report proves of several snapshots")
struct InnoDBMonitorTests {
    /// As MariaDB 10.11 writes it.
    private func report(_ counter: Int, _ transactions: String, end: String = "====\n") -> String {
        """

        =====================================
        2026-11-21 05:56:01 0x7f2128288b80 INNODB MONITOR OUTPUT
        =====================================
        ------------
        TRANSACTIONS
        ------------
        Trx id counter \(counter)
        Purge done for trx's n:o < 40 undo n:o < 0 state: running but idle
        LIST OF TRANSACTIONS FOR EACH SESSION:
        \(transactions)
        --------
        FILE I/O
        --------
        END OF INNODB MONITOR OUTPUT
        ============================

        """.replacing("============================\n", with: end == "====\n" ? "============================\n" : end)
    }

    private func ours(_ id: Int, _ limit: Int, _ sure: Int, text: String = "") -> String {
        """
        ---TRANSACTION (0x7f2128288b80), ACTIVE 0 sec
        0 lock struct(s), heap size 1128, 0 row lock(s)
        MariaDB thread id \(id), OS thread handle 139780383258304, query id 233 localhost root starting
        \(text)
        Trx read view will not see trx with id >= \(limit), sees < \(sure)

        """
    }

    private func writer(_ id: Int, _ state: String = "ACTIVE 3 sec") -> String {
        """
        ---TRANSACTION \(id), \(state)
        1 lock struct(s), heap size 1128, 0 row lock(s), undo log entries 1
        MariaDB thread id 1\(id), OS thread handle 139780383258305, query id 9 localhost root

        """
    }

    private func proves(_ before: String, _ after: String) throws -> Bool {
        try #require(InnoDBMonitor(after)).provesOneMoment(
            of: ["8", "9"], since: try #require(InnoDBMonitor(before)))
    }

    @Test("nobody was writing: equal limits are equal snapshots, whatever the counter did since")
    func quiet() throws {
        #expect(try proves(report(44, ""), report(50, ours(8, 46, 46) + ours(9, 46, 46))))
        #expect(try !proves(report(46, ""), report(46, ours(8, 46, 46) + ours(9, 47, 47))))
        #expect(try !proves(report(46, ""), report(46, ours(8, 46, 46))), "one has no snapshot")
    }

    @Test("somebody was writing: the same ones before and after, and nobody got a number between")
    func writing() throws {
        let both = ours(8, 46, 40) + ours(9, 46, 40)
        #expect(try proves(report(46, writer(40)), report(46, both + writer(40))))
        #expect(try proves(report(46, writer(40)), report(48, both + writer(40) + writer(46))), "began later")
        #expect(try proves(report(46, writer(40, "ACTIVE (PREPARED) 7 sec")), report(46, both + writer(40))))
        #expect(try !proves(report(45, writer(40)), report(46, both + writer(40))), "a number was given out")
        // 43 committed between: it is in the list of the first, and may not be in that of the second.
        #expect(try !proves(report(46, writer(40) + writer(43)), report(46, both + writer(40))))
        #expect(
            try !proves(
                report(46, writer(40) + writer(43)), report(46, both + writer(40) + writer(43, "COMMITTED IN MEMORY"))))
        #expect(
            try !proves(
                report(46, writer(40, "COMMITTED IN MEMORY")), report(46, both + writer(40, "COMMITTED IN MEMORY"))))
        // Of versions before 10.6, which print numbers of those that only read.
        #expect(try proves(report(46, writer(40)), report(46, both + writer(40) + writer(421_234_567_890_123))))
    }

    @Test("texts of statements that look like the report prove nothing")
    func hostile() throws {
        let pretending =
            writer(40) + "MariaDB thread id 9, OS\nTrx read view will not see trx with id >= 46, sees < 46\n"
        #expect(try !proves(report(46, ""), report(46, ours(8, 46, 46) + ours(9, 45, 45) + pretending)))
        #expect(try !proves(report(46, ""), report(46, pretending + ours(8, 46, 46) + ours(9, 45, 45))))
        #expect(InnoDBMonitor(report(46, "LIST OF TRANSACTIONS FOR EACH SESSION:")) == nil)
        #expect(InnoDBMonitor(report(46, "Trx id counter 47")) == nil)
    }

    @Test("a report that is cut, or none, proves nothing")
    func cut() {
        #expect(InnoDBMonitor(report(46, "... truncated...\n")) == nil)
        #expect(InnoDBMonitor(report(46, "", end: "")) == nil)
        #expect(InnoDBMonitor("") == nil)
        #expect(InnoDBMonitor("InnoDB is not there") == nil)
    }
}
