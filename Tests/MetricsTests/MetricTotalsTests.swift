import Ports
import Testing

@testable import Metrics

@Suite("Figures over all runs")
struct MetricTotalsTests {
    static func outcome(_ id: String, _ status: JobStatus, rows: Int = 0, at moment: Int = 1_000_000) -> JobOutcome {
        var outcome = JobOutcome(
            job: JobLabel(id: id, source: "s", table: "t"), runID: "r", attempt: 1, status: status,
            startedAt: moment - 500_000,
            endedAt: moment, seconds: 0.5)
        outcome.rows = rows
        outcome.bytes = rows * 10
        return outcome
    }

    @Test("what a run does not touch stays; what adds up adds up; what is gone is gone")
    func totals() throws {
        var totals = MetricTotals(since: 5)
        totals.take(
            [Self.outcome("a", .retried), Self.outcome("a", .success, rows: 7), Self.outcome("b", .failed)],
            known: ["a", "b"])
        totals.take([Self.outcome("a", .failed, at: 2_000_000)], known: nil)
        let again = MetricTotals(try JSONValue(parsing: totals.json.bytes), now: 99)
        #expect(again == totals && again.since == 5)
        let job = try #require(again.jobs["a"])
        #expect(job.status == .failed && job.rows == 0 && job.rowsInAll == 7 && job.bytesInAll == 70)
        #expect(job.succeededAt == 1_000_000 && job.endedAt == 2_000_000)
        #expect(job.attempts == [.retried: 1, .success: 1, .failed: 1])
        totals.take([], known: ["b", "c"])
        #expect(totals.jobs.keys.sorted() == ["b"])
        #expect(MetricTotals(nil, now: 99).since == 99)
        #expect(MetricTotals(try JSONValue(parsing: Array(#"{"jobs":[{"job_id":"x"},3]}"#.utf8)), now: 1).jobs.isEmpty)
    }

    @Test("texts in labels cannot end them")
    func escaping() {
        #expect(PrometheusText.escaped("a\\b\"c\nd") == "a\\\\b\\\"c\\nd" && PrometheusText.escaped("é") == "é")
    }

    @Test(
        "numbers",
        arguments: [
            (0.0, "0.000000"), (1.5, "1.500000"), (-0.25, "-0.250000"), (1_795_212_602.604213, "1795212602.604213"),
            (.nan, "0"), (1e300, "0"),
        ])
    func numbers(value: Double, text: String) { #expect(PrometheusText.fixed(value) == text) }
}
