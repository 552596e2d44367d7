import Ports

/// `name=value` lines (`name: value` for headers), or a JSON object of simple values.
enum PairsText {
    struct Mistake: Error {
        var message: String
    }

    static func pairs(_ text: String) throws(Mistake) -> [JobRequest.Pair] {
        let first = text.unicodeScalars.first
        if first == "{" || first == "[" { return try json(text) }
        var pairs: [JobRequest.Pair] = []
        for line in text.split(whereSeparator: \.isNewline) {
            // Pasted from an address: a=1&b=2.
            let parts =
                line.split(separator: "&").allSatisfy({ $0.contains("=") }) ? line.split(separator: "&") : [line]
            for part in parts {
                let clean = CellText.cleaned(String(part)).text
                guard !clean.isEmpty else { continue }
                guard let divider = clean.firstIndex(where: { $0 == "=" || $0 == ":" }), divider > clean.startIndex
                else {
                    throw Mistake(message: "\(VisibleText.quoted(clean)) is not name=value")
                }
                pairs.append(
                    .init(
                        CellText.cleaned(String(clean[..<divider])).text,
                        CellText.cleaned(String(clean[clean.index(after: divider)...])).text))
            }
        }
        return pairs
    }

    private static func json(_ text: String) throws(Mistake) -> [JobRequest.Pair] {
        let value: FlatJSON.Value
        do throws(FlatJSON.Mistake) { value = try FlatJSON.parse(text) } catch {
            throw Mistake(message: "The JSON is not valid: \(error.expected) is expected at character \(error.column)")
        }
        guard case .object(let members) = value else {
            throw Mistake(message: "The JSON is not an object, such as {\"name\": \"value\"}")
        }
        var pairs: [JobRequest.Pair] = []
        for (name, value) in members {
            var items = [value]
            if case .array(let several) = value { items = several }
            for item in items {
                switch item {
                case .null: pairs.append(.init(name, ""))
                case .bool(let flag): pairs.append(.init(name, flag ? "true" : "false"))
                case .number(let text), .string(let text): pairs.append(.init(name, text))
                case .array, .object:
                    throw Mistake(message: "The value of \(VisibleText.quoted(name)) is not a simple value")
                }
            }
        }
        return pairs
    }
}
