import Ports

/// A slice that a load will write.
package struct PlannedSlice: Equatable, Sendable {
    package enum Rows: Equatable, Sendable {
        case everything
        case part(ReadWindows.Slice)
    }

    package var rows: Rows
    package var coverage: Slice.Coverage
    /// Its rows are not final yet: the next load replaces it.
    package var isProvisional: Bool

    package init(rows: Rows, coverage: Slice.Coverage, isProvisional: Bool = false) {
        self.rows = rows
        self.coverage = coverage
        self.isProvisional = isProvisional
    }
}

/// What one load of one table will read, write and replace, and where the next goes on.
package struct LoadPlan: Equatable, Sendable {
    /// Slices of the table that go, and those of this load that hold the same range (and perhaps more) afterwards.
    package struct Replacement: Equatable, Sendable {
        package enum Cause: Equatable, Sendable {
            /// The whole table, or the day's snapshot.
            case whole
            /// Rows that were not final.
            case regular
            /// A range that is loaded once more.
            case reload
        }

        package var cause: Cause
        package var replaced: [Slice.ID]
        package var oldRows: Int
        /// Indices of `LoadPlan.slices`.
        package var slices: [Int]
        /// In words, for messages: "updated_at from 2026-11-01 to 2026-11-08".
        package var range: String
    }

    package var mode: WriteMode
    package var slices: [PlannedSlice]
    package var replaces: [Slice.ID]
    package var replacements: [Replacement]
    /// Of the load before, where this one is to be measured against that and replaces nothing.
    package var lastRows: Int?
    /// Of the table, once the load is committed.
    package var watermark: WatermarkText?
    /// Ready for the read's request; its slices are in the order of `slices`. Nil: everything, as one slice.
    package var windows: ReadWindows?
    /// The database's clock, as it goes into the record.
    package var sourceClock: String?
    /// The row's `reload_from` and `reload_to` are done once the load is committed.
    package var finishesReload: Bool
    /// It counts even if no row was read and none is replaced.
    package var commitsEmpty: Bool
    package var notes: [String]
    package var warnings: [String]

    package init(
        mode: WriteMode, slices: [PlannedSlice] = [], replaces: [Slice.ID] = [], replacements: [Replacement] = [],
        watermark: WatermarkText? = nil, windows: ReadWindows? = nil, sourceClock: String? = nil,
        finishesReload: Bool = false, commitsEmpty: Bool = false, notes: [String] = [], warnings: [String] = []
    ) {
        self.mode = mode
        self.slices = slices
        self.replaces = replaces
        self.replacements = replacements
        self.watermark = watermark
        self.windows = windows
        self.sourceClock = sourceClock
        self.finishesReload = finishesReload
        self.commitsEmpty = commitsEmpty
        self.notes = notes
        self.warnings = warnings
    }

    /// There is nothing to read and nothing to commit: no lease, no intent, no file.
    package var isEmpty: Bool { slices.isEmpty && replaces.isEmpty }

    /// Whether a load that read so many rows would leave the table as it is: then it is not committed, and the next one
    /// reads the same range again, and what has come to it.
    package func changesNothing(rows: Int) -> Bool {
        !commitsEmpty && rows == 0 && replacements.allSatisfy { $0.oldRows == 0 }
    }
}
