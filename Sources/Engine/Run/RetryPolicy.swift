/// How often a job is tried, and how long is waited in between.
package struct RetryPolicy: Equatable, Sendable {
    /// The first try included.
    package var attempts: Int
    package var initialSeconds: Double
    package var multiplier: Double
    package var longestSeconds: Double

    package init(
        attempts: Int = 4, initialSeconds: Double = 2, multiplier: Double = 2, longestSeconds: Double = 300
    ) {
        self.attempts = max(1, attempts)
        self.initialSeconds = initialSeconds
        self.multiplier = multiplier
        self.longestSeconds = longestSeconds
    }

    /// After the `failed`-th try (1…). `chance` is between 0 and 1: jobs that failed together do not return together.
    package func pause(afterAttempt failed: Int, chance: Double) -> Double {
        var delay = initialSeconds
        for _ in 1..<max(1, failed) where delay < longestSeconds { delay *= multiplier }
        delay = min(delay, longestSeconds)
        return delay / 2 + chance * delay / 2
    }
}
