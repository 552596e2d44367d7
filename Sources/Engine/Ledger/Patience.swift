import Ports

/// How long an open question to the store is asked again, and how a wait is made. Tests wait for nothing.
package struct Patience: Sendable {
    package var seconds: Double
    package var clock: any MonotonicClock
    package var sleep: @Sendable (_ seconds: Double) -> Void

    package init(
        seconds: Double, clock: any MonotonicClock, sleep: @escaping @Sendable (_ seconds: Double) -> Void
    ) {
        self.seconds = seconds
        self.clock = clock
        self.sleep = sleep
    }

    /// Repeats while the answer is lost or the store is not to be reached, at growing distances.
    func insist<Result>(_ body: () throws -> Result) throws -> Result {
        let end = clock.seconds + seconds
        var pause = 0.05
        while true {
            do {
                return try body()
            } catch let fault as any Fault where fault.kind == .transient && clock.seconds < end {
                sleep(pause)
                pause = min(pause * 2, 5)
            }
        }
    }
}
