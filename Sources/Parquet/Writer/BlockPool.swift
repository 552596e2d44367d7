/// Fixed-size blocks that hold encoded pages until their row group is written, and are used again for the next one.
///
/// A doubling buffer would peak at 2.5 times its content; blocks peak at their content plus half a block per column.
final class BlockPool {
    let blockBytes: Int
    private var free = ContiguousArray<UnsafeMutableRawPointer>()

    /// Small enough that the unfilled last blocks of all columns together stay below half of `heldBytes`.
    init(columns: Int, heldBytes: Int) {
        var size = 4 << 10
        while size < 256 << 10 && size * 2 * columns * 2 <= heldBytes { size *= 2 }
        blockBytes = size
    }

    deinit { for block in free { block.deallocate() } }

    func take() -> UnsafeMutableRawPointer {
        free.popLast() ?? .allocate(byteCount: blockBytes, alignment: 16)
    }

    func give(_ blocks: inout ContiguousArray<UnsafeMutableRawPointer>) {
        free.append(contentsOf: blocks)
        blocks.removeAll(keepingCapacity: true)
    }
}

/// Appended bytes in blocks of a pool. One thread at a time.
final class BlockList {
    private let pool: BlockPool
    private var blocks = ContiguousArray<UnsafeMutableRawPointer>()
    private(set) var count = 0

    init(pool: BlockPool) { self.pool = pool }

    deinit { pool.give(&blocks) }

    func removeAll() {
        pool.give(&blocks)
        count = 0
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        guard var source = bytes.baseAddress else { return }
        var left = bytes.count
        while left > 0 {
            let used = count % pool.blockBytes
            if used == 0 { blocks.append(pool.take()) }
            let part = min(left, pool.blockBytes - used)
            (blocks[blocks.count - 1] + used).copyMemory(from: source, byteCount: part)
            source += part
            left -= part
            count += part
        }
    }

    func collect(into buffers: inout ContiguousArray<UnsafeRawBufferPointer>) {
        var left = count
        for block in blocks {
            let part = min(left, pool.blockBytes)
            buffers.append(UnsafeRawBufferPointer(start: block, count: part))
            left -= part
        }
    }
}
