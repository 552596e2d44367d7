/// The parts of a watermark's values that one read takes, all under one snapshot; each part's rows are kept apart.
package struct ReadWindows: Equatable, Sendable {
    package enum Slice: Equatable, Sendable {
        /// Bounds as `WindowMoment` and earlier records spell them, in the column's own type; nil is open. Rows without a
        /// watermark are in no window. Which end belongs to it is said by `ends`.
        case window(low: String?, high: String?)
        /// Rows without a watermark.
        case nulls
    }

    /// In order of preference: the first that is not NULL counts.
    package var columns: [String]
    package var ends: WindowEnds
    /// Not empty. `ReadUnit.slice` counts them.
    package var slices: [Slice]

    package init(columns: [String], ends: WindowEnds, slices: [Slice]) {
        self.columns = columns
        self.ends = ends
        self.slices = slices
    }
}

/// Which end of a window belongs to it. The next begins where it ends, so no row is in two and none in neither.
package enum WindowEnds: String, Equatable, Sendable {
    /// `low <= c AND c < high`: times, dates, rowversions, whose end is a moment at which nothing is written any more.
    case low
    /// `low < c AND c <= high`: numbers and text, whose end is the greatest value there is.
    case high
}
