import Ports

/// One part of what a table holds: the rows of a window, read under one snapshot, and the files they are in. A slice is
/// never changed; a later load replaces it as a whole.
package struct Slice: Equatable, Sendable {
    package enum Coverage: Equatable, Sendable {
        /// Everything, whatever the watermark: FULL loads.
        case whole
        /// Everything as it was on a day (`2026-11-21`, the run's): snapshots. Each day is there once.
        case day(String)
        /// `low <= c < high`; for numbers and text `low < c <= high`. Nil: open.
        case window(low: WatermarkText?, high: WatermarkText?)
        /// Rows without a watermark.
        case nulls
        /// Files of another tool, taken over as they were.
        case adopted

        /// Of a snapshot.
        package var day: String? { if case .day(let day) = self { day } else { nil } }
    }

    package struct ID: Equatable, Hashable, Sendable {
        package var commit: Int
        package var part: Int

        package init(commit: Int, part: Int) {
            self.commit = commit
            self.part = part
        }
    }

    package var id: ID
    package var coverage: Coverage
    /// The next load replaces it: its rows were not final yet (lookback, open days, NULLs).
    package var isProvisional: Bool
    package var files: [DataFile]

    package var rows: Int { files.reduce(0) { $0 + $1.rows } }
    package var bytes: Int { files.reduce(0) { $0 + $1.object.bytes } }

    package init(id: ID, coverage: Coverage, isProvisional: Bool = false, files: [DataFile]) {
        self.id = id
        self.coverage = coverage
        self.isProvisional = isProvisional
        self.files = files
    }
}

/// One file of a slice, as its load sealed it.
package struct DataFile: Equatable, Sendable {
    package var object: StagedObject
    package var rows: Int

    package init(object: StagedObject, rows: Int) {
        self.object = object
        self.rows = rows
    }
}
