import Ports

/// Outcomes to be written down.
enum RecordFixtures {
    /// 2026-11-21 06:00:59.123456 UTC.
    static let now = 1_795_240_859_123_456

    static func outcome(
        _ job: String = "orders", run: String = "r1", load: String? = "l1", attempt: Int = 1,
        status: JobStatus = .success, failure: JobOutcome.Failure? = nil, at moment: Int = now
    ) -> JobOutcome {
        var outcome = JobOutcome(
            job: JobLabel(id: job, source: "erp", table: job), runID: run, loadID: load, attempt: attempt,
            status: status, loadType: .incremental, writeMode: .append, failure: failure,
            startedAt: moment - 15_860_000, endedAt: moment, seconds: 15.86)
        guard status == .success else { return outcome }
        outcome.rows = 10_003
        outcome.sourceRows = 10_003
        outcome.files = 2
        outcome.bytes = 84_600
        outcome.partitionPath = "file:///lake/orders/2026/11/21"
        outcome.watermarkFrom = WatermarkText(value: "2026-11-20 00:00:00.000001", type: "timestamp(6)")
        outcome.watermarkTo = WatermarkText(value: "2026-11-21 06:00:00.123456", type: "timestamp(6)")
        outcome.tableWatermark = outcome.watermarkTo
        outcome.nullWatermarks = 0
        return outcome
    }

    static let run = RunFacts(
        runID: "r1", startedAt: now - 20_000_000, host: "etl1", process: 4711, user: "ingest", version: "0.1.0",
        workbook: "ingestion_config.xlsx", workbookSHA256: "00ff")
}
