import Engine
import Ports

/// What progress looks like. Pure functions of a snapshot; `ProgressDisplay` decides when and where.
package enum ProgressText {
    /// Lines below the bar when several connections read.
    private static let mostWorkerLines = 8

    /// For a terminal: a bar with totals, and a line per connection when there are several. No line is wider than
    /// `width` columns.
    package static func bar(_ progress: ProgressSnapshot, seconds: Double, width: Int) -> [String] {
        let head = head(progress, seconds: seconds, width: width)
        var lines = [PrintableText.truncated(head, to: width)]
        guard progress.phase == .reading, progress.workers.count > 1 else { return lines }
        for (index, worker) in progress.workers.enumerated().prefix(mostWorkerLines) {
            lines.append(PrintableText.truncated(line(worker, number: index + 1), to: width))
        }
        if progress.workers.count > mostWorkerLines {
            let rest = "  … and \(progress.workers.count - mostWorkerLines) connections more"
            lines.append(PrintableText.truncated(rest, to: width))
        }
        return lines
    }

    /// Gauge, share and facts; on a narrow terminal, what fits of them in the order of their use.
    private static func head(_ progress: ProgressSnapshot, seconds: Double, width: Int) -> String {
        let share = progress.phase == .reading ? share(rows: progress.rows, of: progress.estimatedRows) : nil
        let percent = share.map { ["\(Int($0 * 100))%"] } ?? []
        let facts = facts(progress, seconds: seconds)
        let whole = (percent + facts).joined(separator: "  ")
        let room = width - PrintableText.width(whole) - 1
        if let share, room >= 10 { return gauge(share, width: min(room - 2, 30)) + " " + whole }
        // Rows and time are wanted most; the rate follows from them, and so nearly do the bytes.
        for kept in [[0, 1, 3], [0, 3]] where PrintableText.width(whole) > width && facts.count > 3 {
            let line = (percent + kept.map { facts[$0] }).joined(separator: "  ")
            if PrintableText.width(line) <= width { return line }
        }
        return whole
    }

    /// For logs: one line.
    package static func plain(_ progress: ProgressSnapshot, seconds: Double) -> String {
        var facts = facts(progress, seconds: seconds)
        if let share = share(rows: progress.rows, of: progress.estimatedRows), progress.phase == .reading {
            facts.append("about \(Int(share * 100))%")
        }
        if progress.unitCount > 1, progress.phase == .reading {
            facts.append("\(progress.unitsDone) of \(progress.unitCount) parts")
        }
        return facts.joined(separator: ", ")
    }

    private static func facts(_ progress: ProgressSnapshot, seconds: Double) -> [String] {
        switch progress.phase {
        case .connecting: return ["connecting", NumberText.duration(seconds)]
        case .reading, .finishing, .done:
            let rate = seconds > 0 ? Int(min(Double(progress.rows) / seconds, 1e15)) : 0
            return [
                (progress.phase == .reading ? "" : "finishing  ") + "\(NumberText.counted(progress.rows, "row"))",
                "\(NumberText.grouped(rate)) rows/s", NumberText.bytes(progress.bytes), NumberText.duration(seconds),
            ]
        }
    }

    private static func line(_ worker: ProgressSnapshot.Worker, number: Int) -> String {
        // What changes stands first: a label that is cut on a narrow terminal takes nothing away.
        let rows = "  \(number)  \(NumberText.counted(worker.rows, "row"))"
        guard let label = worker.label else { return rows + "  done" }
        let share = share(rows: worker.unitRows, of: worker.unitEstimatedRows).map { " \(Int($0 * 100))% of" } ?? ""
        return rows + " " + share + " " + PrintableText.escaped(label)
    }

    /// Estimates are estimates: never more than 99 % before the end.
    private static func share(rows: Int, of estimate: Int?) -> Double? {
        guard let estimate, estimate > 0 else { return nil }
        return min(0.99, Double(rows) / Double(estimate))
    }

    private static func gauge(_ share: Double, width: Int) -> String {
        let filled = min(width, max(0, Int(share * Double(width))))
        return "[" + String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled) + "]"
    }
}
