/// One row of one leaf: its value, NULL, or lists of such. Structures leave no trace but their NULLs.
package indirect enum LeafRecord: Hashable, Sendable {
    /// With the definition level that was reached, which tells a NULL structure from a NULL field of it.
    case null(level: Int)
    case value(PhysicalValue)
    case list([LeafRecord])
}

extension DecodedColumn {
    /// The rows, assembled from levels. https://github.com/apache/parquet-format#nested-encoding
    package func records(of leaf: SchemaLeaf) throws(ParquetFault) -> [LeafRecord] {
        var rows: [LeafRecord] = []
        var nextValue = 0
        /// The lists under way, outermost first.
        var open: [[LeafRecord]] = []
        func closeLists(downTo depth: Int) {
            while open.count > depth {
                let inner = LeafRecord.list(open.removeLast())
                if open.isEmpty { rows.append(inner) } else { open[open.count - 1].append(inner) }
            }
        }
        for index in 0..<levelCount {
            let definition = definitionLevels.isEmpty ? leaf.maxDefinitionLevel : Int(definitionLevels[index])
            let repetition = repetitionLevels.isEmpty ? 0 : Int(repetitionLevels[index])
            if index == 0 && repetition != 0 { throw ParquetFault(.corrupt, "the chunk begins inside a row") }
            closeLists(downTo: repetition)
            guard repetition <= open.count else {
                throw ParquetFault(.corrupt, "level \(index) continues a list that is not there", column: leaf.name)
            }
            var record: LeafRecord?
            for depth in open.count..<max(open.count, leaf.maxRepetitionLevel) where record == nil {
                // One less than the list's own level: the list is there and empty.
                if definition >= leaf.repeatedDefinitionLevels[depth] {
                    open.append([])
                } else if definition == leaf.repeatedDefinitionLevels[depth] - 1 {
                    record = .list([])
                } else {
                    record = .null(level: definition)
                }
            }
            if record == nil {
                if definition == leaf.maxDefinitionLevel {
                    guard nextValue < values.count else { throw ParquetFault(.corrupt, "values are missing") }
                    record = .value(values[nextValue])
                    nextValue += 1
                } else {
                    record = .null(level: definition)
                }
            }
            guard let record else { continue }
            if open.isEmpty { rows.append(record) } else { open[open.count - 1].append(record) }
        }
        closeLists(downTo: 0)
        return rows
    }
}
