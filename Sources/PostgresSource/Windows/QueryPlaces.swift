import Ports
import SQLDialects

/// Where a user's query has `{watermark_from}` and `{watermark_to}`, alone or within quotes of their own. In a comment they
/// mean nothing.
///
/// Not `WatermarkPlaces`, which the other databases share: it takes the name of a type that stands before a place out of the
/// query, since what it puts there is a typed constant or a parameter. Here it stays: `date '{watermark_from}'` is a date
/// also where the column is a timestamptz, and PostgreSQL compares the two as the query says, and plans it by index.
struct QueryPlaces: Equatable, Sendable {
    private enum Piece: Equatable, Sendable {
        case text(String)
        /// `isPlain`: the name of a type stands before it, as in `date '…'`, and wants a text constant behind it.
        case from(isPlain: Bool)
        case to(isPlain: Bool)
    }

    private var pieces: [Piece] = []

    private static let from = Array("{watermark_from}".utf8)
    private static let to = Array("{watermark_to}".utf8)
    /// The last words of types that SQL lets stand before a constant.
    private static let typeWords: Set = ["date", "timestamp", "timestamptz", "zone"]

    init(_ query: String) throws(PostgresFault) {
        let bytes = Array(query.utf8)
        let lexicon = PostgreSQLDialect().lexicon
        var plain: [UInt8] = []
        var wordBefore = ""
        var i = 0
        while i < bytes.count {
            let (token, end) = lexicon.token(bytes, at: i)
            let text = bytes[i..<end]
            var place: (isFrom: Bool, isQuoted: Bool, end: Int)?
            switch token {
            case .quoted:
                let inner = text.dropFirst().dropLast()
                if text.first == UInt8(ascii: "'"), inner.elementsEqual(Self.from) || inner.elementsEqual(Self.to) {
                    place = (inner.elementsEqual(Self.from), true, end)
                } else if Self.holds(text) {
                    throw PostgresFault(
                        .invalidUse, kind: .configuration,
                        "A place of the watermark stands within a longer text: "
                            + VisibleText.quoted(String(decoding: text, as: UTF8.self), limit: 60),
                        remedy: "Write {watermark_from} and {watermark_to} by themselves, without quotes.")
                }
            case .symbol:
                for (name, isFrom) in [(Self.from, true), (Self.to, false)] where bytes[i...].starts(with: name) {
                    place = (isFrom, false, i + name.count)
                }
            case .word, .comment, .blank: break
            }
            if let place {
                pieces.append(.text(String(decoding: plain, as: UTF8.self)))
                plain = []
                let isPlain = place.isQuoted && Self.typeWords.contains(wordBefore)
                pieces.append(place.isFrom ? .from(isPlain: isPlain) : .to(isPlain: isPlain))
                i = place.end
                wordBefore = ""
                continue
            }
            plain += text
            if token != .blank, token != .comment {
                wordBefore = token == .word ? String(decoding: text, as: UTF8.self).lowercased() : ""
            }
            i = end
        }
        pieces.append(.text(String(decoding: plain, as: UTF8.self)))
    }

    private static func holds(_ text: ArraySlice<UInt8>) -> Bool {
        text.indices.contains { text[$0...].starts(with: from) || text[$0...].starts(with: to) }
    }

    var areUsed: Bool { pieces.count > 1 }
    var hasFrom: Bool {
        pieces.contains { if case .from = $0 { true } else { false } }
    }
    var hasTo: Bool {
        pieces.contains { if case .to = $0 { true } else { false } }
    }

    /// `from` and `to` are SQL; behind the name of a type stand the texts, where they are given, or some moment.
    func filled(from: String, to: String, texts: (from: String?, to: String?) = (nil, nil)) -> String {
        pieces.map { piece in
            switch piece {
            case .text(let text): text
            case .from(let isPlain): isPlain ? SQLText.literal(texts.from ?? "epoch") : from
            case .to(let isPlain): isPlain ? SQLText.literal(texts.to ?? "epoch") : to
            }
        }.joined()
    }

    /// The query of one slice: bounds in its places, and what is below or above all values where an end is open.
    func filled(
        _ slice: ReadWindows.Slice, of type: WatermarkType, serverVersion: Int
    ) throws(PostgresFault) -> String {
        var bounds: (low: String?, high: String?) = (nil, nil)
        if case .window(let low, let high) = slice { bounds = (low, high) }
        let isTime = type.ends == .low
        guard let to = bounds.high.map({ type.literal($0) }) ?? type.greatest ?? (hasTo ? nil : "NULL") else {
            throw PostgresFault(
                .invalidUse, kind: .configuration,
                "{watermark_to} has no value: there is no greatest text",
                remedy: "Leave {watermark_to} out of the query; the end of each window is compared outside of it.")
        }
        return filled(
            from: bounds.low.map { type.literal($0) } ?? type.least(serverVersion: serverVersion), to: to,
            texts: (bounds.low ?? (isTime ? "-infinity" : nil), bounds.high ?? (isTime ? "infinity" : nil)))
    }
}
