import Alerts
import Ports
import Testing

@Suite("What is a first failure, a repeated one, a recovery")
struct AlertLedgerTests {
    private static let hour = 3_600_000_000

    @Test("a job fails, fails again, and recovers; others are none of its business")
    func streaks() {
        var ledger = AlertLedger()
        #expect(ledger.take(job: "a", status: .success, at: 1) == .good)
        #expect(ledger.take(job: "a", status: .failed, at: 10) == .failedFirst)
        for status in [JobStatus.retried, .skipped, .locked, .cancelled] {
            #expect(ledger.take(job: "a", status: status, at: 11) == nil, "\(status)")
        }
        let again = AlertLedger.Streak(count: 2, since: 10, lastAt: 20, toldAt: 0)
        #expect(ledger.take(job: "a", status: .invalid, at: 20) == .failedAgain(again))
        #expect(ledger.take(job: "b", status: .failed, at: 21) == .failedFirst)
        #expect(ledger.take(job: "a", status: .success, at: 30) == .recovered(again))
        #expect(ledger.take(job: "a", status: .success, at: 40) == .good)
        #expect(ledger.failing.keys.sorted() == ["b"])
    }

    @Test("what was told is told again when it is time, also by another process")
    func repetition() {
        var ledger = AlertLedger()
        #expect(!ledger.isDue("a", at: 0, repeatSeconds: 0))
        _ = ledger.take(job: "a", status: .failed, at: Self.hour)
        #expect(ledger.isDue("a", at: Self.hour, repeatSeconds: 1e9))
        ledger.told(["a", "unknown"], at: Self.hour)
        ledger.openedIncidents(["a", "unknown"])
        #expect(ledger.failing.keys.sorted() == ["a"] && ledger.failing["a"]?.hasIncident == true)
        #expect(AlertLedger(ledger.json(now: Self.hour)) == ledger)
        ledger = AlertLedger(ledger.json(now: Self.hour))
        #expect(!ledger.isDue("a", at: 2 * Self.hour, repeatSeconds: 7200))
        #expect(ledger.isDue("a", at: 3 * Self.hour, repeatSeconds: 7200))
        #expect(ledger.isDue("a", at: Self.hour, repeatSeconds: 0))
    }

    @Test("a job that has gone is forgotten after a quarter of a year")
    func forgetting() {
        var ledger = AlertLedger()
        _ = ledger.take(job: "gone", status: .failed, at: 0)
        _ = ledger.take(job: "here", status: .failed, at: 24 * 89 * Self.hour)
        #expect(AlertLedger(ledger.json(now: 24 * 91 * Self.hour)).failing.keys.sorted() == ["here"])
    }

    @Test(
        "what cannot be understood begins anew",
        arguments: [
            "null", "3", "[]", "{}", #"{"failing":3}"#, #"{"failing":[{"job":"a"}]}"#,
            #"{"failing":[{"job":"a","count":0,"since":"x","last":"y"}]}"#,
        ])
    func damaged(text: String) throws {
        #expect(AlertLedger(try JSONValue(parsing: Array(text.utf8))).failing.isEmpty)
    }
}
