import Engine

/// What progress looks like. Pure functions of a snapshot; `ProgressDisplay` decides when and where.
package enum ProgressText {
    /// Lines below the bar when several connections read.
    private static let mostWorkerLines = 8

    /// For a terminal: a bar with totals, and a line per connection when there are several. No line is wider than
    /// `width` columns.
    package static func bar(_ progress: ProgressSnapshot, seconds: Double, width: Int) -> [String] {
        let facts = facts(progress, seconds: seconds)
        var head = facts.joined(separator: "  ")
        if let share = share(rows: progress.rows, of: progress.estimatedRows), progress.phase == .reading {
            let percent = " \(Int(share * 100))%"
            let room = width - PrintableText.width(head) - percent.count - 4
            if room >= 8 {
                head = gauge(share, width: min(room, 30)) + percent + "  " + head
            }
        }
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
        var text = "  \(number)  \(NumberText.counted(worker.rows, "row"))"
        guard let label = worker.label else { return text + "  done" }
        text += "  " + PrintableText.escaped(label)
        if let share = share(rows: worker.unitRows, of: worker.unitEstimatedRows) { text += "  \(Int(share * 100))%" }
        return text
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
