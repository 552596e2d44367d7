import Columnar
import Testing

@Suite("Columns")
struct ColumnTests {
    @Test("values stay dense around NULLs, at every bitmap edge", arguments: [0, 1, 7, 8, 9, 63, 64, 65, 1000])
    func nulls(count: Int) {
        let column = Column(.int64, slots: 0)
        for index in 0..<count {
            if index % 3 == 1 { column.appendNull() } else { column.append(Int64(index)) }
        }
        column.checkInvariants()
        #expect(column.slotCount == count)
        #expect(column.nullCount == (count + 1) / 3)
        let values = UnsafeBufferPointer(
            start: column.values.assumingMemoryBound(to: Int64.self), count: column.valueCount)
        #expect(Array(values) == (0..<count).filter { $0 % 3 != 1 }.map(Int64.init))
        #expect((0..<count).allSatisfy { column.isValid($0) == ($0 % 3 != 1) })
    }

    @Test("text survives growth of slots and arena")
    func text() {
        let column = Column(.text, slots: 1)
        let words = (0..<500).map { String(repeating: "é\($0)", count: $0 % 40) }
        for word in words { column.append(word) }
        column.checkInvariants()
        for (index, word) in words.enumerated() {
            let bytes = UnsafeRawBufferPointer(
                start: column.arena + Int(column.offsets[index]),
                count: Int(column.offsets[index + 1] - column.offsets[index]))
            #expect(Array(bytes) == Array(word.utf8))
        }
        #expect(column.plainBytes == words.reduce(0) { $0 + $1.utf8.count + 4 })
    }

    @Test("a reset column is as new, and keeps its memory unless one value had blown it up")
    func reset() {
        let column = Column(.text, slots: 8)
        column.appendNull()
        column.append(String(repeating: "x", count: 3 << 20))
        let large = column.arenaCapacity
        column.reset(keepArena: 8 << 20)
        #expect(column.arenaCapacity == large)
        #expect(column.slotCount == 0 && column.nullCount == 0 && column.arenaUsed == 0)
        #expect(column.isValid(0), "validity is ones again")
        column.append("y")
        column.reset(keepArena: 1 << 20)
        #expect(column.arenaCapacity < 1 << 20)
        column.append("z")
        column.checkInvariants()
    }

    @Test("lists and structures keep their children in step")
    func nested() {
        let column = Column(.list(.structure([Field("a", .int32), Field("b", .text)])), slots: 0)
        column.appendList(count: 2)
        let element = column.children[0]
        element.appendStructure()
        element.children[0].append(Int32(7))
        element.children[1].appendNull()
        element.appendNull()
        column.appendNull()
        column.appendList(count: 0)
        column.checkInvariants()
        #expect(column.slotCount == 3 && element.slotCount == 2 && element.children[0].slotCount == 1)
        column.reset()
        #expect(element.children[0].slotCount == 0)
    }
}
