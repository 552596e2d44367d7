import Ports

/// Findings as a compiler prints errors: one per line, aligned, a blank line between rows. A note that says the same of
/// many rows is printed once.
struct FindingsText {
    let findings: [Finding]
    let colours: Bool
    private static let mostAlike = 3

    init(findings: [Finding], colours: Bool) {
        self.findings = Self.folded(findings)
        self.colours = colours
    }

    private struct Alike: Hashable {
        var sheet: Substring
        var column: String?
        var message: String
    }

    private static func folded(_ findings: [Finding]) -> [Finding] {
        func key(_ finding: Finding) -> Alike? {
            guard finding.severity == .note, finding.row != nil else { return nil }
            return Alike(sheet: sheet(of: finding), column: finding.column, message: finding.message)
        }
        var counts: [Alike: Int] = [:]
        for finding in findings { if let key = key(finding) { counts[key, default: 0] += 1 } }
        var printed: Set<Alike> = []
        return findings.compactMap { finding in
            guard let key = key(finding), let count = counts[key], count > mostAlike else { return finding }
            guard printed.insert(key).inserted else { return nil }
            var first = finding
            first.message += " (The same in \(NumberText.counted(count - 1, "row")) below.)"
            return first
        }
    }

    private static func sheet(of finding: Finding) -> Substring {
        let place = finding.place.utf8
        let end = place.firstIndex { $0 == UInt8(ascii: "!") || $0 == UInt8(ascii: ":") } ?? place.endIndex
        return finding.place[..<end]
    }

    var text: String {
        let shown = findings.map { finding in
            (
                place: PrintableText.escaped(finding.place), column: PrintableText.escaped(finding.column ?? ""),
                message: PrintableText.escaped(Self.message(finding))
            )
        }
        let placeWidth = shown.map { PrintableText.width($0.place) }.max() ?? 0
        let columnWidth = shown.map { PrintableText.width($0.column) }.max() ?? 0
        var text = ""
        for (index, part) in shown.enumerated() {
            if index > 0, group(findings[index]) != group(findings[index - 1]) { text += "\n" }
            text += padded(part.place, placeWidth) + "  "
            if columnWidth > 0 { text += padded(part.column, columnWidth) + "  " }
            text += label(findings[index].severity) + part.message + "\n"
        }
        return text
    }

    /// The file or sheet, and the row in it.
    private func group(_ finding: Finding) -> String {
        Self.sheet(of: finding) + (finding.row.map { " \($0)" } ?? "")
    }

    /// Findings of settings begin with the key, which stands beside them here.
    private static func message(_ finding: Finding) -> String {
        guard let column = finding.column, finding.message.hasPrefix(column) else { return finding.message }
        let rest = finding.message.dropFirst(column.count)
        guard rest.hasPrefix(": ") || rest.hasPrefix(" ") else { return finding.message }
        return String(rest.drop { $0 == ":" || $0 == " " })
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - PrintableText.width(text)))
    }

    private func label(_ severity: Finding.Severity) -> String {
        let (name, colour) =
            switch severity {
            case .error: ("error", "\u{1b}[1;31m")
            case .warning: ("warning", "\u{1b}[1;33m")
            case .note: ("note", "\u{1b}[36m")
            }
        return colours ? colour + name + ":\u{1b}[0m " : name + ": "
    }

    /// `2 errors, 1 warning, 4 notes`; what there is none of is left out.
    static func counts(_ findings: [Finding]) -> String {
        let parts = [(Finding.Severity.error, "error"), (.warning, "warning"), (.note, "note")].compactMap {
            severity, name in
            let count = findings.reduce(0) { $0 + ($1.severity == severity ? 1 : 0) }
            return count == 0 ? nil : NumberText.counted(count, name)
        }
        return parts.isEmpty ? "nothing to report" : parts.joined(separator: ", ")
    }
}

extension Finding {
    var json: JSONText {
        .object([
            ("severity", .string("\(severity)")), ("place", .string(place)), ("row", .optional(row)),
            ("column", .optional(column)), ("value", .optional(value)), ("message", .string(message)),
        ])
    }
}
