/// Makes an Excel table longer by rows at its lower edge.
struct TableGrowth {
    let name: String
    let area: CellArea
    let hasTotals: Bool
    private let bytes: [UInt8]
    /// Values of `ref`: the table's and its filter's.
    private let references: [Range<Int>]

    /// Nil where the part is no table that is understood.
    init?(_ bytes: [UInt8]) {
        var references: [Range<Int>] = []
        var area: CellArea?
        var name = "table"
        var hasTotals = false
        let isTable = bytes.withUnsafeBufferPointer { buffer in
            var scanner = MarkupScanner(buffer)
            guard let root = scanner.next(), scanner.isNamed(root, "table"), let ref = scanner.attribute(root, "ref")
            else { return false }
            area = CellArea(scanner.text(ref))
            references.append(ref)
            name = scanner.attribute(root, "displayName").map(scanner.text) ?? name
            hasTotals = (scanner.integer(root, "totalsRowCount") ?? 0) > 0
            if scanner.integer(root, "headerRowCount") == 0 { return false }
            while let tag = scanner.next() {
                if tag.kind != .end, scanner.isNamed(tag, "autoFilter"), let ref = scanner.attribute(tag, "ref") {
                    references.append(ref)
                }
            }
            return true
        }
        guard isTable, let area else { return nil }
        self.name = name
        self.area = area
        self.hasTotals = hasTotals
        self.bytes = bytes
        self.references = references
    }

    /// The last row that may hold data.
    var lastDataRow: Int { area.last.row - (hasTotals ? 1 : 0) }

    /// Nil where the table reaches that far already.
    func grown(to row: Int) -> [UInt8]? {
        guard row > area.last.row else { return nil }
        return bytes.withUnsafeBufferPointer { buffer in
            let scanner = MarkupScanner(buffer)
            let edits = references.compactMap { range -> ByteEdit? in
                guard var area = CellArea(scanner.text(range)), area.last.row == self.area.last.row else { return nil }
                area.last.row = row
                return ByteEdit(range, area.text)
            }
            return ByteEdit.apply(edits, to: buffer)
        }
    }
}
