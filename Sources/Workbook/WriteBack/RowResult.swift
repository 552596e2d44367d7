import Ports

/// What a run has to say in a job's row. Secrets are taken out before.
package struct RowResult: Equatable, Sendable {
    package var job: String
    /// The sheet's row as the run read it: tells rows apart that share a name, or have none.
    package var row: Int?
    package var status: JobStatus
    /// In the project's zone, as the cell shows it.
    package var endedAt: CivilTime
    /// Nil empties the cell: nothing was counted.
    package var rows: Int?
    package var seconds: Double?
    package var message: String
    /// Where the table's next load begins, by the lake's own record, now and before the run. Nil: the cell is left alone.
    package var watermark: WatermarkText?
    package var watermarkBefore: WatermarkText?
    /// The table has no load, or the row is refused: then a filled `last_run` beside a filled `last_watermark` is what tells
    /// that the row was copied, and stays as it is.
    package var hasNoLoad: Bool
    /// The reload that is done; its cells are cleared if they still ask for it.
    package var finishedReload: JobReload?

    package init(
        job: String, row: Int?, status: JobStatus, endedAt: CivilTime, rows: Int? = nil, seconds: Double? = nil,
        message: String = "", watermark: WatermarkText? = nil, watermarkBefore: WatermarkText? = nil,
        hasNoLoad: Bool = false, finishedReload: JobReload? = nil
    ) {
        self.job = job
        self.row = row
        self.status = status
        self.endedAt = endedAt
        self.rows = rows
        self.seconds = seconds
        self.message = message
        self.watermark = watermark
        self.watermarkBefore = watermarkBefore
        self.hasNoLoad = hasNoLoad
        self.finishedReload = finishedReload
    }

    /// To the second: people read it.
    var lastRun: SheetDate {
        SheetDate(
            form: .dateTime, days: endedAt.days,
            microseconds: endedAt.microsecondsOfDay / 1_000_000 * 1_000_000)
    }

    /// To the hundredth of a second, as the audit trail of the earlier framework had it.
    var lastDuration: Double? { seconds.map { ($0 * 100).rounded() / 100 } }
}
