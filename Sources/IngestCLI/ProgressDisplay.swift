import Engine
import Ports

/// A thread that shows how far a load is: painted at most ten times a second on a terminal, a line now and then elsewhere.
final class ProgressDisplay {
    private let ended = StopSignal()
    private let thread: NamedThread

    private static let paintSeconds = 0.1
    /// Fast copies show no bar at all.
    private static let firstPaintSeconds = 0.3
    private static let firstLineSeconds = 5.0

    init(_ progress: LoadProgress, console: Console, terminal: Terminal, clock: any MonotonicClock) throws {
        let ended = ended
        thread = try NamedThread("ingest-display") {
            if terminal.repaints {
                Self.paint(progress, console: console, clock: clock, until: ended)
            } else {
                Self.log(progress, console: console, clock: clock, until: ended)
            }
        }
    }

    /// Leaves the terminal clean. Idempotent.
    func end() {
        ended.raise(.failure)
        thread.join()
    }

    private static func paint(
        _ progress: LoadProgress, console: Console, clock: any MonotonicClock, until ended: StopSignal
    ) {
        let start = clock.seconds
        var painter = BarPainter()
        while !ended.wait(seconds: paintSeconds) {
            let seconds = clock.seconds - start
            guard seconds >= firstPaintSeconds else { continue }
            // One column less: a full last column makes some terminals wrap.
            let width = max(8, Terminal.width - 1)
            console.error(painter.frame(ProgressText.bar(progress.snapshot, seconds: seconds, width: width)))
        }
        console.error(painter.clear())
    }

    private static func log(
        _ progress: LoadProgress, console: Console, clock: any MonotonicClock, until ended: StopSignal
    ) {
        let start = clock.seconds
        var next = firstLineSeconds
        while !ended.wait(seconds: 0.25) {
            let seconds = clock.seconds - start
            guard seconds >= next else { continue }
            console.error(ProgressText.plain(progress.snapshot, seconds: seconds) + "\n")
            next = seconds + (seconds < 60 ? 5 : 30)
        }
    }
}
