import Columnar

/// Definition and repetition levels of one nested leaf over a whole batch (Dremel shredding), with an index of where each
/// record begins.
///
/// The levels are made column by column along the path from the root: each step turns every open entry, which stands for one
/// slot of its column, into one entry, or for a list into one per element. An entry that met a NULL or an empty list is
/// closed: it keeps its levels and is passed on.
struct NestedLevels {
    /// Levels made; for each a byte in `definition` and in `repetition`.
    private(set) var count = 0
    private var definitions = ByteBuffer()
    private var repetitions = ByteBuffer()
    private var nextDefinitions = ByteBuffer()
    private var nextRepetitions = ByteBuffer()
    private let levelStarts = ByteBuffer()
    private let valueStarts = ByteBuffer()

    /// Marks closed entries while levels are made; `FileLayout` keeps levels well below it.
    private static let closed: UInt8 = 0x80

    var definition: UnsafePointer<UInt8> { UnsafePointer(Self.levels(definitions)) }
    var repetition: UnsafePointer<UInt8> { UnsafePointer(Self.levels(repetitions)) }
    /// Per record: its first level, and its first value. One more entry than records.
    var levelStart: UnsafePointer<Int> { UnsafePointer(levelStarts.base.assumingMemoryBound(to: Int.self)) }
    var valueStart: UnsafePointer<Int> { UnsafePointer(valueStarts.base.assumingMemoryBound(to: Int.self)) }

    private static func levels(_ buffer: ByteBuffer) -> UnsafeMutablePointer<UInt8> {
        buffer.base.assumingMemoryBound(to: UInt8.self)
    }

    /// - Complexity: O(levels × depth).
    mutating func shred(_ leaf: LeafColumn, of batch: Batch) {
        count = batch.rowCount
        definitions.reserve(count)
        repetitions.reserve(count)
        Self.levels(definitions).update(repeating: 0, count: count)
        Self.levels(repetitions).update(repeating: 0, count: count)
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
    private func descend(_ column: Column) {
        let bits = column.validity
        let hasNulls = column.nullCount > 0
        let levels = Self.levels(definitions)
        var slot = 0
        for index in 0..<count where levels[index] & Self.closed == 0 {
            let valid = !hasNulls || bits[slot &>> 3] & (1 &<< UInt8(truncatingIfNeeded: slot & 7)) != 0
            levels[index] = valid ? levels[index] &+ 1 : levels[index] | Self.closed
            slot &+= 1
        }
    }

    private mutating func expand(_ column: Column, listDepth: UInt8) {
        // Every entry stays one or becomes one per element.
        let most = count + column.children[0].slotCount
        nextDefinitions.reserve(most)
        nextRepetitions.reserve(most)
        let (definition, repetition) = (self.definition, self.repetition)
        let (toDefinition, toRepetition) = (Self.levels(nextDefinitions), Self.levels(nextRepetitions))
        let lengths = column.values.assumingMemoryBound(to: UInt32.self)
        let bits = column.validity
        var slot = 0
        var list = 0
        var next = 0
        for index in 0..<count {
            var level = definition[index]
            var more = 0
            if level & Self.closed == 0 {
                let valid = bits[slot &>> 3] & (1 &<< UInt8(truncatingIfNeeded: slot & 7)) != 0
                slot &+= 1
                if valid {
                    more = Int(lengths[list])
                    list &+= 1
                    level &+= more == 0 ? 1 : 2
                }
                if more == 0 { level |= Self.closed }
            }
            toDefinition[next] = level
            toRepetition[next] = repetition[index]
            next &+= 1
            while more > 1 {
                toDefinition[next] = level
                toRepetition[next] = listDepth
                next &+= 1
                more &-= 1
            }
        }
        count = next
        swap(&definitions, &nextDefinitions)
        swap(&repetitions, &nextRepetitions)
    }

    private func indexRecords(rows: Int, maxDefinition: UInt8) {
        levelStarts.reserve((rows + 1) * MemoryLayout<Int>.stride)
        valueStarts.reserve((rows + 1) * MemoryLayout<Int>.stride)
        let levelStart = levelStarts.base.assumingMemoryBound(to: Int.self)
        let valueStart = valueStarts.base.assumingMemoryBound(to: Int.self)
        let definition = Self.levels(definitions)
        let repetition = self.repetition
        var row = 0
        var values = 0
        // Each row has one entry that repeats nothing: `row` ends at `rows`.
        for index in 0..<count {
            if repetition[index] == 0 {
                levelStart[row] = index
                valueStart[row] = values
                row &+= 1
            }
            definition[index] &= ~Self.closed
            values &+= definition[index] == maxDefinition ? 1 : 0
        }
        levelStart[row] = count
        valueStart[row] = values
    }
}
