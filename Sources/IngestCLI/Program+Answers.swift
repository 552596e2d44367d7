import Glibc

extension Program {
    /// On standard output, as text or as JSON, whichever was asked for.
    func say(_ text: @autoclosure () -> String, _ json: @autoclosure () -> JSONText, _ format: OutputFormat) {
        switch format {
        case .json: console.out(json())
        case .text: console.out(masking: text())
        }
    }

    /// Columns of the terminal that answers go to; nil where they go into a file or another program.
    var answerWidth: Int? { isatty(STDOUT_FILENO) == 1 ? Terminal.width : nil }
}
