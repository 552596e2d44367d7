import Ports

/// A finding as a compiler would print it: `ingest.toml:12: error: …`.
enum FindingLine {
    static func text(_ finding: Finding, colours: Bool) -> String {
        let place = PrintableText.escaped(finding.place)
        let message = PrintableText.escaped(finding.message)
        let name = "\(finding.severity):"
        guard colours else { return "\(place): \(name) \(message)\n" }
        let colour =
            switch finding.severity {
            case .note: "36"
            case .warning: "33"
            case .error: "31"
            }
        return "\(place): \u{1b}[1;\(colour)m\(name)\u{1b}[0m \(message)\n"
    }
}
