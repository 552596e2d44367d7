/// The bytes of a sheet with some cells written anew and all others as they were.
///
/// Text is written as an inline string: the table of shared strings stays as it is, and so does every cell that refers to
/// it by number. Excel and LibreOffice read inline strings and make shared ones of them when they save.
struct SheetSplice {
    struct CellWrite {
        var reference: CellReference
        var value: CellPatch.Value
        var style: Int
    }

    let index: SheetIndex
    let bytes: UnsafeBufferPointer<UInt8>
    let is1904: Bool

    func apply(_ writes: [CellWrite]) -> [UInt8] {
        var edits: [ByteEdit] = []
        var newRows: [(number: Int, text: String)] = []
        for (row, writes) in Self.byRow(writes) {
            let existing = index.rows[row]
            var added: [CellWrite] = []
            for write in writes {
                if let cell = index.cells[write.reference] {
                    edits.append(ByteEdit(cell.range, markup(write, replacing: cell)))
                } else {
                    added.append(write)
                }
            }
            if added.isEmpty { continue }
            if let existing {
                edits += insert(added, into: existing)
                if let edit = wideSpans(added, existing) { edits.append(edit) }
            } else {
                let cells = added.map { markup($0, replacing: nil) }.joined()
                newRows.append((row, "<\(index.prefix)row r=\"\(row)\">\(cells)</\(index.prefix)row>"))
            }
        }
        edits += insertRows(newRows)
        if let edit = wideDimension(writes) { edits.append(edit) }
        return ByteEdit.apply(edits, to: bytes)
    }

    private static func byRow(_ writes: [CellWrite]) -> [(row: Int, writes: [CellWrite])] {
        Dictionary(grouping: writes, by: \.reference.row).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value.sorted { $0.reference < $1.reference }) }
    }

    // MARK: Places

    private func insert(_ writes: [CellWrite], into row: SheetIndex.Row) -> [ByteEdit] {
        guard let end = row.end else {
            // <row .../> becomes <row ...>cells</row>
            let close = row.tag.range.upperBound
            let cells = writes.map { markup($0, replacing: nil) }.joined()
            return [ByteEdit((close - 2)..<close, ">\(cells)</\(index.prefix)row>")]
        }
        return writes.map { write in
            let next = row.cells.first { $0.column > write.reference.column }
            let place = next?.start ?? end
            return ByteEdit(place..<place, markup(write, replacing: nil))
        }
    }

    /// `spans` says where the row's cells lie, for readers that make room for them before they come.
    private func wideSpans(_ writes: [CellWrite], _ row: SheetIndex.Row) -> ByteEdit? {
        let scanner = MarkupScanner(bytes)
        guard let range = scanner.attribute(row.tag, "spans") else { return nil }
        // Several are divided by blanks.
        let bounds = scanner.text(range).split { $0 == ":" || $0 == " " }.compactMap { Int($0) }
        guard let first = bounds.min(), let last = bounds.max() else { return nil }
        let columns = writes.map(\.reference.column)
        let low = min(first, columns.min() ?? first)
        let high = max(last, columns.max() ?? last)
        return low == first && high == last ? nil : ByteEdit(range, "\(low):\(high)")
    }

    private func insertRows(_ rows: [(number: Int, text: String)]) -> [ByteEdit] {
        guard let data = index.data, !rows.isEmpty else { return [] }
        if data.kind == .empty {
            let close = data.range.upperBound
            let text = rows.map(\.text).joined()
            return [ByteEdit((close - 2)..<close, ">\(text)</\(index.prefix)sheetData>")]
        }
        // New rows come in order, and so do the sheet's, but for odd files: there the first higher one is good enough.
        var next = 0
        return rows.map { row in
            while next < index.places.count, index.places[next].number < row.number { next += 1 }
            let place = next < index.places.count ? index.places[next].start : index.dataEnd
            return ByteEdit(place..<place, row.text)
        }
    }

    /// Readers that trust the used range (openpyxl's read-only mode does) would not see cells outside it.
    private func wideDimension(_ writes: [CellWrite]) -> ByteEdit? {
        guard let range = index.dimension else { return nil }
        let corners = String(decoding: bytes[range], as: UTF8.self).split(separator: ":")
            .compactMap { CellReference(String($0)) }
        guard let first = corners.first, let last = corners.last else { return nil }
        var top = first
        var bottom = last
        for write in writes where write.value != .empty {
            top.row = min(top.row, write.reference.row)
            top.column = min(top.column, write.reference.column)
            bottom.row = max(bottom.row, write.reference.row)
            bottom.column = max(bottom.column, write.reference.column)
        }
        return top == first && bottom == last ? nil : ByteEdit(range, "\(top):\(bottom)")
    }

    // MARK: Cells

    private func markup(_ write: CellWrite, replacing cell: SheetIndex.Cell?) -> String {
        let name = index.prefix + "c"
        var tag = "<\(name)"
        var hasStyle = write.style == 0
        if let cell {
            let scanner = MarkupScanner(bytes)
            for (attribute, value) in scanner.attributes(cell.tag) {
                switch scanner.text(attribute) {
                // The type is the value's, and what `cm` and `vm` say is about the value that goes.
                case "t", "cm", "vm": break
                case "s":
                    tag += " s=\"\(write.style)\""
                    hasStyle = true
                case let other: tag += " \(other)=\"\(scanner.text(value).replacing("\"", with: "&quot;"))\""
                }
            }
        } else {
            tag += " r=\"\(write.reference)\""
        }
        if !hasStyle { tag += " s=\"\(write.style)\"" }
        let p = index.prefix
        switch write.value {
        case .empty: return tag + "/>"
        case .boolean(let flag): return tag + " t=\"b\"><\(p)v>\(flag ? 1 : 0)</\(p)v></\(name)>"
        case .number(let number): return tag + "><\(p)v>\(Self.digits(number))</\(p)v></\(name)>"
        case .dateTime(let date):
            return tag + "><\(p)v>\(Self.digits(SerialDate.serial(date, is1904: is1904)))</\(p)v></\(name)>"
        case .text(let text), .exactText(let text):
            let encoded = EscapedText.encoded(text)
            let isPlain =
                !encoded.utf8.contains { $0 < 0x20 } && encoded.utf8.first != 0x20 && encoded.utf8.last != 0x20
            let space = isPlain ? "" : " xml:space=\"preserve\""
            return tag + " t=\"inlineStr\"><\(p)is><\(p)t\(space)>\(encoded.escapedForXML)</\(p)t></\(p)is></\(name)>"
        }
    }

    /// The shortest digits that read back as the same number; whole numbers without `.0`.
    private static func digits(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
        return number.description.replacing("e", with: "E")
    }
}
