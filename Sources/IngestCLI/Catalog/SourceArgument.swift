import Ports
import Settings

/// A source as the command line names it: one of the settings, or a URL.
struct SourceArgument {
    struct Opened {
        var source: any BatchSource
        /// Nil for a URL.
        var settings: SourceSettings?
    }

    private let text: String
    private let arguments: ParsedArguments
    private let program: Program

    init(_ text: String, _ arguments: ParsedArguments, program: Program) {
        self.text = text
        self.arguments = arguments
        self.program = program
    }

    func open() throws -> Opened {
        if text.range(ofSchemeSeparator: ()) != nil || text.isEmpty {
            return Opened(
                source: try program.sources.source(for: text, options: .init(stallTimeoutSeconds: 300)), settings: nil)
        }
        let project = try ProjectSettings(arguments, program: program)
        let sources = NamedSources(project: project, program: program)
        guard let settings = project.settings.source(text) else {
            // Mistakes in the file may be why the source is not there.
            _ = try project.checked()
            throw sources.unknown(text)
        }
        _ = try project.checked()
        return Opened(source: try sources.open(text), settings: settings)
    }
}
