import Glibc

/// What standard error is connected to, and what may be written there.
package struct Terminal: Equatable, Sendable {
    /// Lines can be painted over.
    package var repaints: Bool
    package var colours: Bool

    package init(repaints: Bool, colours: Bool) {
        self.repaints = repaints
        self.colours = colours
    }

    package init(environment: [String: String], isTerminal: Bool = isatty(STDERR_FILENO) == 1) {
        repaints = isTerminal && !["dumb", ""].contains(environment["TERM"] ?? "")
        // https://no-color.org: present and not empty.
        colours = repaints && (environment["NO_COLOR"] ?? "").isEmpty
    }

    /// Columns at this moment.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
