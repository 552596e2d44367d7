import Ports

/// A user's query, taken apart as far as it takes to read from it: one statement, without the semicolon and comments that
/// may end it, with its WITH clause apart where it has one.
package struct UserQuery: Equatable, Sendable {
    /// The whole statement, to be sent as it is.
    package var text: String
    /// `WITH a AS (…), b AS (…)`, where the statement begins so.
    package var with: String?
    /// What stands behind it; the whole statement where there is no WITH.
    package var body: String
    /// ORDER BY outside of all parentheses.
    package var isOrdered: Bool
    /// TOP, LIMIT, OFFSET, FETCH or FOR outside of all parentheses.
    package var isLimited: Bool

    package init(_ text: String, lexicon: Lexicon) throws(SQLDialectFault) {
        let bytes = Array(text.utf8)
        var scan = QueryScan(bytes, lexicon)
        try scan.run()
        guard let first = scan.words.first else {
            throw SQLDialectFault(.configuration, "The query is empty", remedy: "Give a SELECT statement.")
        }
        func piece(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
        self.text = piece(first.start..<scan.end)
        body = self.text
        with = nil
        var keyword = first
        if first.text == "with" {
            guard let main = scan.words.first(where: { $0.depth == 0 && QueryScan.bodies.contains($0.text) }) else {
                throw Self.refused("begins with WITH and has no SELECT behind it")
            }
            with = piece(first.start..<scan.bodyStart(of: main))
            body = piece(scan.bodyStart(of: main)..<scan.end)
            keyword = main
        }
        guard ["select", "values", "table", "("].contains(keyword.text) else {
            throw Self.refused("begins with \(VisibleText.quoted(keyword.text.uppercased(), limit: 20))")
        }
        // SQL Server needs no semicolon between statements, and reserves these words: without quotes they are no name.
        let writing = lexicon.isTransactSQL ? QueryScan.writing : ["into"]
        if let word = scan.words.first(where: { writing.contains($0.text) && !$0.isMember }) {
            throw Self.refused("holds \(word.text.uppercased())")
        }
        let outside = scan.words.filter { $0.depth == 0 && $0.start >= keyword.start }.map(\.text)
        isOrdered = outside.contains("order")
        isLimited = outside.contains { ["top", "limit", "offset", "fetch", "for"].contains($0) }
    }

    private static func refused(_ what: String) -> SQLDialectFault {
        SQLDialectFault(.configuration, "The query \(what)", remedy: "Give a single SELECT statement that only reads.")
    }

    /// A condition is put into parentheses, and must not leave them: `true) OR (true` would weaken what stands beside it.
    package static func checkCondition(_ text: String, lexicon: Lexicon) throws(SQLDialectFault) {
        let bytes = Array(text.utf8)
        var depth = 0
        var i = 0
        while i < bytes.count {
            let (token, end) = lexicon.token(bytes, at: i)
            if token == .symbol {
                switch bytes[i] {
                case UInt8(ascii: "("): depth += 1
                case UInt8(ascii: ")"): depth -= 1
                case UInt8(ascii: ";"): throw condition("holds a semicolon")
                case UInt8(ascii: "?"): throw condition("holds a question mark outside of quotes")
                case UInt8(ascii: "*") where i > 0 && bytes[i - 1] == UInt8(ascii: "/") && lexicon.isMySQL:
                    throw condition("holds a comment that is executed")
                default: break
                }
            }
            guard depth >= 0 else { break }
            i = end
        }
        guard depth == 0 else { throw condition("has parentheses that do not match") }
        guard bytes.contains(where: { !Lexicon.isBlank($0) }) else { throw condition("is empty") }
    }

    private static func condition(_ what: String) -> SQLDialectFault {
        SQLDialectFault(
            .configuration, "The filter \(what)", remedy: "Give one condition, as it stands behind WHERE.")
    }
}

/// The words of a statement that stand outside of quotes and comments, and where it ends.
struct QueryScan {
    struct Word {
        /// In lower case; `(` for an opening parenthesis outside of all others.
        var text: String
        var start: Int
        var depth: Int
        /// Behind a dot: a column or table, whatever it is called.
        var isMember: Bool
    }

    static let bodies: Set = ["select", "values", "insert", "update", "delete", "merge", "table"]
    static let writing: Set = [
        "insert", "update", "delete", "drop", "truncate", "alter", "create", "grant", "revoke", "deny", "exec",
        "execute",
        "into", "shutdown", "kill", "dbcc", "backup", "restore", "waitfor", "declare",
    ]

    let bytes: [UInt8]
    let lexicon: Lexicon
    private(set) var words: [Word] = []
    /// Behind the last byte that is neither blank, comment nor semicolon.
    private(set) var end = 0

    init(_ bytes: [UInt8], _ lexicon: Lexicon) {
        self.bytes = bytes
        self.lexicon = lexicon
    }

    mutating func run() throws(SQLDialectFault) {
        guard !bytes.contains(0) else {
            throw SQLDialectFault(.configuration, "The query holds a NUL character", remedy: "Take it out.")
        }
        var depth = 0
        var isOver = false
        var before: UInt8 = 0
        var i = 0
        while i < bytes.count {
            let (token, next) = lexicon.token(bytes, at: i)
            defer { i = next }
            if token == .blank || token == .comment { continue }
            if token == .symbol, bytes[i] == UInt8(ascii: ";") {
                isOver = !words.isEmpty
                continue
            }
            guard !isOver else {
                throw SQLDialectFault(
                    .configuration, "The query holds more than one statement", remedy: "Give a single SELECT statement."
                )
            }
            switch token {
            case .word:
                let text = String(decoding: bytes[i..<next], as: UTF8.self).lowercased()
                words.append(Word(text: text, start: i, depth: depth, isMember: before == UInt8(ascii: ".")))
            case .symbol where bytes[i] == UInt8(ascii: "("):
                if depth == 0 { words.append(Word(text: "(", start: i, depth: 0, isMember: false)) }
                depth += 1
            case .symbol where bytes[i] == UInt8(ascii: ")"): depth -= 1
            default:
                // A statement that begins with neither a word nor a parenthesis: the check of its first word names it.
                if words.isEmpty { words.append(Word(text: "", start: i, depth: 0, isMember: false)) }
            }
            guard depth >= 0 else { break }
            before = bytes[i]
            end = next
        }
        guard depth == 0 else {
            throw SQLDialectFault(
                .configuration, "The parentheses of the query do not match", remedy: "Check the query.")
        }
    }

    /// Where the body of a WITH statement begins: its keyword, or the parentheses that open it.
    func bodyStart(of main: Word) -> Int { main.start }
}
