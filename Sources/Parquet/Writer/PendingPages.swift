/// Pages that wait for the decision on the dictionary: their indices and their encoded levels.
struct PendingPages {
    struct Page {
        var rows: Int
        var slots: Int
        var values: Int
        var levels: PageWriter.LevelBytes
        /// Where the page's indices and levels begin.
        var firstID: Int
        var firstLevelByte: Int
        var equalNeighbours: Int
    }

    private(set) var pages = ContiguousArray<Page>()
    private let idBytes = ByteBuffer(capacity: 256)
    let levelBytes = ByteBuffer(capacity: 64)
    private(set) var rows = 0

    var values: Int { idBytes.count / 4 }
    /// Indices and levels that are held.
    var bytes: Int { idBytes.count + levelBytes.count }

    func ids(of page: Page) -> UnsafePointer<UInt32> {
        UnsafePointer(idBytes.base.assumingMemoryBound(to: UInt32.self) + page.firstID)
    }

    /// Room for the indices of the next page.
    func room(_ count: Int) -> UnsafeMutablePointer<UInt32> {
        idBytes.reserve(count * 4)
        return idBytes.tail.assumingMemoryBound(to: UInt32.self)
    }

    /// Adds a page whose indices were written to `room` and whose levels from `firstLevelByte` on to `levelBytes`.
    mutating func add(_ slice: PageSlice, levels: PageWriter.LevelBytes, firstLevelByte: Int, equalNeighbours: Int) {
        pages.append(
            Page(
                rows: slice.rows, slots: slice.slots, values: slice.values.count, levels: levels, firstID: values,
                firstLevelByte: firstLevelByte, equalNeighbours: equalNeighbours))
        idBytes.count += slice.values.count * 4
        rows += slice.rows
    }

    func levels(of page: Page) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: levelBytes.base + page.firstLevelByte, count: page.levels.repetition + page.levels.definition)
    }

    mutating func removeAll() {
        pages.removeAll(keepingCapacity: true)
        idBytes.removeAll()
        levelBytes.removeAll()
        rows = 0
    }
}
