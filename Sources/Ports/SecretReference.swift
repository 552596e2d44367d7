/// Says where a secret is kept, instead of the secret: `${env:NAME}`, `${file:PATH}`, `${vault:PATH#KEY}`.
package struct SecretReference: Equatable, Hashable, Sendable, CustomStringConvertible {
    /// Who keeps it: `env`, `file`, `vault`…, in lower case.
    package var scheme: String
    /// What that keeper calls it.
    package var name: String

    package init(scheme: String, name: String) {
        self.scheme = scheme
        self.name = name
    }

    /// Nil unless the whole of `text` is one reference.
    package init?(_ text: String) {
        guard text.hasPrefix("${"), text.hasSuffix("}"), text.utf8.count > 4 else { return nil }
        let inside = text.dropFirst(2).dropLast()
        guard let colon = inside.firstIndex(of: ":") else { return nil }
        let scheme = inside[..<colon]
        guard let first = scheme.utf8.first, Self.isLetter(first),
            scheme.utf8.allSatisfy({ Self.isLetter($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        let name = inside[inside.index(after: colon)...]
        guard !name.isEmpty, !name.contains("}"), !name.utf8.contains(where: { $0 < 0x20 }) else { return nil }
        self.scheme = scheme.lowercased()
        self.name = String(name)
    }

    /// As it is written in a file.
    package var description: String { "${\(scheme):\(name)}" }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) && byte != 0x20 }
}
