/// Spares a source that does not answer: after several failures in a row its other jobs wait, then one of them tries
/// whether it is back. A source that stays away is given up, so that a night of retries does not become a day of them.
package struct SourceBreaker: Equatable, Sendable {
    package enum Answer: Equatable, Sendable {
        case go
        case waitUntil(Double)
        /// Nothing more is tried in this run.
        case givenUp
    }

    private let failuresToOpen: Int
    private let pauseSeconds: Double
    private let mostProbes: Int

    private var failures = 0
    private var openUntil: Double?
    private var isProbing = false
    private var probes = 0

    package init(failuresToOpen: Int = 5, pauseSeconds: Double = 30, mostProbes: Int = 4) {
        self.failuresToOpen = failuresToOpen
        self.pauseSeconds = pauseSeconds
        self.mostProbes = mostProbes
    }

    package var isGivenUp: Bool { probes >= mostProbes && !isProbing && openUntil != nil }

    package func answer(now: Double) -> Answer {
        guard let openUntil else { return .go }
        if isGivenUp { return .givenUp }
        // While one job tries, the others wait for how it fares.
        if isProbing { return .waitUntil(.infinity) }
        return now >= openUntil ? .go : .waitUntil(openUntil)
    }

    package mutating func began() {
        if openUntil != nil { isProbing = true }
    }

    /// The source answered, whatever the job came to.
    package mutating func answered() { self = SourceBreaker(copying: self) }

    /// The job ended before it asked.
    package mutating func notAsked() { isProbing = false }

    /// It did not: no connection, a cut one, no answer in time.
    package mutating func failed(now: Double) {
        failures += 1
        if isProbing {
            isProbing = false
            probes += 1
            openUntil = now + pauseSeconds * Double(1 << min(probes, 6))
        } else if openUntil == nil, failures >= failuresToOpen {
            openUntil = now + pauseSeconds
        }
    }

    private init(copying other: SourceBreaker) {
        self.init(
            failuresToOpen: other.failuresToOpen, pauseSeconds: other.pauseSeconds, mostProbes: other.mostProbes)
    }
}
