/// What the values of a key are, as far as their text tells it: how they are compared and computed with.
package enum KeySort: Equatable, Sendable {
    case integer
    /// Digits behind the point.
    case decimal(scale: Int)
    case date
    /// Digits of the second's fraction; `zone`: the text ends in an offset or Z.
    case time(digits: Int, zone: Bool)
    case text
    /// `0x` and hexadecimal digits: a rowversion.
    case binary

    /// Whether values have places on a scale, so that distances between them can be computed.
    package var hasScale: Bool {
        switch self {
        case .text, .binary: false
        default: true
        }
    }
}
