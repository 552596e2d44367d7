/// Elements of SpreadsheetML, transitional or strict.
class SpreadsheetHandler: XMLHandler {
    static let names: [StaticString] = [
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://purl.oclc.org/ooxml/spreadsheetml/main",
    ]

    override var namespaces: [StaticString] { Self.names }
}

/// The sheets and the date system, from the workbook part.
final class WorkbookPartHandler: SpreadsheetHandler {
    struct Sheet {
        var name: String
        var isHidden: Bool
        var relationship: String
    }

    private(set) var sheets: [Sheet] = []
    private(set) var is1904 = false

    override func start(_ name: XMLName, _ attributes: XMLAttributes) {
        if name == "sheet" {
            guard let title = attributes.text("name"), let relationship = attributes.relationship() else { return }
            let state = attributes.text("state")
            sheets.append(
                Sheet(
                    name: title, isHidden: state == "hidden" || state == "veryHidden", relationship: relationship))
        } else if name == "workbookPr" {
            is1904 = attributes.flag("date1904")
        }
    }
}

/// The table of texts that cells refer to by number.
final class SharedStringsHandler: SpreadsheetHandler {
    static let maximumCount = 2_000_000

    private(set) var strings: [String] = []
    private let path: String
    private var buffer = TextBuffer()
    private var isInText = false
    private var isPhonetic = false
    private var itemDepth = 0

    init(path: String) { self.path = path }

    override func start(_ name: XMLName, _ attributes: XMLAttributes) {
        if name.onlyLetter == UInt8(ascii: "t") {
            isInText = !isPhonetic
        } else if name == "si" {
            buffer.clear()
            itemDepth = depth
        } else if name == "rPh" {
            // How a Japanese text is read aloud; not part of the text.
            isPhonetic = true
        }
    }

    /// Right behind the first `<si>`, in no element of another namespace.
    var isAtFirstText: Bool {
        strings.isEmpty && depth == itemDepth && depth > 0 && buffer.isEmpty && !isInText && !isPhonetic && fault == nil
    }

    /// The first texts; of what follows them, the beginning of the first is known already.
    func begin(with texts: [String]) { strings = texts }

    override func text(_ bytes: UnsafeBufferPointer<UInt8>) {
        if isInText { buffer.append(bytes) }
    }

    override func end(_ name: XMLName) {
        if name.onlyLetter == UInt8(ascii: "t") {
            isInText = false
        } else if name == "si" {
            guard strings.count < Self.maximumCount else {
                return fail(
                    WorkbookFault(.tooLarge, "\(path) has more than \(Self.maximumCount) different texts."))
            }
            strings.append(EscapedText.decoded(buffer.bytes))
        } else if name == "rPh" {
            isPhonetic = false
        }
    }
}

/// What kind of number each cell style makes of its value.
final class StylesHandler: SpreadsheetHandler {
    private var custom: [Int: NumberFormat] = [:]
    private var formats: [Int] = []
    private var isInCells = false

    override func start(_ name: XMLName, _ attributes: XMLAttributes) {
        if name == "xf" {
            if isInCells { formats.append(attributes.integer("numFmtId") ?? 0) }
        } else if name == "cellXfs" {
            isInCells = true
        } else if name == "numFmt" {
            // Inside <dxf> too: those have ids of their own, but never before the real ones.
            guard let id = attributes.integer("numFmtId"), custom[id] == nil else { return }
            custom[id] = attributes.text("formatCode").map(NumberFormat.init)
        }
    }

    override func end(_ name: XMLName) {
        if name == "cellXfs" { isInCells = false }
    }

    var styles: CellStyles {
        CellStyles(
            formats.map { id in
                guard let format = custom[id] else { return .plain(NumberFormat.builtIn(id)) }
                return format.onlyKind.map { .plain($0) } ?? .byValue(format)
            })
    }
}

/// By the number in a cell's `s`.
struct CellStyles {
    enum Style {
        case plain(NumberFormat.Kind)
        case byValue(NumberFormat)
    }

    private let styles: [Style]

    init(_ styles: [Style]) { self.styles = styles }

    func kind(_ style: Int, _ value: Double) -> NumberFormat.Kind {
        guard style < styles.count else { return .number }
        switch styles[style] {
        case .plain(let kind): return kind
        case .byValue(let format): return format.kind(of: value)
        }
    }
}
