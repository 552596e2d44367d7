/// Metrics in Prometheus's text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
package enum PrometheusText {
    package static func text(_ families: [MetricFamily]) -> String {
        var out = ""
        for family in families {
            out +=
                "# HELP \(family.name) \(family.help)\n# TYPE \(family.name) \(family.kind == .counter ? "counter" : "gauge")\n"
            for sample in family.samples {
                let labels = sample.labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
                out += "\(family.name){\(labels)} \(number(sample.value))\n"
            }
        }
        return out
    }

    /// "label_value can be any sequence of UTF-8 characters, but the backslash, double-quote, and line feed characters have to
    /// be escaped".
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\"") || $0 == 0x0A }) else {
            return text
        }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    static func number(_ value: MetricFamily.Value) -> String {
        switch value {
        case .int(let number): String(number)
        case .double(let number): fixed(number)
        }
    }

    /// To the microsecond, never with an exponent that a reader may not know.
    static func fixed(_ number: Double) -> String {
        guard number.isFinite, abs(number) < 9e12 else { return "0" }
        let millionths = Int((number * 1e6).rounded())
        let digits = String(millionths.magnitude % 1_000_000)
        let text = String(millionths.magnitude / 1_000_000)
        return (millionths < 0 ? "-" : "") + text + "." + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
