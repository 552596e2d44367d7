import CXlsxWriter

/// How a sheet is printed and what is seen of it first.
extension XlsxSheet {
    struct Page {
        var footer: String
        /// Rows 0 to this one are on every page.
        var repeatedRows: Int?
        var repeatedColumns: Int?
        /// As wide as one page; else at `scale` per cent, over as many pages as it takes.
        var fitsWidth = true
        var scale = 100
        var columnBreaks: [Int] = []
        var rowBreaks: [Int] = []
    }

    func page(_ page: Page) throws(TemplateFault) {
        worksheet_set_landscape(raw)
        worksheet_set_paper(raw, 9)  // A4
        worksheet_set_margins(raw, 0.4, 0.4, 0.5, 0.6)
        try book.check(worksheet_set_footer(raw, page.footer), "the footer of '\(name)'")
        if let last = page.repeatedRows {
            try book.check(worksheet_repeat_rows(raw, 0, UInt32(last)), "the repeated rows of '\(name)'")
        }
        if let last = page.repeatedColumns {
            try book.check(worksheet_repeat_columns(raw, 0, UInt16(last)), "the repeated columns of '\(name)'")
        }
        if page.fitsWidth {
            worksheet_fit_to_pages(raw, 1, 0)
        } else {
            worksheet_set_print_scale(raw, UInt16(page.scale))
        }
        if !page.columnBreaks.isEmpty {
            var breaks = page.columnBreaks.map { UInt16($0) } + [0]
            try book.check(worksheet_set_v_pagebreaks(raw, &breaks), "the page breaks of '\(name)'")
        }
        if !page.rowBreaks.isEmpty {
            var breaks = page.rowBreaks.map { UInt32($0) } + [0]
            try book.check(worksheet_set_h_pagebreaks(raw, &breaks), "the page breaks of '\(name)'")
        }
    }

    func tab(_ color: UInt32) { worksheet_set_tab_color(raw, color) }
    func hide() { worksheet_hide(raw) }
    func showFirst() { worksheet_activate(raw) }
    func select(_ row: Int, _ column: Int) {
        worksheet_set_selection(raw, UInt32(row), UInt16(column), UInt32(row), UInt16(column))
    }
    func hideGridlines() { worksheet_gridlines(raw, UInt8(LXW_HIDE_ALL_GRIDLINES.rawValue)) }
    func zoom(_ percent: Int) { worksheet_set_zoom(raw, UInt16(percent)) }

    /// No green corner for numbers that are meant as text.
    func allowNumbersAsText(_ range: String) throws(TemplateFault) {
        try book.check(
            worksheet_ignore_errors(raw, UInt8(LXW_IGNORE_NUMBER_STORED_AS_TEXT.rawValue), range), "'\(name)'")
    }
}
