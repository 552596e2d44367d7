import CODBC

/// Text of the functions whose names end in W: UTF-16 with a terminating 0.
enum WideText {
    static func units(_ text: String) -> [SQLWCHAR] { Array(text.utf16) + [0] }

    /// Up to the terminator.
    static func string(_ units: [SQLWCHAR]) -> String {
        String(decoding: units.prefix { $0 != 0 }, as: UTF16.self)
    }
}
