/// How an incremental job knows what is new.
package struct JobWatermark: Equatable, Sendable {
    package enum NullPolicy: String, CaseIterable, Sendable {
        /// Counted and reported.
        case skip
        case include, error
    }

    /// What the newest values are read again for: a time before the watermark, or a number of ids.
    package enum Lookback: Equatable, Sendable {
        case seconds(Int)
        case ids(Int)
    }

    /// Not empty; several are a fallback order: the first that is not NULL counts.
    package var columns: [String]
    /// IANA name, for columns without a zone.
    package var timezone: String?
    package var lookback: Lookback?
    /// Values from here on are not read.
    package var end: String?
    package var onNull = NullPolicy.skip
    /// Where the first load starts, as text of full precision.
    package var last: String?

    package init(columns: [String]) { self.columns = columns }
}

/// A range of watermark values to load once more. Not both ends open unless the start says `START`.
package struct JobReload: Equatable, Sendable {
    package enum Start: Equatable, Sendable {
        /// `START`: from the beginning.
        case beginning
        case value(String)
    }

    package var from: Start
    /// Nil: up to now.
    package var to: String?

    package init(from: Start, to: String? = nil) {
        self.from = from
        self.to = to
    }
}
