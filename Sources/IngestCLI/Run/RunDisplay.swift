import Engine
import Ports
import Synchronization

/// Shows what a run's jobs are doing: on a terminal a line per running job, painted over and over below the lines that say
/// what has ended; elsewhere a line now and then for what takes long.
final class RunDisplay: RunRecorder, Sendable {
    private let pool: @Sendable () -> RunProgress?
    private let console: Console
    private let lines: RunLines
    private let repaints: Bool
    /// Held while lines are written, too: bars and lines must not get between each other.
    private let painter = Mutex(BarPainter())
    private let ended = StopSignal()
    private let thread = Mutex<NamedThread?>(nil)

    private static let firstPaintSeconds = 0.3
    private static let secondsBetweenLines = 30.0

    init(_ progress: @escaping @Sendable () -> RunProgress?, lines: RunLines, terminal: Terminal) {
        pool = progress
        self.lines = lines
        console = lines.console
        repaints = terminal.repaints
    }

    func begin() throws {
        try thread.withLock { thread in
            thread = try NamedThread("ingest-display") { [self] in show() }
        }
    }

    private func show() {
        let clock = SystemClock()
        let start = clock.seconds
        var said = start
        while !ended.wait(seconds: repaints ? 0.1 : 0.5) {
            let now = clock.seconds
            guard let progress = pool() else { continue }
            if repaints {
                guard now - start >= Self.firstPaintSeconds else { continue }
                painter.withLock { console.error($0.frame(RunText.bars(progress, seconds: now - start))) }
            } else if now - said >= Self.secondsBetweenLines {
                said = now
                for line in RunText.plain(progress) { console.error(line + "\n") }
            }
        }
    }

    /// Leaves the terminal clean.
    func end() {
        ended.raise(.failure)
        thread.withLock { $0.take()?.join() }
        painter.withLock { console.error($0.clear()) }
    }

    // Lines that stay are written where the bars were; the bars come back below them.

    func runBegan(_ run: RunFacts) {}
    func jobBegan(_ job: JobLabel, attempt: Int) {}
    func loadRecovered(_ outcome: JobOutcome) {}
    func runEnded(_ end: RunEnd) {}

    func attemptEnded(_ outcome: JobOutcome) {
        painter.withLock {
            console.error($0.clear())
            lines.attemptEnded(outcome)
        }
    }

    func remark(_ remark: RunRemark) {
        painter.withLock {
            console.error($0.clear())
            lines.remark(remark)
        }
    }
}

/// What the progress of a run looks like.
package enum RunText {
    private static let mostLines = 12

    package static func bars(_ progress: RunProgress, seconds: Double) -> [String] {
        let width = max(20, Terminal.width - 1)
        let jobs = progress.running.map(\.job)
        let name = min(max(jobs.map { PrintableText.width(PrintableText.escaped($0)) }.max() ?? 0, 4), width / 3)
        var lines = progress.running.prefix(mostLines).map { line in
            let label = PrintableText.truncated(PrintableText.escaped(line.job), to: name)
            let padded = label + String(repeating: " ", count: max(0, name - PrintableText.width(label)))
            let attempt = line.attempt > 1 ? " (attempt \(line.attempt))" : ""
            let rest = ProgressText.bar(line.load, seconds: line.seconds, width: max(10, width - name - 2)).first ?? ""
            return PrintableText.truncated(padded + "  " + rest + attempt, to: width)
        }
        if progress.running.count > mostLines {
            lines.append("  … and \(progress.running.count - mostLines) jobs more")
        }
        let failed = progress.failed > 0 ? ", \(progress.failed) failed" : ""
        lines.append(
            PrintableText.truncated(
                "\(progress.ended) of \(progress.total) jobs done\(failed), \(NumberText.duration(seconds))", to: width)
        )
        return lines
    }

    package static func plain(_ progress: RunProgress) -> [String] {
        progress.running.map { line in
            PrintableText.escaped("\(line.job): ") + ProgressText.plain(line.load, seconds: line.seconds)
        }
    }
}
