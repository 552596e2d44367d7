/// Reads the table of texts in the form in which every spreadsheet program writes it:
///
///     table := '<si>' unit* …          unit := '<t' (' xml:space="preserve"')? '>' text '</t></si><si>'
///
/// A unit ends where the next text has begun, so that libxml2, which saw the first `<si>`, is handed the last one's text as
/// if it were that. Nothing else is accepted (rich text, phonetic hints): as in `SheetRowScanner`, it is left to libxml2
/// with all behind it.
struct TextTableScanner: ~Copyable, PartScanner {
    static let opening: StaticString = "<si>"

    private let handler: SharedStringsHandler
    private var texts: [String] = []
    private var scratch = TextBuffer()

    init(_ handler: SharedStringsHandler) { self.handler = handler }

    var mayBegin: Bool { handler.isAtFirstText }

    mutating func handOver() {
        handler.begin(with: texts)
        texts = []
    }

    mutating func take(_ bytes: UnsafeBufferPointer<UInt8>) -> (taken: Int, stop: ScanStop) {
        guard let base = bytes.baseAddress else { return (0, .needsMore) }
        var cursor = ByteCursor(base, base + bytes.count)
        var taken = 0
        while texts.count < SharedStringsHandler.maximumCount, let text = unit(&cursor) {
            texts.append(EscapedText.decoded(text))
            taken = cursor.position - base
        }
        // A unit whose end is there, and that could not be read all the same, will not be read with more bytes either.
        let rest = ByteCursor(base + taken, base + bytes.count)
        let leaves = texts.count == SharedStringsHandler.maximumCount || rest.find(Self.opening) != nil
        return (taken, leaves ? .leaves : .needsMore)
    }

    @inline(__always)
    private mutating func unit(_ cursor: inout ByteCursor) -> UnsafeBufferPointer<UInt8>? {
        guard cursor.skip("<t>") || cursor.skip("<t xml:space=\"preserve\">"), let text = cursor.text(&scratch),
            cursor.skip("</t></si><si>")
        else { return nil }
        return text
    }
}
