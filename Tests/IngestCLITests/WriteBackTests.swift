import Ports
import Testing

@testable import IngestCLI

@Suite("Writing results back")
struct WriteBackTests {
    private func outcome(
        _ job: String, _ status: JobStatus, from before: String? = nil, to after: String? = nil
    ) -> JobOutcome {
        func watermark(_ value: String?) -> WatermarkText? { value.map { WatermarkText(value: $0, type: "date") } }
        var outcome = JobOutcome(
            job: JobLabel(id: job, source: "s", table: job), runID: "r", attempt: 1, status: status, startedAt: 0,
            endedAt: 0, seconds: 1)
        outcome.tableWatermarkBefore = watermark(before)
        outcome.tableWatermark = watermark(after)
        return outcome
    }

    @Test("of several rounds the last counts, against where the table was before the first")
    func rounds() {
        let last = WriteBack.lastRounds(of: [
            outcome("a", .success, from: "2026-01-01", to: "2026-01-08"), outcome("b", .success),
            outcome("a", .success, from: "2026-01-08", to: "2026-01-15"), outcome("a", .cancelled),
        ])
        #expect(last.map(\.job.id) == ["a", "b"] && last[0].status == .cancelled)
        #expect(last[0].tableWatermarkBefore?.value == "2026-01-01" && last[0].tableWatermark?.value == "2026-01-15")
    }

    @Test("rows that are refused may share a name with others, and stay")
    func refused() {
        let outcomes = [outcome("a", .invalid), outcome("a", .success), outcome("a", .invalid)]
        #expect(WriteBack.lastRounds(of: outcomes).map(\.status) == [.invalid, .success, .invalid])
    }
}
