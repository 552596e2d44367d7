import Columnar

/// Definition and repetition levels of one nested leaf over a whole batch (Dremel shredding), with an index of where each
/// record begins.
///
/// The levels are made column by column along the path from the root: each step turns every open entry, which stands for one
/// slot of its column, into one entry, or for a list into one per element. An entry that met a NULL or an empty list is
/// closed: it keeps its levels and is passed on.
struct NestedLevels {
    private(set) var definition = ContiguousArray<UInt8>()
    private(set) var repetition = ContiguousArray<UInt8>()
    /// Per record: its first level, and its first value. One more entry than records.
    private(set) var levelStart = ContiguousArray<Int>()
    private(set) var valueStart = ContiguousArray<Int>()
    private var nextDefinition = ContiguousArray<UInt8>()
    private var nextRepetition = ContiguousArray<UInt8>()

    /// Marks closed entries while levels are made; `FileLayout` keeps levels well below it.
    private static let closed: UInt8 = 0x80

    /// - Complexity: O(levels × depth).
    mutating func shred(_ leaf: LeafColumn, of batch: Batch) {
        definition.removeAll(keepingCapacity: true)
        repetition.removeAll(keepingCapacity: true)
        definition.append(contentsOf: repeatElement(0, count: batch.rowCount))
        repetition.append(contentsOf: repeatElement(0, count: batch.rowCount))
        var column = batch.columns[leaf.steps[0]]
        var listDepth: UInt8 = 0
        for depth in leaf.steps.indices {
            if depth > 0 { column = column.children[leaf.steps[depth]] }
            if column.storage == .list {
                listDepth += 1
                expand(column, listDepth: listDepth)
            } else {
                descend(column)
            }
        }
        indexRecords(rows: batch.rowCount, maxDefinition: UInt8(leaf.maxDefinition))
    }

    /// Through a structure, or into the leaf: one more level where there is a value.
    private mutating func descend(_ column: Column) {
        let bits = column.validity
        let hasNulls = column.nullCount > 0
        var slot = 0
        definition.withUnsafeMutableBufferPointer { levels in
            for index in levels.indices where levels[index] & Self.closed == 0 {
                let valid = !hasNulls || bits[slot &>> 3] & (1 &<< UInt8(truncatingIfNeeded: slot & 7)) != 0
                levels[index] = valid ? levels[index] &+ 1 : levels[index] | Self.closed
                slot &+= 1
            }
        }
    }

    private mutating func expand(_ column: Column, listDepth: UInt8) {
        nextDefinition.removeAll(keepingCapacity: true)
        nextRepetition.removeAll(keepingCapacity: true)
        let lengths = column.values.assumingMemoryBound(to: UInt32.self)
        let bits = column.validity
        var slot = 0
        var list = 0
        for index in definition.indices {
            let level = definition[index]
            guard level & Self.closed == 0 else {
                nextDefinition.append(level)
                nextRepetition.append(repetition[index])
                continue
            }
            let valid = bits[slot >> 3] & (1 << UInt8(slot & 7)) != 0
            slot += 1
            var count = 0
            if valid {
                count = Int(lengths[list])
                list += 1
            }
            if count == 0 {
                nextDefinition.append((valid ? level + 1 : level) | Self.closed)
                nextRepetition.append(repetition[index])
            } else {
                nextDefinition.append(contentsOf: repeatElement(level + 2, count: count))
                nextRepetition.append(repetition[index])
                nextRepetition.append(contentsOf: repeatElement(listDepth, count: count - 1))
            }
        }
        swap(&definition, &nextDefinition)
        swap(&repetition, &nextRepetition)
    }

    private mutating func indexRecords(rows: Int, maxDefinition: UInt8) {
        levelStart.removeAll(keepingCapacity: true)
        valueStart.removeAll(keepingCapacity: true)
        levelStart.reserveCapacity(rows + 1)
        valueStart.reserveCapacity(rows + 1)
        var values = 0
        for index in definition.indices {
            if repetition[index] == 0 {
                levelStart.append(index)
                valueStart.append(values)
            }
            definition[index] &= ~Self.closed
            values += definition[index] == maxDefinition ? 1 : 0
        }
        levelStart.append(definition.count)
        valueStart.append(values)
    }
}
