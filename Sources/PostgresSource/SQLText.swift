/// Text that becomes part of an SQL statement passes through here and nowhere else.
package enum SQLText {
    /// Always quoted: a name then means itself, whatever its case and whatever the next version reserves.
    package static func identifier(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// A text constant that means the same under either setting of standard_conforming_strings.
    package static func literal(_ text: String) -> String {
        let quoted = "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        guard text.utf8.contains(UInt8(ascii: "\\")) else { return quoted }
        return " E" + quoted.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    }
}
