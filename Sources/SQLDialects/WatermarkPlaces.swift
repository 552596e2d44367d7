import Ports

/// The places `{watermark_from}` and `{watermark_to}` of a user's query, found where they stand as a value: alone, or alone
/// within quotes (`'{watermark_from}'`, `TIMESTAMP '{watermark_from}'`, `N'{watermark_from}'`), which then go with them.
/// In comments they are left as they are; within a longer text or a name they are refused.
package struct WatermarkPlaces: Equatable, Sendable {
    private enum Piece: Equatable, Sendable {
        case text(String)
        case from, to
    }

    private static let names: [(text: [UInt8], piece: Piece)] = [
        (Array("{watermark_from}".utf8), .from), (Array("{watermark_to}".utf8), .to),
    ]
    /// Words that make a typed constant of the text behind them.
    private static let typeWords: Set = ["timestamp", "timestamptz", "date", "datetime", "n"]

    private var pieces: [Piece] = []

    package var hasFrom: Bool { pieces.contains(.from) }
    package var hasTo: Bool { pieces.contains(.to) }

    /// Nil where the query has none of both.
    package init?(_ query: String, lexicon: Lexicon) throws(SQLDialectFault) {
        let bytes = Array(query.utf8)
        var start = 0
        var i = 0
        /// Where the last word began, if nothing but blanks stands behind it.
        var word: (start: Int, end: Int)?
        func put(_ piece: Piece, replacing range: Range<Int>) {
            pieces.append(.text(String(decoding: bytes[start..<range.lowerBound], as: UTF8.self)))
            pieces.append(piece)
            start = range.upperBound
        }
        while i < bytes.count {
            let (token, end) = lexicon.token(bytes, at: i)
            var next = end
            switch token {
            case .symbol where bytes[i] == UInt8(ascii: "{"):
                if let name = Self.names.first(where: { bytes[i...].starts(with: $0.text) }) {
                    next = i + name.text.count
                    put(name.piece, replacing: i..<next)
                }
            case .quoted:
                if let piece = try Self.piece(quoted: bytes[i..<end], lexicon) {
                    put(piece, replacing: Self.begin(of: i, word, bytes)..<end)
                }
            default: break
            }
            if token == .word { word = (i, next) } else if token != .blank { word = nil }
            i = next
        }
        guard !pieces.isEmpty else { return nil }
        pieces.append(.text(String(decoding: bytes[start...], as: UTF8.self)))
    }

    /// The whole of a quoted text is a place; or it has none in it.
    private static func piece(quoted: ArraySlice<UInt8>, _ lexicon: Lexicon) throws(SQLDialectFault) -> Piece? {
        let text = String(decoding: quoted, as: UTF8.self)
        guard names.contains(where: { text.contains(String(decoding: $0.text, as: UTF8.self)) }) else { return nil }
        let quotes: Set<Character> = lexicon.isMySQL ? ["'", "\""] : ["'"]
        // A letter may stand before the quotation mark: E'…'.
        let body = text.first.map { $0.isLetter } == true ? text.dropFirst() : text[...]
        if let quote = body.first, quotes.contains(quote), body.last == quote,
            let name = names.first(where: { body.dropFirst().dropLast().utf8.elementsEqual($0.text) })
        {
            return name.piece
        }
        throw SQLDialectFault(
            .configuration, "A place for the watermark stands within \(VisibleText.quoted(text, limit: 60))",
            remedy: "Let {watermark_from} and {watermark_to} stand for the whole value: c >= {watermark_from}.")
    }

    /// Where a constant begins: at the word that types it, if one stands before the quotes.
    private static func begin(of quote: Int, _ word: (start: Int, end: Int)?, _ bytes: [UInt8]) -> Int {
        guard let word else { return quote }
        let text = String(decoding: bytes[word.start..<word.end], as: UTF8.self).lowercased()
        guard typeWords.contains(text), text != "n" || word.end == quote else { return quote }
        return word.start
    }

    /// - Parameters: SQL of the values, each of the column's own type (`KeyType.literal`), or parameter markers.
    package func filled(from: String, to: String) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            // Blanks: nothing may grow together with what stands beside it.
            case .from: " \(from) "
            case .to: " \(to) "
            }
        }.joined()
    }
}
