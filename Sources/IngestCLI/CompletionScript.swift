/// Scripts that make a shell complete our command lines, from the table of verbs.
package enum CompletionScript: String, CaseIterable, Sendable {
    case bash, zsh, fish

    package var text: String {
        switch self {
        case .bash: Self.bashScript()
        case .zsh: Self.zshScript()
        case .fish: Self.fishScript()
        }
    }

    /// In single quotes, for every one of the shells (fish knows `\'` inside, the others end and begin again).
    static func quoted(_ text: String, fish: Bool = false) -> String {
        var result = ""
        for character in text {
            switch character {
            case "'": result += fish ? "\\'" : "'\\''"
            case "\\" where fish: result += "\\\\"
            default: result.append(character)
            }
        }
        return "'" + result + "'"
    }

    /// The first sentence of a help text.
    static func firstSentence(_ text: String) -> String {
        guard let end = text.firstIndex(where: { $0 == "." || $0 == ":" || $0 == ";" }) else { return text }
        return String(text[..<end])
    }
}
