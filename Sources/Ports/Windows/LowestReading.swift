/// What a time without a zone can still be written as: clocks are set back in autumn, and show an hour twice.
package enum LowestReading {
    /// The lowest reading that clocks can show from a moment on: an hour that they will show twice counts with its second time.
    ///
    /// - Parameters:
    ///   - moment: microseconds since 1970. The reading is told as if it were one of UTC.
    ///   - offset: seconds that the clocks are ahead of UTC, at a moment in seconds since 1970.
    package static func from(_ moment: Int, offset: (Int) -> Int) -> Int {
        let second = moment >= 0 ? moment / 1_000_000 : -((999_999 - moment) / 1_000_000)
        var before = offset(second)
        var lowest = moment + before * 1_000_000
        // Clocks are set back by at most a day, and at whole minutes.
        var minute = (second / 60 + 1) * 60
        for _ in 0..<(25 * 60) {
            let after = offset(minute)
            if after < before { lowest = min(lowest, (minute + after) * 1_000_000) }
            before = after
            minute += 60
        }
        return lowest
    }
}

extension ZoneRules {
    package func lowestReading(from moment: Int) -> Int { LowestReading.from(moment, offset: offset(atUnixSeconds:)) }
}
