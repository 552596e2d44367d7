import Glibc
import Synchronization

/// The keys of one rule and one load, in partitions by their hash, so that each partition's can be compared in memory by
/// themselves at the end. Up to `memoryBytes` of them stay in memory; the rest goes to a file.
///
/// Several feeds write to it, one per encoder: what a feed has counts when it is finished, and is gone when it is dropped.
final class KeyStore: Sendable {
    static let partitions = 64
    /// Bits of a hash that say the partition: the highest.
    static let partitionShift: UInt64 = 58

    struct Chunk: @unchecked Sendable {
        // Owned by whoever holds the chunk: a feed, then the store.
        let base: UnsafeMutableRawPointer
        let capacity: Int
        var used = 0
        private let mapped: Int

        /// Whole words may be read and written behind the end.
        private static let slack = 16

        init(capacity: Int) {
            base = .allocate(byteCount: capacity + Self.slack, alignment: 16)
            self.capacity = capacity
            mapped = 0
        }

        /// Straight from the system, and back to it: malloc keeps what one thread gave back for that thread, and the next
        /// would have to get its own.
        init(mapping bytes: Int) {
            let memory = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
            guard let memory, memory != MAP_FAILED else { fatalError("out of memory: \(bytes) bytes for keys") }
            base = memory
            capacity = bytes - Self.slack
            mapped = bytes
        }

        func free() {
            if mapped > 0 { munmap(base, mapped) } else { base.deallocate() }
        }
    }

    struct Segment: Sendable {
        var offset: Int
        var count: Int
    }

    struct Partition: Sendable {
        var chunks: [Chunk] = []
        var segments: [Segment] = []
        var bytes = 0
        var keys = 0
    }

    let areWords: Bool
    let hash = KeyHash()
    let chunkBytes: Int
    private let folder: String
    private let spillLimit: Int
    private let memoryLeft: Atomic<Int>
    private let state: Mutex<State>

    private struct State {
        var partitions = [Partition](repeating: Partition(), count: KeyStore.partitions)
        var spill: SpillFile?
    }

    /// - Parameter folder: on local disk.
    init(areWords: Bool, memoryBytes: Int, folder: String, spillLimit: Int) {
        self.areWords = areWords
        self.folder = folder
        self.spillLimit = spillLimit
        // A dozen feeds with a chunk in each partition stay within the memory.
        chunkBytes = min(max(memoryBytes / (Self.partitions * 24) / 4096 * 4096, 4096), 32 << 10)
        memoryLeft = Atomic(memoryBytes)
        state = Mutex(State())
    }

    deinit {
        state.withLock { state in
            for partition in state.partitions { for chunk in partition.chunks { chunk.free() } }
        }
    }

    /// Whether so many bytes more may stay in memory.
    func takeMemory(_ count: Int) -> Bool {
        let left = memoryLeft.wrappingSubtract(count, ordering: .relaxed).newValue
        if left >= 0 { return true }
        memoryLeft.wrappingAdd(count, ordering: .relaxed)
        return false
    }

    /// Of what has no choice: the first chunk of each partition.
    func insistOnMemory(_ count: Int) { memoryLeft.wrappingSubtract(count, ordering: .relaxed) }
    func giveMemory(_ count: Int) { memoryLeft.wrappingAdd(count, ordering: .relaxed) }
    var hasMemory: Bool { memoryLeft.load(ordering: .relaxed) >= 0 }

    func spillFile() throws(QualityFault) -> SpillFile {
        if let file = state.withLock({ $0.spill }) { return file }
        let new = try SpillFile(in: folder, limit: spillLimit)
        return state.withLock { state in
            // Another thread may have been faster; its file is the one.
            let file = state.spill ?? new
            state.spill = file
            return file
        }
    }

    /// Of a feed that is finished.
    func keep(_ partitions: [Partition]) {
        state.withLock { state in
            for (index, partition) in partitions.enumerated() {
                state.partitions[index].chunks += partition.chunks
                state.partitions[index].segments += partition.segments
                state.partitions[index].bytes += partition.bytes
                state.partitions[index].keys += partition.keys
            }
        }
    }

    /// With room for a record of so many bytes.
    func newChunk(room: Int) -> Chunk {
        room + 16 <= chunkBytes ? Chunk(mapping: chunkBytes) : Chunk(capacity: room)
    }

    /// Takes out a partition, whose chunks are now the caller's.
    func take(_ index: Int) -> Partition {
        state.withLock { state in
            defer { state.partitions[index] = Partition() }
            return state.partitions[index]
        }
    }
}
