/// From patches to the bytes of the parts that change. Nothing is written here.
struct WorkbookEdit {
    /// By the entry's index in the archive.
    private(set) var parts: [Int: [UInt8]] = [:]
    private(set) var cells = 0
    private(set) var notes: [String] = []
    /// What each cell shall hold, by the sheet's own name: texts cut to what a cell takes, times to milliseconds.
    private(set) var values: [String: [CellReference: CellPatch.Value]] = [:]

    /// Excel's own limit for one cell, in UTF-16 units.
    static let maximumText = 32_767

    private let file: WorkbookFile
    private var styles: StyleSplice?
    private var stylesIndex: Int?

    init(_ file: WorkbookFile, _ patches: [CellPatch]) throws(WorkbookFault) {
        self.file = file
        for patch in patches {
            let sheet = try file.contents.sheet(patch.sheet)
            values[sheet.name, default: [:]][patch.reference] = try Self.checked(patch)
        }
        for (name, values) in values.sorted(by: { $0.key < $1.key }) {
            try edit(try file.contents.sheet(name), values)
        }
        if let changed = styles?.result(), let stylesIndex { parts[stylesIndex] = changed }
    }

    private static func checked(_ patch: CellPatch) throws(WorkbookFault) -> CellPatch.Value {
        let reference = patch.reference
        guard (1...CellReference.maximumRow).contains(reference.row),
            (1...CellReference.maximumColumn).contains(reference.column)
        else { throw WorkbookFault(.invalidUse, "Row \(reference.row), column \(reference.column) is no cell.") }
        switch patch.value {
        case .number(let number) where !number.isFinite:
            throw WorkbookFault(.invalidUse, "\(patch.sheet)!\(reference): \(number) cannot be written into a cell.")
        case .text(let text): return text.isEmpty ? .empty : .text(shortened(text))
        case .exactText(let text):
            guard text.utf16.count <= maximumText else {
                throw WorkbookFault(
                    .invalidUse,
                    "\(patch.sheet)!\(reference): a cell holds \(maximumText) characters, not "
                        + "\(text.utf16.count).")
            }
            return text.isEmpty ? .empty : patch.value
        case .dateTime(var date):
            // A serial near today is exact to 0.6 microseconds, which is not enough for them to come back as they were.
            date.microseconds -= date.microseconds % 1000
            return .dateTime(date)
        case .number, .boolean, .empty: return patch.value
        }
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf16.count > maximumText else { return text }
        var length = 0
        let kept = text.prefix { character in
            length += character.utf16.count
            return length < maximumText
        }
        return kept + "…"
    }

    private mutating func edit(
        _ sheet: WorkbookContents.Sheet, _ values: [CellReference: CellPatch.Value]
    ) throws(WorkbookFault) {
        let contents = file.contents
        let part = try contents.index(of: sheet)
        let before = try contents.read(sheet, fillingMerges: false)
        let held = Self.cells(of: before, at: values)
        let bytes = try contents.parts.archive.read(part, atMost: WorkbookContents.Limit.sheet)
        let index = try Self.index(bytes, Set(values.keys), place: "\(file.path): '\(sheet.part)'")
        let headers = try TableHeaders(contents.parts, sheet: contents.parts.archive.entries[part].name)
        var writes: [SheetSplice.CellWrite] = []
        for (reference, value) in values.sorted(by: { $0.key < $1.key }) {
            if index.cells[reference]?.hasFormula == true {
                notes.append("\(sheet.name)!\(reference) holds a formula and was left as it is.")
                continue
            }
            if !Self.holds(held[reference], value), let table = headers.table(at: reference) {
                notes.append(
                    "\(sheet.name)!\(reference) is a header of the table \(table) and was left as it is: the table has the "
                        + "same words once more.")
                self.values[sheet.name]?.removeValue(forKey: reference)
                continue
            }
            let style = index.style(at: reference)
            let wanted = try self.style(style, for: value)
            if wanted == style, Self.holds(held[reference], value) { continue }
            writes.append(SheetSplice.CellWrite(reference: reference, value: value, style: wanted))
        }
        guard !writes.isEmpty else { return }
        cells += writes.count
        parts[part] = bytes.withUnsafeBufferPointer { buffer in
            SheetSplice(index: index, bytes: buffer, is1904: contents.is1904).apply(writes)
        }
    }

    private static func index(
        _ bytes: [UInt8], _ wanted: Set<CellReference>, place: String
    ) throws(WorkbookFault) -> SheetIndex {
        try PartEncoding.check(bytes, place: place)
        let index = bytes.withUnsafeBufferPointer { SheetIndex($0, wanted: wanted) }
        guard index.data != nil else {
            throw WorkbookFault(
                .unsupported,
                "\(place) is not written as Excel and LibreOffice do, so that it cannot be changed in place.",
                remedy: "Open it in Excel or LibreOffice and save it once.")
        }
        return index
    }

    // MARK: Values

    private static func cells(
        of table: SheetTable, at wanted: [CellReference: CellPatch.Value]
    ) -> [CellReference: SheetCell] {
        let rows = Set(wanted.keys.map(\.row))
        var result: [CellReference: SheetCell] = [:]
        for row in table.rows where rows.contains(row.number) {
            for cell in row.cells {
                let reference = CellReference(row: row.number, column: cell.column)
                if wanted[reference] != nil { result[reference] = cell }
            }
        }
        return result
    }

    /// Whether the cell holds this already.
    static func holds(_ cell: SheetCell?, _ value: CellPatch.Value) -> Bool {
        switch (value, cell?.value ?? .empty) {
        case (.empty, .empty): return true
        case (.text(let new), .text(let old)), (.exactText(let new), .text(let old)): return new == old
        case (.number(let new), .number(let old, _)): return new == old
        case (.boolean(let new), .boolean(let old)): return new == old
        case (.dateTime(let new), .date(let old)): return new.days == old.days && new.microseconds == old.microseconds
        default: return false
        }
    }

    // MARK: Styles

    private mutating func style(_ style: Int, for value: CellPatch.Value) throws(WorkbookFault) -> Int {
        let kind = try file.contents.styles().kind(style, 1)
        switch value {
        case .text, .boolean, .empty: return style
        case .exactText: return try changed(style, .text)
        case .number: return kind == .number || kind == .percent ? style : try changed(style, .general)
        case .dateTime(let date):
            switch (date.form, kind) {
            case (.duration, .duration), (.time, .time), (.time, .duration): return style
            case (.date, .date), (.date, .dateTime), (.dateTime, .date), (.dateTime, .dateTime), (.dateTime, .time):
                return style
            case (.duration, _): return try changed(style, .duration)
            case (.time, _): return try changed(style, .time)
            case (.date, _): return try changed(style, .date)
            case (.dateTime, _): return try changed(style, .dateTime)
            }
        }
    }

    private mutating func changed(_ style: Int, _ format: StyleSplice.Format) throws(WorkbookFault) -> Int {
        if styles == nil {
            let contents = file.contents
            guard let part = contents.stylesPart(), let index = contents.parts.index(of: part) else {
                throw WorkbookFault(
                    .unsupported, "\(file.path) has no table of styles, so that dates cannot be written into it.",
                    remedy: "Open it in Excel or LibreOffice and save it once.")
            }
            stylesIndex = index
            styles = try StyleSplice(
                contents.parts.archive.read(index, atMost: WorkbookContents.Limit.styles), path: file.path)
        }
        return styles!.style(like: style, with: format)
    }
}
