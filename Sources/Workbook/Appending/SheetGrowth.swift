/// The bytes of a sheet with rows added behind its last filled one, and with what holds for that row reaching as far.
struct SheetGrowth {
    /// The row whose looks the new ones take over.
    let above: Int?
    let rows: ClosedRange<Int>
    let columns: ClosedRange<Int>
    /// Those that have a header: a stray one far to the right must not make the rows endless.
    let headers: [Int]

    /// Why it cannot be done; nil where it can.
    func refusal(_ bytes: [UInt8]) -> String? {
        bytes.withUnsafeBufferPointer { buffer in
            var scanner = MarkupScanner(buffer)
            let place = CellArea(
                first: CellReference(row: rows.lowerBound, column: columns.lowerBound),
                last: CellReference(row: rows.upperBound, column: columns.upperBound))
            while let tag = scanner.next() {
                guard tag.kind != .end else { continue }
                if scanner.isNamed(tag, "sheetProtection"),
                    ["1", "true"].contains(scanner.attribute(tag, "sheet").map(scanner.text) ?? "")
                {
                    return "the sheet is protected"
                }
                if scanner.isNamed(tag, "mergeCell"),
                    let area = scanner.attribute(tag, "ref").flatMap({ CellArea(scanner.text($0)) }), area.meets(place)
                {
                    return "cells are merged where the new rows would stand (\(area.text))"
                }
            }
            return nil
        }
    }

    func apply(to bytes: [UInt8], _ values: [CellReference: CellPatch.Value], is1904: Bool) -> [UInt8] {
        var wanted = Set(values.keys)
        for column in headers {
            if let above { wanted.insert(CellReference(row: above, column: column)) }
            for row in rows { wanted.insert(CellReference(row: row, column: column)) }
        }
        let written = bytes.withUnsafeBufferPointer { buffer in
            let index = SheetIndex(buffer, wanted: wanted)
            return SheetSplice(index: index, bytes: buffer, is1904: is1904).apply(cells(values, index))
        }
        return written.withUnsafeBufferPointer { buffer in ByteEdit.apply(reaching(buffer), to: buffer) }
    }

    /// A new cell looks like the one above it. Cells without a value are written where that is not what the column has anyway.
    private func cells(_ values: [CellReference: CellPatch.Value], _ index: SheetIndex) -> [SheetSplice.CellWrite] {
        var writes: [SheetSplice.CellWrite] = []
        for row in rows {
            for column in headers {
                let reference = CellReference(row: row, column: column)
                let own = index.style(at: reference)
                let style =
                    index.cells[reference] == nil
                    ? above.flatMap { index.cells[CellReference(row: $0, column: column)]?.style } ?? own : own
                if let value = values[reference] {
                    writes.append(SheetSplice.CellWrite(reference: reference, value: value, style: style))
                } else if style != own {
                    writes.append(SheetSplice.CellWrite(reference: reference, value: .empty, style: style))
                }
            }
        }
        return writes
    }

    // MARK: - What reaches further

    private func reaching(_ bytes: UnsafeBufferPointer<UInt8>) -> [ByteEdit] {
        var edits: [ByteEdit] = []
        var heightAbove: String?
        var scanner = MarkupScanner(bytes)
        while let tag = scanner.next() {
            guard tag.kind != .end else { continue }
            if scanner.isNamed(tag, "row") {
                height(tag, scanner, &heightAbove, &edits)
            } else if scanner.isNamed(tag, "dataValidation") || scanner.isNamed(tag, "conditionalFormatting") {
                if let range = scanner.attribute(tag, "sqref") { grow(list: range, scanner, &edits) }
            } else if scanner.isNamed(tag, "autoFilter") {
                if let range = scanner.attribute(tag, "ref"), let area = CellArea(scanner.text(range)),
                    let longer = grown(area, withHeader: true)
                {
                    edits.append(ByteEdit(range, longer.text))
                }
            } else if tag.kind == .start, scanner.isNamed(tag, "sqref") {
                // Excel's later rules have it as an element: <xm:sqref>A2:A9</xm:sqref>.
                let start = tag.range.upperBound
                guard let end = scanner.skipElement(tag) else { break }
                grow(list: start..<end.range.lowerBound, scanner, &edits)
            }
        }
        return edits
    }

    private func height(
        _ tag: MarkupScanner.Tag, _ scanner: MarkupScanner, _ above: inout String?, _ edits: inout [ByteEdit]
    ) {
        guard let number = scanner.integer(tag, "r") else { return }
        let own = scanner.attribute(tag, "ht").map(scanner.text)
        let isCustom = ["1", "true"].contains(scanner.attribute(tag, "customHeight").map(scanner.text) ?? "")
        if number == self.above { above = isCustom ? own : nil }
        guard rows.contains(number), own == nil, let above else { return }
        edits.append(ByteEdit(tag.name.upperBound..<tag.name.upperBound, " ht=\"\(above)\" customHeight=\"1\""))
    }

    private func grow(list range: Range<Int>, _ scanner: MarkupScanner, _ edits: inout [ByteEdit]) {
        let words = scanner.text(range).split(separator: " ").map(String.init)
        let longer = words.map { word in CellArea(word).flatMap { grown($0) } }
        guard longer.contains(where: { $0 != nil }) else { return }
        edits.append(ByteEdit(range, zip(words, longer).map { $1?.text ?? $0 }.joined(separator: " ")))
    }

    /// An area that holds for the row above the new ones, or for the first of them, reaching to the last; nil where it need
    /// not, or is about something else. A filter's area begins with the headers.
    func grown(_ area: CellArea, withHeader: Bool = false) -> CellArea? {
        let least = above ?? (withHeader ? rows.lowerBound - 1 : rows.lowerBound)
        guard area.first.row <= rows.lowerBound, least <= area.last.row, area.last.row < rows.upperBound,
            area.first.column <= columns.upperBound, columns.lowerBound <= area.last.column
        else { return nil }
        var grown = area
        grown.last.row = rows.upperBound
        return grown
    }
}
