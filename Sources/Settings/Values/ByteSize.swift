/// Reads and writes sizes such as `512MiB`.
package enum ByteSize {
    private static let units: [(name: String, bytes: Int)] = [
        ("tib", 1 << 40), ("gib", 1 << 30), ("mib", 1 << 20), ("kib", 1 << 10), ("tb", 1_000_000_000_000),
        ("gb", 1_000_000_000), ("mb", 1_000_000), ("kb", 1000), ("b", 1),
    ]

    /// Nil where `text` is no size: whole numbers with a unit, `KiB` to `TiB` in steps of 1024, `kB` to `TB` in steps of
    /// 1000, `B`; no unit is bytes.
    package static func bytes(_ text: String) -> Int? {
        let plain = String(text.lowercased().filter { $0 != " " && $0 != "_" })
        let (name, factor) = units.first { plain.hasSuffix($0.name) } ?? ("", 1)
        let digits = plain.dropLast(name.utf8.count)
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(digits) else {
            return nil
        }
        let (result, overflow) = number.multipliedReportingOverflow(by: factor)
        return overflow ? nil : result
    }

    /// In the largest unit of 1024 that says it exactly.
    package static func text(_ bytes: Int) -> String {
        for (name, size) in [("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        where bytes >= size && bytes % size == 0 {
            return "\(bytes / size)\(name)"
        }
        return "\(bytes)B"
    }
}
