/// Reads and writes lengths of time such as `2s`, `5m`, `24h`.
package enum TimeLength {
    private static let units: [(name: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
    ]

    /// Seconds. Nil where `text` is no time; a number without a unit is none, except 0.
    package static func seconds(_ text: String) -> Double? {
        let plain = text.lowercased().filter { $0 != " " }
        guard let unit = units.first(where: { plain.hasSuffix($0.name) }) else { return plain == "0" ? 0 : nil }
        let digits = plain.dropLast(unit.name.utf8.count)
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), digits.utf8.count <= 15,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let number = Double(digits)
        else { return nil }
        return number * unit.seconds
    }

    /// In the largest unit that says it without a fraction.
    package static func text(_ seconds: Double) -> String {
        if seconds == 0 { return "0s" }
        for (name, length) in units.reversed()
        where seconds >= length && (seconds / length).rounded() == seconds / length {
            return NumberWords.short(seconds / length) + name
        }
        return NumberWords.short(seconds) + "s"
    }
}
