/// A source that can say up to where its rows are final.
package protocol WindowSource: BatchSource {
    /// Fixes where the windows of several jobs end, before any of them is read: one list of open transactions, one wait, for
    /// all of them. Answers in the order of the questions; throws what concerns all of them.
    func freeze(
        _ questions: [WindowQuestion], terms: WindowTerms, stop: StopSignal
    ) throws -> [Result<WindowMoment, any Error>]
}

/// What is asked for one job.
package struct WindowQuestion: Equatable, Sendable {
    package var object: ReadRequest.Object
    package var filter: String?
    /// In order of preference: the first that is not NULL counts.
    package var columns: [String]
    /// IANA name of the zone that a time without a zone is written in.
    package var timezone: String?
    /// Where the window begins; nil: with the first row.
    package var low: WatermarkText?
    /// How many of the last days of a DATE column are not final yet, today among them. 0: only whole days are read.
    package var openDays: Int

    package init(
        object: ReadRequest.Object, filter: String? = nil, columns: [String], timezone: String? = nil,
        low: WatermarkText? = nil, openDays: Int = 2
    ) {
        self.object = object
        self.filter = filter
        self.columns = columns
        self.timezone = timezone
        self.low = low
        self.openDays = openDays
    }
}

/// How a source waits for what could still be written below a window's end.
package struct WindowTerms: Equatable, Sendable {
    package enum Blocked: String, CaseIterable, Sendable {
        /// The window ends before the oldest transaction that is still open.
        case hold
        /// It ends `settle` before the database's clock, whatever is open.
        case settle
    }

    /// For databases that don't show their open transactions: how long after its time a row may still appear.
    package var settleSeconds: Double
    /// The same for numbers: how long is waited after MAX(c) was taken.
    package var settleIDsSeconds: Double
    /// How long open transactions are waited for.
    package var waitSeconds: Double
    /// A window that is held back for longer is worth a warning.
    package var longestLagSeconds: Double
    package var onBlocked: Blocked

    package init(
        settleSeconds: Double = 300, settleIDsSeconds: Double = 10, waitSeconds: Double = 30,
        longestLagSeconds: Double = 3600, onBlocked: Blocked = .hold
    ) {
        self.settleSeconds = settleSeconds
        self.settleIDsSeconds = settleIDsSeconds
        self.waitSeconds = waitSeconds
        self.longestLagSeconds = longestLagSeconds
        self.onBlocked = onBlocked
    }
}

/// Where a window ends, and what there is to know of its column.
package struct WindowMoment: Equatable, Sendable {
    /// How its values are computed with.
    package var sort: KeySort
    package var ends: WindowEnds
    /// With the type's tag, as it goes into the record: `timestamp(6)`. Nil: there is no row with a value.
    package var high: WatermarkText?
    /// Rows from here to `high` are not final yet, and are read again by the next load (open days, the hour that a clock
    /// shows twice). Nil: all are final.
    package var finalBelow: WatermarkText?
    /// Only for text, whose order is the database's: how `high` compares with the question's `low`.
    package var order: Order?
    /// The database's clock, UTC, as text. Nil where it was not asked.
    package var clock: String?
    /// Rows without a watermark; nil: there can be none, or it was not asked.
    package var nulls: Int?
    /// Rows at or beyond `high`, which the next load reads; nil: not asked.
    package var beyond: Int?
    package var notes: [String]
    package var warnings: [String]

    package enum Order: Equatable, Sendable { case below, same, above }

    package init(
        sort: KeySort, ends: WindowEnds, high: WatermarkText?, finalBelow: WatermarkText? = nil, order: Order? = nil,
        clock: String? = nil, nulls: Int? = nil, beyond: Int? = nil, notes: [String] = [], warnings: [String] = []
    ) {
        self.sort = sort
        self.ends = ends
        self.high = high
        self.finalBelow = finalBelow
        self.order = order
        self.clock = clock
        self.nulls = nulls
        self.beyond = beyond
        self.notes = notes
        self.warnings = warnings
    }
}
