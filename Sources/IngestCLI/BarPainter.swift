/// Paints a few lines over and over at the bottom of a terminal.
///
/// The cursor is never hidden and the lines are left in a state from which a shell can go on: there is nothing to restore
/// when the process is killed or suspended.
package struct BarPainter {
    private var painted = 0

    package init() {}

    /// Replaces what was painted before.
    package mutating func frame(_ lines: [String]) -> String {
        let text = toTop + lines.map { $0 + "\u{1b}[K" }.joined(separator: "\n") + "\u{1b}[J"
        painted = lines.count
        return text
    }

    /// Takes everything away.
    package mutating func clear() -> String {
        guard painted > 0 else { return "" }
        let text = toTop + "\u{1b}[J"
        painted = 0
        return text
    }

    private var toTop: String { "\r" + (painted > 1 ? "\u{1b}[\(painted - 1)A" : "") }
}
