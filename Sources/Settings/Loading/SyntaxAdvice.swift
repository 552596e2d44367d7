import Ports

/// Says of a mistake in a file where it is, what stands there, and what is likely wrong with it, without showing what may be
/// a secret.
struct SyntaxAdvice {
    private let fault: TOMLFault
    private let mayHoldSecrets: Bool
    /// Up to the line of the mistake, blanks around them left out.
    private let lines: [String]

    init(_ fault: TOMLFault, in bytes: [UInt8], mayHoldSecrets: Bool) {
        self.fault = fault
        self.mayHoldSecrets = mayHoldSecrets
        let count = fault.position?.line ?? 0
        lines = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: count, omittingEmptySubsequences: false)
            .prefix(count).map { Self.trimmed(String(decoding: $0.prefix(400), as: UTF8.self)) }
    }

    var message: String {
        guard let position = fault.position, let line = lines.last else { return fault.message }
        let place = "line \(position.line), column \(position.column)"
        let advice = advice(line)
        // The parser quotes pieces of what it could not read.
        guard !mayBeSecret(line) else {
            let name = key(of: line).map { "the value of '\($0)'" } ?? "the line"
            return "\(place): \(name) cannot be read"
                + (advice ?? "; text stands between double quotes, with \\\\ for a backslash and \\\" for a quote, or "
                    + "between single quotes as it is")
        }
        let said = fault.message.hasPrefix("Error while ") ? "e" + fault.message.dropFirst() : fault.message
        let shown = mayHoldSecrets || line.isEmpty ? "" : ", in: " + VisibleText.shown(line, limit: 80)
        return "\(place): \(said)\(shown)\(advice ?? "")"
    }

    private func mayBeSecret(_ line: String) -> Bool {
        let words = ["password", "secret", "token", "key", "url", "sas", "credential", "pwd"]
        let line = line.lowercased()
        return words.contains { line.contains($0) }
    }

    // MARK: - What is likely

    /// Goes behind what was said; without anything of a value.
    private func advice(_ line: String) -> String? {
        if line.contains(where: { "“”„‘’‚«»".contains($0) }) {
            return "; only \" and ' are quotes: write them anew, as word processors bend them"
        }
        if fault.message.contains("redefine") { return twice(line) }
        if line.hasPrefix("[") { return header(line) }
        if line.hasPrefix("//") || line.hasPrefix(";") { return "; a comment begins with #" }
        guard let equals = line.firstIndex(of: "=") else { return "; a key and its value have = between them" }
        return value(Self.trimmed(String(line[line.index(after: equals)...])))
    }

    private func twice(_ line: String) -> String {
        let isHeader = line.hasPrefix("[")
        let name = isHeader ? line : key(of: line)
        for index in lines.indices.dropLast().reversed() {
            let other = lines[index]
            if (isHeader ? other : key(of: other)) == name {
                return isHeader
                    ? "; the section stands in line \(index + 1) already: put the lines of both into one"
                    : "; the key stands in line \(index + 1) already: keep one of them"
            }
            if !isHeader, other.hasPrefix("[") { break }
        }
        return "; it stands above already: keep one of them"
    }

    private func header(_ line: String) -> String? {
        if fault.message.contains("value") || fault.message.contains("array") {
            return "; a list that begins above is not closed with ]"
        }
        guard line.contains("]") else { return "; the name of a section ends with ]" }
        guard line.contains(" "), !line.contains("\"") else { return nil }
        return "; a name with blanks stands between quotes: [sources.\"my shop\"]"
    }

    private func value(_ value: String) -> String? {
        guard let first = value.first else { return "; the value is missing" }
        let isDouble = first == "\""
        if isDouble, value.contains("\\") {
            return "; in double quotes a backslash is written \\\\: single quotes take a Windows path as it is, "
                + "'C:\\data\\shop.db'"
        }
        if isDouble || first == "'" {
            return value.count(where: { $0 == first }) % 2 == 1 ? "; the closing \(first) is missing" : nil
        }
        if first == "[" { return "; the values of a list stand between [ and ], with commas between them" }
        switch value.lowercased() {
        case "true", "false", "yes", "no": return "; write true or false, in small letters"
        default: break
        }
        if first == "0", value.allSatisfy(\.isNumber) { return "; a number has no zeros in front" }
        return first == "{" ? nil : "; text stands between quotes: \"…\""
    }

    // MARK: - A line's parts

    /// What stands before the equals sign.
    private func key(of line: String) -> String? {
        guard let equals = line.firstIndex(of: "=") else { return nil }
        return String(line[..<equals].prefix(80).filter { $0 != " " && $0 != "\t" })
    }

    private static func trimmed(_ text: String) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\r" }
        let start = text.drop(while: isBlank)
        guard let end = start.lastIndex(where: { !isBlank($0) }) else { return "" }
        return String(start[...end])
    }
}
