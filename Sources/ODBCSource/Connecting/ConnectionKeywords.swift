import Ports

/// Keywords of a connection with their values, before they are written as one text. Keys differ without regard to case.
struct ConnectionKeywords: Equatable, Sendable {
    private(set) var pairs: [(key: String, value: String)] = []

    static func == (a: Self, b: Self) -> Bool { a.pairs.elementsEqual(b.pairs) { $0 == $1 } }

    subscript(_ key: String) -> String? { pairs.first { Self.same($0.key, key) }?.value }

    /// Replaces the value of a key where it is there already.
    mutating func set(_ key: String, _ value: String?) {
        guard let value else { return }
        if let index = pairs.firstIndex(where: { Self.same($0.key, key) }) {
            pairs[index].value = value
        } else {
            pairs.append((key, value))
        }
    }

    /// Where nobody has said otherwise.
    mutating func setDefault(_ key: String, _ value: String?, unless others: [String] = []) {
        guard !([key] + others).contains(where: { self[$0] != nil }) else { return }
        set(key, value)
    }

    mutating func take(_ keys: [String]) -> String? {
        var found: String?
        for key in keys {
            guard let index = pairs.firstIndex(where: { Self.same($0.key, key) }) else { continue }
            let value = pairs.remove(at: index).value
            found = found ?? value
        }
        return found
    }

    static func same(_ a: String, _ b: String) -> Bool { a.lowercased() == b.lowercased() }

    // MARK: - As text

    /// DRIVER or DSN first, as the driver manager looks for them itself; PWD last, so that nothing stands behind it that a
    /// driver with quotes of its own might take for a part of it.
    func text(for family: DriverFamily) throws(ODBCFault) -> String {
        var text = ""
        for rank in 0...2 {
            for pair in pairs where Self.rank(pair.key) == rank {
                try Self.check(key: pair.key)
                text += pair.key + "=" + (try family.quoted(pair.value, of: pair.key)) + ";"
            }
        }
        return text
    }

    private static func rank(_ key: String) -> Int {
        switch key.uppercased() {
        case "DSN", "DRIVER": 0
        case "PWD": 2
        default: 1
        }
    }

    private static func check(key: String) throws(ODBCFault) {
        let isPlain =
            !key.isEmpty
            && key.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || [0x5F, 0x20, 0x2D].contains($0)
            } && !key.hasPrefix(" ") && !key.hasSuffix(" ")
        guard isPlain else {
            throw ODBCFault(
                .configuration, "\(VisibleText.quoted(key, limit: 40)) is no keyword of an ODBC connection",
                remedy: "Keywords are words of letters and digits, such as Encrypt.")
        }
    }

    // MARK: - From text

    /// Takes `Key=value;Key={va;lue}` apart. A brace ends a value in braces only before a semicolon or the end, and `}}` in it
    /// is one.
    init(parsing text: String) throws(ODBCFault) {
        var rest = text.unicodeScalars[...]
        let blanks: Set<Unicode.Scalar> = [" ", "\t", "\n", "\r"]
        while true {
            rest = rest.drop { blanks.contains($0) || $0 == ";" }
            guard !rest.isEmpty else { return }
            guard let equals = rest.firstIndex(of: "="), !rest[..<equals].contains(";") else {
                // Not shown: it may be the rest of a password with a semicolon in it.
                throw ODBCFault(
                    .configuration, "The ODBC connection text has a part without '='",
                    remedy:
                        "Write Key=value;Key={value with ; or =}, with braces around values that hold special characters."
                )
            }
            var key = String.UnicodeScalarView(rest[..<equals])
            while let last = key.last, blanks.contains(last) { key.removeLast() }
            rest = rest[rest.index(after: equals)...].drop { blanks.contains($0) }
            let value = rest.first == "{" ? Self.braced(&rest) : Self.plain(&rest)
            if self[String(key)] == nil { set(String(key), value) }
        }
    }

    init() {}

    private static func plain(_ rest: inout Substring.UnicodeScalarView) -> String {
        var value = String.UnicodeScalarView(rest.prefix { $0 != ";" })
        rest = rest.dropFirst(value.count)
        while value.last == " " { value.removeLast() }
        return String(value)
    }

    private static func braced(_ rest: inout Substring.UnicodeScalarView) -> String {
        var value = String.UnicodeScalarView()
        rest = rest.dropFirst()
        while let scalar = rest.popFirst() {
            guard scalar == "}" else {
                value.append(scalar)
                continue
            }
            if rest.first == "}" {
                value.append(scalar)
                rest = rest.dropFirst()
                continue
            }
            let behind = rest.drop { $0 == " " }
            if behind.isEmpty || behind.first == ";" {
                rest = behind
                break
            }
            value.append(scalar)
        }
        return String(value)
    }
}
