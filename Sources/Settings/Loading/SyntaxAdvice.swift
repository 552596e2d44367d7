/// Says of a mistake in a file what to do about it, without showing what may be a secret.
enum SyntaxAdvice {
    static func message(_ fault: TOMLFault, in bytes: [UInt8]) -> String {
        guard let position = fault.position else { return fault.message }
        let place = "line \(position.line), column \(position.column)"
        let said = fault.message.hasPrefix("Error while ") ? "e" + fault.message.dropFirst() : fault.message
        guard let key = key(ofLine: position.line, in: bytes) else { return "\(place): \(said)" }
        // The parser quotes pieces of what it could not read.
        let words = ["password", "secret", "token", "key", "url", "sas", "credential"]
        if words.contains(where: { key.lowercased().contains($0) }) {
            return "\(place): the value of '\(key)' cannot be read; text stands between double quotes, with \\\\ for a "
                + "backslash and \\\" for a quote, or between single quotes as it is"
        }
        return "\(place): \(said)"
    }

    /// What stands before the equals sign.
    private static func key(ofLine line: Int, in bytes: [UInt8]) -> String? {
        let lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
        guard lines.indices.contains(line - 1), let equals = lines[line - 1].firstIndex(of: UInt8(ascii: "=")) else {
            return nil
        }
        let text = String(decoding: lines[line - 1][..<equals].prefix(80), as: UTF8.self)
        return String(text.filter { $0 != " " && $0 != "\t" })
    }
}
