/// Which readers a file is for.
package enum OutputProfile: Equatable, Sendable {
    case standard, legacy, modern
}
