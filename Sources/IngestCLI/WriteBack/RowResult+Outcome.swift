import Ports
import Workbook

extension RowResult {
    /// `row`: as the run read it.
    init(_ outcome: JobOutcome, row: CheckedJob?, zone: ZoneRules, hasNoLoad: Bool, redact: (String) -> String) {
        let isDone = outcome.status == .success
        self.init(
            job: outcome.job.id, row: row?.row, status: outcome.status, endedAt: zone.civil(outcome.endedAt),
            rows: isDone || outcome.attempt > 0 ? outcome.rows : nil,
            seconds: outcome.attempt > 0 ? outcome.seconds : nil,
            message: redact(Self.message(outcome)),
            watermark: outcome.tableWatermark.map { WatermarkText(value: redact($0.value), type: $0.type) },
            watermarkBefore: outcome.tableWatermarkBefore, hasNoLoad: hasNoLoad,
            finishedReload: outcome.finishedReload ? row?.job?.reload : nil)
    }

    private static func message(_ outcome: JobOutcome) -> String {
        guard outcome.status == .success else { return outcome.failure?.text ?? outcome.status.rawValue }
        var text =
            outcome.loadID == nil
            ? "Nothing new."
            : "\(NumberText.counted(outcome.rows, "row")), \(NumberText.bytes(outcome.bytes))."
        if !outcome.schemaChanges.isEmpty { text += " Schema: " + outcome.schemaChanges.joined(separator: ", ") + "." }
        if !outcome.warnings.isEmpty { text += " Warning: " + outcome.warnings.joined(separator: " | ") }
        return text
    }
}
