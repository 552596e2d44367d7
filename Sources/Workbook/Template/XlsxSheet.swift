import CXlsxWriter

/// A sheet of an `XlsxBook`; rows and columns count from 0, as in libxlsxwriter. Valid while the book is open.
struct XlsxSheet {
    let book: XlsxBook
    let raw: UnsafeMutablePointer<lxw_worksheet>
    let name: String

    // MARK: cells

    func write(_ text: String, _ row: Int, _ column: Int, _ style: CellStyle) throws(TemplateFault) {
        let format = try book.format(style)
        let code =
            text.isEmpty
            ? worksheet_write_blank(raw, UInt32(row), UInt16(column), format)
            : worksheet_write_string(raw, UInt32(row), UInt16(column), text, format)
        try book.check(code, "cell \(place(row, column))")
    }

    func write(_ number: Double, _ row: Int, _ column: Int, _ style: CellStyle) throws(TemplateFault) {
        let code = worksheet_write_number(raw, UInt32(row), UInt16(column), number, try book.format(style))
        try book.check(code, "cell \(place(row, column))")
    }

    /// A link to a cell of this workbook, `Guide!A1`, that reads `text`.
    func link(
        _ text: String, to target: String, tip: String, _ row: Int, _ column: Int, _ style: CellStyle
    ) throws(TemplateFault) {
        let code = worksheet_write_url_opt(
            raw, UInt32(row), UInt16(column), "internal:" + target, try book.format(style), text, tip)
        try book.check(code, "the link in \(place(row, column))")
    }

    func merge(
        _ text: String, row: Int, columns: ClosedRange<Int>, _ style: CellStyle
    ) throws(TemplateFault) {
        let code = worksheet_merge_range(
            raw, UInt32(row), UInt16(columns.lowerBound), UInt32(row), UInt16(columns.upperBound), text,
            try book.format(style))
        try book.check(code, "the merged cells from \(place(row, columns.lowerBound))")
    }

    func comment(_ text: String, _ row: Int, _ column: Int, width: Int, height: Int) throws(TemplateFault) {
        var options = lxw_comment_options()
        let code = withCStrings(["ingest", "Calibri"]) { strings in
            options.author = strings[0]
            options.font_name = strings[1]
            options.font_size = 10
            options.font_family = 2
            options.color = Palette.comment
            options.width = UInt16(width)
            options.height = UInt16(height)
            return worksheet_write_comment_opt(raw, UInt32(row), UInt16(column), text, &options)
        }
        try book.check(code, "the comment on \(place(row, column))")
    }

    // MARK: columns and rows

    func column(_ column: Int, width: Double, style: CellStyle? = nil) throws(TemplateFault) {
        var format: UnsafeMutablePointer<lxw_format>?
        if let style { format = try book.format(style) }
        try book.check(
            worksheet_set_column(raw, UInt16(column), UInt16(column), width, format),
            "the width of column \(column + 1)")
    }

    func row(_ row: Int, height: Double) throws(TemplateFault) {
        try book.check(worksheet_set_row(raw, UInt32(row), height, nil), "the height of row \(row + 1)")
    }

    /// Of all rows that are not set otherwise.
    func defaultRow(height: Double) { worksheet_set_default_row(raw, height, 0) }

    func freeze(rows: Int, columns: Int) { worksheet_freeze_panes(raw, UInt32(rows), UInt16(columns)) }

    // MARK: rules

    func allow(_ rule: EntryRule, rows: ClosedRange<Int>, column: Int) throws(TemplateFault) {
        var words: [String] = []
        if case .words(let given) = rule.allowed {
            guard given.reduce(given.count - 1, { $0 + $1.utf16.count }) <= EntryRule.wordLimit else {
                throw TemplateFault(
                    "The drop-down of column \(column + 1) of '\(name)' has more words than a cell's rule takes")
            }
            words = given
        }
        var validation = lxw_data_validation()
        var formula = ""
        switch rule.allowed {
        case .words: validation.validate = UInt8(LXW_VALIDATION_TYPE_LIST.rawValue)
        case .named(let name):
            validation.validate = UInt8(LXW_VALIDATION_TYPE_LIST_FORMULA.rawValue)
            formula = "=" + name
        case .wholeNumbers(let range):
            validation.validate = UInt8(LXW_VALIDATION_TYPE_INTEGER.rawValue)
            validation.criteria = UInt8(LXW_VALIDATION_CRITERIA_BETWEEN.rawValue)
            validation.minimum_number = Double(range.lowerBound)
            validation.maximum_number = Double(range.upperBound)
        case .numbers(let range):
            validation.validate = UInt8(LXW_VALIDATION_TYPE_DECIMAL.rawValue)
            validation.criteria = UInt8(LXW_VALIDATION_CRITERIA_BETWEEN.rawValue)
            validation.minimum_number = range.lowerBound
            validation.maximum_number = range.upperBound
        case .formula(let text):
            validation.validate = UInt8(LXW_VALIDATION_TYPE_CUSTOM_FORMULA.rawValue)
            formula = "=" + text
        case .anything: validation.validate = UInt8(LXW_VALIDATION_TYPE_ANY.rawValue)
        }
        if rule.answer == .ask { validation.error_type = UInt8(LXW_VALIDATION_ERROR_TYPE_WARNING.rawValue) }
        if rule.answer == .accept { validation.show_error = UInt8(LXW_VALIDATION_OFF.rawValue) }
        let hint = rule.hint ?? ("", "")
        let complaint = rule.complaint ?? ("", "")
        let texts = [
            formula, EntryRule.fitted(hint.title, to: EntryRule.titleLimit),
            EntryRule.fitted(hint.text, to: EntryRule.textLimit),
            EntryRule.fitted(complaint.title, to: EntryRule.titleLimit),
            EntryRule.fitted(complaint.text, to: EntryRule.textLimit),
        ]
        let code = withCStrings(texts + words) { strings in
            if !formula.isEmpty { validation.value_formula = strings[0] }
            if rule.hint != nil {
                validation.input_title = strings[1]
                validation.input_message = strings[2]
            }
            if rule.complaint != nil {
                validation.error_title = strings[3]
                validation.error_message = strings[4]
            }
            var list: [UnsafeMutablePointer<CChar>?] = strings[5...].map { $0 } + [nil]
            return list.withUnsafeMutableBufferPointer { list in
                if !words.isEmpty { validation.value_list = list.baseAddress }
                return worksheet_data_validation_range(
                    raw, UInt32(rows.lowerBound), UInt16(column), UInt32(rows.upperBound), UInt16(column), &validation)
            }
        }
        try book.check(code, "the rule for column \(column + 1) of '\(name)'")
    }

    func look(_ rule: LookRule, rows: ClosedRange<Int>, columns: ClosedRange<Int>) throws(TemplateFault) {
        let format = try book.difference(rule.style)
        var conditional = lxw_conditional_format()
        conditional.type = UInt8(LXW_CONDITIONAL_TYPE_FORMULA.rawValue)
        conditional.format = format
        conditional.stop_if_true = rule.isLast ? 1 : 0
        let code = withCStrings(["=" + rule.formula]) { strings in
            conditional.value_string = strings[0]
            return worksheet_conditional_format_range(
                raw, UInt32(rows.lowerBound), UInt16(columns.lowerBound), UInt32(rows.upperBound),
                UInt16(columns.upperBound), &conditional)
        }
        try book.check(code, "the conditional format of '\(name)'")
    }

    // MARK: the table

    func table(
        _ tableName: String, rows: ClosedRange<Int>, headers: [String]
    ) throws(TemplateFault) {
        let code = withCStrings([tableName] + headers) { strings in
            var columns = strings.dropFirst().map { header in
                var column = lxw_table_column()
                column.header = header
                return column
            }
            return columns.withUnsafeMutableBufferPointer { columns in
                var pointers: [UnsafeMutablePointer<lxw_table_column>?] =
                    columns.indices.map { columns.baseAddress! + $0 } + [nil]
                return pointers.withUnsafeMutableBufferPointer { pointers in
                    var options = lxw_table_options()
                    options.name = strings[0]
                    // The stripes are a conditional format: readers that ignore table styles show them too.
                    options.no_banded_rows = 1
                    options.style_type = UInt8(LXW_TABLE_STYLE_TYPE_LIGHT.rawValue)
                    options.style_type_number = 1
                    options.columns = pointers.baseAddress
                    return worksheet_add_table(
                        raw, UInt32(rows.lowerBound), 0, UInt32(rows.upperBound), UInt16(headers.count - 1), &options)
                }
            }
        }
        try book.check(code, "the table '\(tableName)'")
    }

    private func place(_ row: Int, _ column: Int) -> String {
        "\(name)!\(CellReference(row: row + 1, column: column + 1))"
    }
}
