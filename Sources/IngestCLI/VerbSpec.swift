/// What a verb takes, as data: parsing, usage errors, help and completions all come from it.
package struct VerbSpec: Sendable {
    package var name: String
    /// One line, for the list of verbs.
    package var summary: String
    /// One line per form, without the program's name: `copy [OPTIONS] SOURCE OBJECT DEST`.
    package var synopsis: [String]
    /// Paragraphs of the long help.
    package var description: [String]
    package var operands: [OperandSpec]
    package var operandCount: ClosedRange<Int>
    package var options: [OptionSpec]
    package var examples: [Example]
    /// A signal asks it to stop, and it puts in order what it has begun. Any other verb a signal ends as it ends every
    /// program.
    package var stopsCleanly = false

    package struct Example: Sendable {
        package var purpose: String
        /// As typed in a shell, beginning with `ingest`.
        package var command: String

        package init(_ purpose: String, _ command: String) {
            self.purpose = purpose
            self.command = command
        }
    }

    package func option(_ name: String) -> OptionSpec? { options.first { $0.name == name } }
}

package struct OperandSpec: Sendable {
    package var name: String
    package var help: String
    package var completion: Completion

    package init(_ name: String, _ help: String, completion: Completion = .none) {
        self.name = name
        self.help = help
        self.completion = completion
    }
}

package struct OptionSpec: Sendable {
    /// Without the two dashes.
    package var name: String
    /// Nil: a switch.
    package var value: String?
    package var help: String
    package var completion: Completion
    /// May be given several times; the values are joined.
    package var repeats: Bool

    package init(
        _ name: String, value: String? = nil, completion: Completion = .none, repeats: Bool = false, _ help: String
    ) {
        self.name = name
        self.value = value
        self.help = help
        self.completion = completion
        self.repeats = repeats
    }

    package static let help = OptionSpec("help", "Print this text and exit.")
}

/// What a shell offers at a place.
package enum Completion: Equatable, Sendable {
    case none
    case words([String])
    case file
}
