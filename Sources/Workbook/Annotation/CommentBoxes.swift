/// The drawing part with one box per comment, in VML: what Excel writes for comments to this day.
enum CommentBoxes {
    static let contentType = "application/vnd.openxmlformats-officedocument.vmlDrawing"
    private static let spaces =
        "xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" "
        + "xmlns:x=\"urn:schemas-microsoft-com:office:excel\""
    private static let shapeType = """
        <v:shapetype \(spaces) id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">\
        <v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>
        """

    static func part(_ cells: Set<CellReference>, _ texts: [CellReference: String], sheet: Int) -> [UInt8] {
        // Shape numbers come in blocks of 1024 that the drawing claims.
        let block = 1 + 16 * sheet
        let blocks = (block...(block + cells.count / 1000)).map(String.init).joined(separator: ",")
        var text = """
            <xml \(spaces)><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="\(blocks)"/></o:shapelayout>\(shapeType)
            """
        text += shapes(cells, texts, firstID: 1024 * block + 1)
        return Array((text + "</xml>").utf8)
    }

    /// VML need not be well-formed XML; only its last end tag is looked for.
    static func append(
        _ cells: Set<CellReference>, _ texts: [CellReference: String], to part: [UInt8]
    ) throws(WorkbookFault) -> [UInt8] {
        guard let slash = part.lastIndex(of: UInt8(ascii: "/")), slash > 0, part[slash - 1] == UInt8(ascii: "<") else {
            throw WorkbookFault(.corrupt, "The workbook is damaged: a drawing has no end.")
        }
        let text = String(decoding: part, as: UTF8.self)
        var last = 1024
        for piece in text.split(separator: "_x0000_s").dropFirst() {
            if let number = Int(piece.prefix { ("0"..."9").contains($0) }) { last = max(last, number) }
        }
        let type = text.contains("_x0000_t202") ? "" : shapeType
        let new = Array((type + shapes(cells, texts, firstID: last + 1)).utf8)
        return Array(part[..<(slash - 1)] + new + part[(slash - 1)...])
    }

    private static func shapes(
        _ cells: Set<CellReference>, _ texts: [CellReference: String], firstID: Int
    ) -> String {
        var result = ""
        for (index, cell) in cells.sorted().enumerated() {
            // About 40 characters to a line in a box three columns wide.
            let lines = (texts[cell] ?? "").split(separator: "\n", omittingEmptySubsequences: false)
                .reduce(0) { $0 + 1 + $1.count / 40 }
            let top = max(0, cell.row - 2)
            let anchor = "\(cell.column), 15, \(top), 2, \(cell.column + 4), 15, \(top + min(20, lines + 2)), 4"
            result += """
                <v:shape \(spaces) id="_x0000_s\(firstID + index)" type="#_x0000_t202" style="position:absolute;\
                margin-left:60pt;margin-top:2pt;width:240pt;height:80pt;z-index:\(index + 1);visibility:hidden" \
                fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>\
                <v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>\
                <v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>\
                <x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>\(anchor)</x:Anchor>\
                <x:AutoFill>False</x:AutoFill><x:Row>\(cell.row - 1)</x:Row><x:Column>\(cell.column - 1)</x:Column>\
                </x:ClientData></v:shape>
                """
        }
        return result
    }
}
