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

    /// A list of words as shells take it for completion: expanded once more, hence a backslash before what would be syntax.
    /// Bash inserts what comes out as it stands, so that there `backslashes` is 3: an escaped backslash and its parenthesis.
    static func list(_ words: [String], backslashes: Int = 1, fish: Bool = false) -> String {
        let escape = String(repeating: "\\", count: backslashes)
        let escaped = words.map { word in
            word.reduce(into: "") { text, character in
                if "()".contains(character) { text += escape }
                text.append(character)
            }
        }
        return quoted(escaped.joined(separator: " "), fish: fish)
    }

    /// The first sentence of a help text, or what stands before its first colon or semicolon; not those in parentheses.
    static func firstSentence(_ text: String) -> String {
        var depth = 0
        let end = text.firstIndex { character in
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            case ".", ":", ";": return depth == 0
            default: break
            }
            return false
        }
        return end.map { String(text[..<$0]) } ?? text
    }
}
