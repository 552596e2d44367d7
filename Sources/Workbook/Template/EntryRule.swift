/// What may be typed into a range of cells, and what people are told before and after.
struct EntryRule: Equatable {
    enum Allowed: Equatable {
        /// A few words, kept in the rule itself; Excel takes at most 255 characters of them, commas included.
        case words([String])
        /// The words stand in a range with this name: no limit.
        case named(String)
        case wholeNumbers(ClosedRange<Int>)
        case numbers(ClosedRange<Double>)
        /// A formula that is true for the first cell of the range.
        case formula(String)
        /// Anything; only the hint is shown.
        case anything
    }

    /// What happens when something else is typed: it is refused, or the person is asked, or it is taken.
    enum Answer: Equatable { case refuse, ask, accept }

    var allowed: Allowed
    /// Shown beside the cell while it is selected.
    var hint: (title: String, text: String)?
    var complaint: (title: String, text: String)?
    var answer = Answer.refuse

    static let wordLimit = 255
    static let titleLimit = 32
    static let textLimit = 255

    static func == (a: EntryRule, b: EntryRule) -> Bool {
        a.allowed == b.allowed && a.answer == b.answer && a.hint?.title == b.hint?.title && a.hint?.text == b.hint?.text
            && a.complaint?.title == b.complaint?.title && a.complaint?.text == b.complaint?.text
    }

    /// At most `limit` UTF-16 units, as Excel counts, cut after a sentence or a word.
    static func fitted(_ text: String, to limit: Int) -> String {
        guard text.utf16.count > limit else { return text }
        var words: [Substring] = []
        var length = 1  // the ellipsis
        for word in text.split(separator: " ") {
            let next = length + word.utf16.count + (words.isEmpty ? 0 : 1)
            guard next <= limit else { break }
            words.append(word)
            length = next
        }
        if let end = words.lastIndex(where: { $0.hasSuffix(".") }), end >= words.count / 2 {
            return words[...end].joined(separator: " ")
        }
        return words.joined(separator: " ") + "…"
    }
}

/// A look that cells take on while a formula is true for them.
struct LookRule {
    /// With the references of the range's first cell, without `=`.
    var formula: String
    var style: CellStyle
    /// Later rules do not count where this one does.
    var isLast = false
}
