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

    private static let run = MeasuredRun(
        facts: RunFacts(runID: "r", startedAt: 0, host: "h", process: 1, user: "u", version: "0"), project: "p",
        endedAt: 1, seconds: 1, exitCode: 0, peakMemoryBytes: 1, attempts: [])

    @Test(
        "what was stopped, or not begun, does not hide a failure",
        arguments: [JobStatus.skipped, .locked, .cancelled])
    func failing(status: JobStatus) throws {
        var totals = MetricTotals(since: 5)
        totals.take([Self.outcome("a", .success, rows: 7), Self.outcome("b", .success)], known: nil)
        totals.take([Self.outcome("a", .failed, at: 2_000_000)], known: nil)
        totals.take(["a", "b", "c"].map { Self.outcome($0, status, at: 3_000_000) }, known: nil)
        totals = MetricTotals(try JSONValue(parsing: totals.json.bytes), now: 99)
        let job = try #require(totals.jobs["a"])
        #expect(job.status == .failed && job.endedAt == 2_000_000 && job.succeededAt == 1_000_000)
        #expect(job.attempts == [.success: 1, .failed: 1, status: 1])
        let failed = try #require(MetricFamily.families(Self.run, totals).first { $0.name == "ingest_job_failed" })
        // Nothing is known of c yet.
        #expect(failed.samples.map(\.value) == [.int(1), .int(0)])
    }

    @Test("no two metrics have one name")
    func names() throws {
        var totals = MetricTotals(since: 5)
        totals.take([Self.outcome("a", .success, rows: 7)], known: nil)
        let families = MetricFamily.families(Self.run, totals)
        let sent = OpenTelemetryJSON(Self.run).metrics(families, since: 5)["resourceMetrics"]?.array?.first?[
            "scopeMetrics"]
        let names = sent?.array?.first?["metrics"]?.array?.compactMap { $0["name"]?.string } ?? []
        #expect(names.count == families.count && Set(names).count == names.count)
        #expect(names.contains("ingest.job.rows") && names.contains("ingest.job.rows.total"))
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
