/// How a name from a workbook is found among those of a source: exactly, else as the only one that differs in case alone.
package enum NameMatch: Equatable, Sendable {
    case exact(String)
    /// The only one that differs in case alone: worth a note.
    case otherCase(String)
    /// Several differ in case alone.
    case ambiguous([String])
    /// The nearest first, if any is near.
    case none(near: [String])

    package init(_ name: String, among candidates: [String]) {
        if candidates.contains(name) {
            self = .exact(name)
            return
        }
        let folded = name.lowercased()
        let same = candidates.filter { $0.lowercased() == folded }
        switch same.count {
        case 0: self = .none(near: NearestName.closest(to: name, among: candidates))
        case 1: self = .otherCase(same[0])
        default: self = .ambiguous(same)
        }
    }

    package var found: String? {
        switch self {
        case .exact(let name), .otherCase(let name): name
        case .ambiguous, .none: nil
        }
    }
}
