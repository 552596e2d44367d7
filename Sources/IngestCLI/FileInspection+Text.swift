import Parquet
import Ports

extension FileInspection {
    /// Longest bound and longest value of a key that are printed whole.
    private static let longestBound = 32
    private static let longestValue = 200

    func text() throws -> String {
        let metaData = file.metaData
        var lines = [
            path,
            "\(NumberText.bytes(file.source.size)), \(NumberText.counted(Int(metaData.numRows), "row")), "
                + "\(NumberText.counted(metaData.rowGroups.count, "row group")), "
                + "\(NumberText.counted(file.leaves.count, "column")), "
                + "footer \(NumberText.bytes(file.footerLength))",
            "written by \(metaData.createdBy ?? "an unnamed program"), format version \(metaData.version)", "",
            "Schema",
        ]
        lines += schemaLines()
        lines += ["", "Columns"]
        lines += columnTable(zip(file.leaves, columns).map { ($0, $1) })
        if let pairs = metaData.keyValueMetadata, !pairs.isEmpty {
            lines += ["", "Key-values"]
            for pair in pairs { lines.append("  \(pair.key) = \(Self.shortened(pair.value ?? ""))") }
        }
        if depth >= .rowGroups {
            for number in metaData.rowGroups.indices { lines += try rowGroupLines(number) }
        }
        return lines.map { PrintableText.escaped($0) + "\n" }.joined()
    }

    /// The tree, a line per node.
    private func schemaLines() -> [String] {
        var lines: [String] = []
        var open = [Int(file.metaData.schema.first?.numChildren ?? 0)]
        var leaf = 0
        for element in file.metaData.schema.dropFirst() {
            while let last = open.last, last <= 0 { open.removeLast() }
            guard !open.isEmpty else { break }
            let margin = String(repeating: "  ", count: open.count)
            open[open.count - 1] -= 1
            var facts = element.repetitionType.map { "\($0)" } ?? "required"
            if element.type == nil {
                facts += " group" + (element.logicalType.map { " \($0)" } ?? "")
                open.append(Int(element.numChildren ?? 0))
            } else if leaf < file.leaves.count {
                facts += " " + file.leaves[leaf].typeText
                leaf += 1
            }
            if let id = element.fieldID { facts += " id \(id)" }
            lines.append("\(margin)\(element.name): \(facts)")
        }
        return lines
    }

    private func columnTable(_ columns: [(SchemaLeaf, ChunkFacts)]) -> [String] {
        var table = TextTable([
            ("name", .left), ("codec", .left), ("encodings", .left), ("bytes", .right), ("ratio", .right),
            ("values", .right), ("nulls", .right), ("min", .left), ("max", .left), ("has", .left),
        ])
        for (leaf, facts) in columns {
            var has: [String] = []
            if facts.pageIndexes > 0 { has.append("page index") }
            if facts.bloomFilters > 0 { has.append("bloom filter") }
            if facts.unreadable > 0 { has.append("chunks that are encrypted or in another file") }
            table.add(
                [
                    leaf.name, facts.codecs.map(\.description).joined(separator: ","),
                    facts.encodings.map(\.description).joined(separator: ","), Self.grouped(facts.compressed),
                    facts.ratio.map { NumberText.fixed($0, digits: 2) } ?? "", Self.grouped(facts.values),
                    facts.nulls.map(Self.grouped) ?? "?",
                    Self.bound(facts.minimum.flatMap { leaf.text(statistic: $0) }, isExact: facts.minimumIsExact),
                    Self.bound(facts.maximum.flatMap { leaf.text(statistic: $0) }, isExact: facts.maximumIsExact),
                    has.joined(separator: ", "),
                ].map { PrintableText.escaped($0) })
        }
        return table.lines(indent: 2)
    }

    private func rowGroupLines(_ number: Int) throws -> [String] {
        let group = file.metaData.rowGroups[number]
        let facts = file.leaves.map { ($0, ChunkFacts(group.columns[$0.index], of: $0)) }
        let compressed = facts.reduce(Int64(0)) { ChunkFacts.sum($0, $1.1.compressed) }
        var head =
            "Row group \(number): \(NumberText.counted(Int(group.numRows), "row")), \(Self.grouped(compressed)) bytes"
        if compressed > 0, group.totalByteSize > 0 {
            head += ", ratio " + NumberText.fixed(Double(group.totalByteSize) / Double(compressed), digits: 2)
        }
        if let sorting = group.sortingColumns, !sorting.isEmpty {
            let keys = sorting.map { key -> String in
                let index = Int(key.columnIdx)
                let name = file.leaves.indices.contains(index) ? file.leaves[index].name : "column \(index)"
                return name + (key.descending ? " descending" : "")
            }
            head += ", sorted by " + keys.joined(separator: ", ")
        }
        var lines = ["", head] + columnTable(facts)
        guard depth >= .pages else { return lines }
        for leaf in file.leaves {
            lines.append("  Pages of \(leaf.name)")
            guard let pages = try pages(of: leaf, inRowGroup: number) else {
                lines.append("    no page index")
                continue
            }
            var table = TextTable([
                ("offset", .right), ("bytes", .right), ("first row", .right), ("rows", .right), ("nulls", .right),
                ("min", .left), ("max", .left),
            ])
            for page in pages {
                table.add(
                    [
                        Self.grouped(page.offset), Self.grouped(Int64(page.bytes)), Self.grouped(page.firstRow),
                        Self.grouped(page.rows), page.nulls.map(Self.grouped) ?? "", Self.bound(page.minimum),
                        Self.bound(page.maximum),
                    ].map { PrintableText.escaped($0) })
            }
            lines += table.lines(indent: 4)
        }
        return lines
    }

    private static func grouped(_ number: Int64) -> String { NumberText.grouped(Int(number)) }

    private static func bound(_ text: String?, isExact: Bool = true) -> String {
        guard let text else { return "" }
        return (isExact ? "" : "~") + PrintableText.truncated(PrintableText.escaped(text), to: longestBound)
    }

    private static func shortened(_ value: String) -> String {
        guard value.count > longestValue else { return value }
        return value.prefix(longestValue) + "… (\(value.utf8.count) bytes)"
    }
}
