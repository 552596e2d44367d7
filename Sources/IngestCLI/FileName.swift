/// Decides what the file of a table is called.
package enum FileName {
    static let suffix = ".parquet"

    /// The last part of `sales.orders` or `"Odd.Name"."My Table"`, made fit for a file system: no slash, no control
    /// character, no leading dot, not too long.
    package static func stem(ofTable object: String) -> String {
        let last = parts(ofTable: object).last ?? ""
        var safe = ""
        for scalar in last.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            let isReserved = "/\\:*?\"<>|".unicodeScalars.contains(scalar)
            safe.unicodeScalars.append(isControl || isReserved ? "_" : scalar)
        }
        while safe.hasPrefix(".") { safe = "_" + safe.dropFirst() }
        if safe.hasPrefix("-") { safe = "_" + safe.dropFirst() }
        var stem = ""
        // 255 bytes are allowed; number and suffix need some.
        for character in safe {
            if stem.utf8.count + character.utf8.count > 200 { break }
            stem.append(character)
        }
        return stem.isEmpty ? "table" : stem
    }

    /// Splits at dots outside double quotes; `""` within quotes is one quote. A name without quotes is folded to lower
    /// case, as PostgreSQL does: `Orders` and `orders` are one table and get one file.
    static func parts(ofTable object: String) -> [String] {
        var parts: [String] = []
        var part = ""
        var quoted = false
        var characters = Array(object)[...]
        while let character = characters.popFirst() {
            switch character {
            case "\"" where quoted && characters.first == "\"":
                part.append("\"")
                characters.removeFirst()
            case "\"": quoted.toggle()
            case "." where !quoted:
                parts.append(part)
                part = ""
            default: part += quoted ? String(character) : character.lowercased()
            }
        }
        parts.append(part)
        return parts.filter { !$0.isEmpty }
    }

    /// `orders-3.parquet` for 3.
    static func numbered(_ stem: String, _ number: Int) -> String { "\(stem)-\(number)\(suffix)" }

    /// Whether `name` may be a file of a copy of `stem`: `stem.parquet` or `stem-N.parquet`.
    static func belongs(_ name: String, to stem: String) -> Bool {
        guard name.hasPrefix(stem), name.hasSuffix(suffix), name.utf8.count >= stem.utf8.count + suffix.utf8.count
        else {
            return false
        }
        let middle = name.dropFirst(stem.count).dropLast(suffix.count)
        if middle.isEmpty { return true }
        guard middle.hasPrefix("-"), let number = Int(middle.dropFirst()) else { return false }
        return number > 0 && middle.dropFirst() == String(number)
    }
}
