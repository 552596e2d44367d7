import Columnar

/// Definition and repetition levels of one nested leaf over a whole batch (Dremel shredding), with an index of where each
/// record begins.
struct NestedLevels {
    private(set) var definition = ContiguousArray<UInt8>()
    private(set) var repetition = ContiguousArray<UInt8>()
    /// Per record: its first level, and its first value. One more entry than records.
    private(set) var levelStart = ContiguousArray<Int>()
    private(set) var valueStart = ContiguousArray<Int>()
    private var slots = ContiguousArray<Int>()
    private var dense = ContiguousArray<Int>()

    /// - Complexity: O(levels).
    mutating func shred(_ leaf: LeafColumn, of batch: Batch) {
        definition.removeAll(keepingCapacity: true)
        repetition.removeAll(keepingCapacity: true)
        levelStart.removeAll(keepingCapacity: true)
        valueStart.removeAll(keepingCapacity: true)
        var path: [Column] = [batch.columns[leaf.steps[0]]]
        for step in leaf.steps.dropFirst() { path.append(path[path.count - 1].children[step]) }
        slots = ContiguousArray(repeating: 0, count: path.count)
        dense = ContiguousArray(repeating: 0, count: path.count)
        let last = path.count - 1
        for _ in 0..<batch.rowCount {
            levelStart.append(definition.count)
            valueStart.append(dense[last])
            emit(path, depth: 0, definition: 0, repetition: 0, listDepth: 0)
        }
        levelStart.append(definition.count)
        valueStart.append(dense[last])
    }

    /// Emits the levels of the next slot of the column at `depth`. `level` counts what is defined so far; `listDepth` the
    /// lists entered.
    private mutating func emit(_ path: [Column], depth: Int, definition level: Int, repetition: Int, listDepth: Int) {
        let column = path[depth]
        let slot = slots[depth]
        slots[depth] += 1
        guard column.isValid(slot) else {
            append(level, repetition)
            return
        }
        let index = dense[depth]
        dense[depth] += 1
        switch column.storage {
        case .fixed, .bytes:
            append(level + 1, repetition)
        case .structure:
            emit(path, depth: depth + 1, definition: level + 1, repetition: repetition, listDepth: listDepth)
        case .list:
            let count = Int(column.values.assumingMemoryBound(to: UInt32.self)[index])
            guard count > 0 else {
                append(level + 1, repetition)
                return
            }
            for element in 0..<count {
                emit(
                    path, depth: depth + 1, definition: level + 2, repetition: element == 0 ? repetition : listDepth + 1,
                    listDepth: listDepth + 1)
            }
        }
    }

    private mutating func append(_ definition: Int, _ repetition: Int) {
        self.definition.append(UInt8(truncatingIfNeeded: definition))
        self.repetition.append(UInt8(truncatingIfNeeded: repetition))
    }
}
