import Glibc

/// Fixed-size blocks that hold encoded pages until their row group is written, and are used again for the next one.
///
/// A doubling buffer would peak at 2.5 times its content; blocks peak at their content plus half a block per column. They
/// are cut from slabs of their own: between the rows that come and go on the heap they would leave holes for good.
final class BlockPool {
    let blockBytes: Int
    private var free = ContiguousArray<UnsafeMutableRawPointer>()
    private var slabs = ContiguousArray<UnsafeMutableRawPointer>()
    private var cut = BlockPool.slabBytes

    private static let slabBytes = 4 << 20

    /// Small enough that the unfilled last blocks of all columns together stay below half of `heldBytes`.
    init(columns: Int, heldBytes: Int) {
        var size = 4 << 10
        while size < 256 << 10 && size * 2 * columns * 2 <= heldBytes { size *= 2 }
        blockBytes = size
    }

    deinit { for slab in slabs { munmap(slab, Self.slabBytes) } }

    func take() -> UnsafeMutableRawPointer {
        if let block = free.popLast() { return block }
        if cut == Self.slabBytes {
            // Memory that is only taken once it is touched.
            let slab = mmap(nil, Self.slabBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let slab, slab != MAP_FAILED else { fatalError("out of memory: \(Self.slabBytes) bytes for pages") }
            slabs.append(slab)
            cut = 0
        }
        defer { cut += blockBytes }
        return slabs[slabs.count - 1] + cut
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
