import CXlsxWriter
import Ports

/// Owns a workbook that libxlsxwriter writes. Nothing is at `path` before `finish` has returned.
final class XlsxBook {
    private var raw: UnsafeMutablePointer<lxw_workbook>?
    private var formats: [CellStyle: UnsafeMutablePointer<lxw_format>] = [:]
    private let path: String

    init(path: String) throws(TemplateFault) {
        self.path = path
        guard let raw = workbook_new(path) else {
            throw TemplateFault("The workbook could not be begun: out of memory")
        }
        self.raw = raw
    }

    deinit {
        // workbook_close() frees on all its ways out; this is for a workbook that was given up before.
        if let raw { lxw_workbook_free(raw) }
    }

    func sheet(_ name: String) throws(TemplateFault) -> XlsxSheet {
        guard let sheet = workbook_add_worksheet(open, name) else {
            throw TemplateFault("The sheet '\(name)' could not be made")
        }
        return XlsxSheet(book: self, raw: sheet, name: name)
    }

    /// A name for a range, `=Lists!$A$2:$A$9`, that formulas and drop-downs use.
    func define(_ name: String, as range: String) throws(TemplateFault) {
        try check(workbook_define_name(open, name, "=" + range), "the name '\(name)'")
    }

    /// `created` is a parameter so that the same workbook is written as the same bytes at any time.
    func describe(title: String, subject: String, keywords: String, comments: String, created: Int)
        throws(TemplateFault)
    {
        var properties = lxw_doc_properties()
        let code = withCStrings([title, subject, "ingest", "Data ingestion", keywords, comments]) { strings in
            properties.title = strings[0]
            properties.subject = strings[1]
            properties.author = strings[2]
            properties.category = strings[3]
            properties.keywords = strings[4]
            properties.comments = strings[5]
            properties.created = created
            return workbook_set_properties(open, &properties)
        }
        try check(code, "the document's properties")
    }

    /// Writes the file.
    func finish() throws(TemplateFault) {
        let book = open
        raw = nil
        formats = [:]
        let code = workbook_close(book)
        guard code == LXW_NO_ERROR else {
            throw TemplateFault("The workbook \(path) could not be written: \(Self.text(of: code))")
        }
    }

    func format(_ style: CellStyle) throws(TemplateFault) -> UnsafeMutablePointer<lxw_format> {
        if let known = formats[style] { return known }
        guard let format = workbook_add_format(open) else { throw TemplateFault("Out of memory for a cell format") }
        style.apply(to: format)
        formats[style] = format
        return format
    }

    /// A format for a conditional format: only what differs from the cell's own look.
    func difference(_ style: CellStyle) throws(TemplateFault) -> UnsafeMutablePointer<lxw_format> {
        guard let format = workbook_add_format(open) else { throw TemplateFault("Out of memory for a cell format") }
        if style.isBold { format_set_bold(format) }
        if style.isItalic { format_set_italic(format) }
        if let color = style.color { format_set_font_color(format, color) }
        if let fill = style.fill { format_set_bg_color(format, fill) }
        return format
    }

    func check(_ code: lxw_error, _ what: @autoclosure () -> String) throws(TemplateFault) {
        guard code == LXW_NO_ERROR else { throw TemplateFault("In the workbook, \(what()): \(Self.text(of: code))") }
    }

    private var open: UnsafeMutablePointer<lxw_workbook> {
        guard let raw else { preconditionFailure("the workbook is finished") }
        return raw
    }

    private static func text(of code: lxw_error) -> String {
        guard let text = lxw_strerror(code) else { return "error \(code.rawValue)" }
        return String(cString: text)
    }
}

extension CellStyle {
    fileprivate func apply(to format: UnsafeMutablePointer<lxw_format>) {
        format_set_font_name(format, "Calibri")
        format_set_font_size(format, size)
        if isBold { format_set_bold(format) }
        if isItalic { format_set_italic(format) }
        if let color { format_set_font_color(format, color) }
        if let fill { format_set_bg_color(format, fill) }
        switch horizontal {
        case .left: format_set_align(format, UInt8(LXW_ALIGN_LEFT.rawValue))
        case .center: format_set_align(format, UInt8(LXW_ALIGN_CENTER.rawValue))
        case .right: format_set_align(format, UInt8(LXW_ALIGN_RIGHT.rawValue))
        case nil: break
        }
        switch vertical {
        case .top: format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_TOP.rawValue))
        case .center: format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
        case .bottom: format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_BOTTOM.rawValue))
        case nil: break
        }
        if indent > 0 { format_set_indent(format, indent) }
        if wraps { format_set_text_wrap(format) }
        if let numberFormat { format_set_num_format(format, numberFormat) }
        if let lineBelow {
            format_set_bottom(format, UInt8((lineBelowIsThick ? LXW_BORDER_MEDIUM : LXW_BORDER_THIN).rawValue))
            format_set_bottom_color(format, lineBelow)
        }
        if let lineLeft {
            format_set_left(format, UInt8(LXW_BORDER_THIN.rawValue))
            format_set_left_color(format, lineLeft)
        }
    }
}

/// C strings that live as long as `body` runs. libxlsxwriter copies what it is given.
func withCStrings<R>(_ texts: [String], _ body: ([UnsafeMutablePointer<CChar>]) -> R) -> R {
    let all = texts.map { text in
        let bytes = text.utf8CString
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
        copy.initialize(from: Array(bytes), count: bytes.count)
        return copy
    }
    defer { for text in all { text.deallocate() } }
    return body(all)
}
