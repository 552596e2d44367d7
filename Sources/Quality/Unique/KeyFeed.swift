/// The keys that one encoder's rows bring to a store. Used by one thread at a time.
///
/// Each partition has a chunk that is being filled. Full ones are kept while the store has memory; when it has none, this
/// feed's go to the file.
final class KeyFeed {
    private let store: KeyStore
    private var partitions = [KeyStore.Partition](repeating: KeyStore.Partition(), count: KeyStore.partitions)
    /// Of each partition's current chunk: where the next record goes, and where the chunk ends. Null where there is none.
    private let next: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private let ends: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    private var current = [KeyStore.Chunk?](repeating: nil, count: KeyStore.partitions)
    /// Keys of each partition, where they are of any length.
    private let counts: UnsafeMutablePointer<Int>
    private(set) var keys = 0

    init(_ store: KeyStore) {
        self.store = store
        next = .allocate(capacity: KeyStore.partitions)
        ends = .allocate(capacity: KeyStore.partitions)
        next.initialize(repeating: nil, count: KeyStore.partitions)
        ends.initialize(repeating: nil, count: KeyStore.partitions)
        counts = .allocate(capacity: KeyStore.partitions)
        counts.initialize(repeating: 0, count: KeyStore.partitions)
    }

    deinit {
        drop()
        next.deallocate()
        ends.deallocate()
        counts.deallocate()
    }

    func add(_ keys: KeyColumns) throws(QualityFault) {
        self.keys += keys.count
        if store.areWords { try addWords(keys.words, keys.count) } else { try addBytes(keys) }
    }

    private func addWords(_ words: UnsafePointer<UInt64>, _ count: Int) throws(QualityFault) {
        let (hash, next, ends) = (store.hash, next, ends)
        for i in 0..<count {
            let word = words[i]
            let partition = Int(truncatingIfNeeded: hash(word) &>> KeyStore.partitionShift)
            if next[partition] == ends[partition] { try renew(partition, room: 8) }
            // SAFETY: chunks hold whole words, and this one is not full.
            next[partition].unsafelyUnwrapped.storeBytes(of: word, as: UInt64.self)
            next[partition] = next[partition].unsafelyUnwrapped + 8
        }
    }

    /// A record is the key's length and its bytes.
    private func addBytes(_ keys: KeyColumns) throws(QualityFault) {
        let (hash, next, ends, counts) = (store.hash, next, ends, counts)
        let (offsets, bytes) = (keys.offsets, keys.bytes)
        for i in 0..<keys.count {
            let start = Int(offsets[i])
            let length = Int(offsets[i + 1]) - start
            let partition = Int(truncatingIfNeeded: hash(bytes + start, length) &>> KeyStore.partitionShift)
            if next[partition] == nil
                || ends[partition].unsafelyUnwrapped - next[partition].unsafelyUnwrapped < length + 4
            {
                try renew(partition, room: length + 4)
            }
            // SAFETY: there is room for the record, and behind every chunk and every key for 16 bytes more.
            let place = next[partition].unsafelyUnwrapped
            place.storeBytes(of: UInt32(truncatingIfNeeded: length), as: UInt32.self)
            var done = 0
            while done < length {
                (place + 4 + done).storeBytes(
                    of: (bytes + start + done).loadUnaligned(as: UInt128.self), as: UInt128.self)
                done &+= 16
            }
            next[partition] = place + 4 + length
            counts[partition] &+= 1
        }
    }

    /// A chunk with room for so many bytes more.
    @inline(never)
    private func renew(_ partition: Int, room: Int) throws(QualityFault) {
        let capacity = max(store.chunkBytes, room)
        guard var full = close(partition) else {
            let chunk = store.newChunk(room: room)
            store.insistOnMemory(chunk.capacity)
            open(partition, chunk)
            return
        }
        if store.hasMemory, store.takeMemory(capacity) {
            let chunk = store.newChunk(room: room)
            store.giveMemory(capacity - chunk.capacity)
            partitions[partition].chunks.append(full)
            open(partition, chunk)
            return
        }
        try spillFull()
        try write(full, partition)
        if full.capacity < room {
            store.giveMemory(full.capacity)
            full.free()
            full = store.newChunk(room: room)
            store.insistOnMemory(full.capacity)
        }
        full.used = 0
        open(partition, full)
    }

    private func open(_ partition: Int, _ chunk: KeyStore.Chunk) {
        current[partition] = chunk
        next[partition] = chunk.base
        ends[partition] = chunk.base + chunk.capacity
    }

    /// The current chunk with its records counted.
    private func close(_ partition: Int) -> KeyStore.Chunk? {
        guard var chunk = current[partition], let end = next[partition] else { return nil }
        current[partition] = nil
        next[partition] = nil
        ends[partition] = nil
        chunk.used = end - chunk.base
        partitions[partition].bytes += chunk.used
        return chunk
    }

    private func spillFull() throws(QualityFault) {
        for partition in partitions.indices {
            while let chunk = partitions[partition].chunks.last {
                try write(chunk, partition)
                partitions[partition].chunks.removeLast()
                store.giveMemory(chunk.capacity)
                chunk.free()
            }
        }
    }

    private func write(_ chunk: KeyStore.Chunk, _ partition: Int) throws(QualityFault) {
        guard chunk.used > 0 else { return }
        let offset = try store.spillFile().append(chunk.base, chunk.used)
        partitions[partition].segments.append(KeyStore.Segment(offset: offset, count: chunk.used))
    }

    /// Hands everything to the store. Chunks that are hardly filled are cut to what they hold.
    func finish() throws(QualityFault) {
        for partition in partitions.indices {
            guard let chunk = close(partition) else { continue }
            guard chunk.used > 0, store.hasMemory else {
                do { try write(chunk, partition) } catch {
                    partitions[partition].chunks.append(chunk)
                    throw error
                }
                store.giveMemory(chunk.capacity)
                chunk.free()
                continue
            }
            var cut = KeyStore.Chunk(capacity: chunk.used)
            cut.base.copyMemory(from: chunk.base, byteCount: chunk.used)
            cut.used = chunk.used
            store.giveMemory(chunk.capacity - cut.capacity)
            chunk.free()
            partitions[partition].chunks.append(cut)
        }
        if !store.hasMemory { try spillFull() }
        for partition in partitions.indices {
            partitions[partition].keys = counts[partition]
            counts[partition] = 0
        }
        store.keep(partitions)
        partitions = [KeyStore.Partition](repeating: KeyStore.Partition(), count: KeyStore.partitions)
    }

    /// Forgets everything; what it has in the file stays there, unread.
    func drop() {
        for partition in partitions.indices {
            if let chunk = close(partition) { partitions[partition].chunks.append(chunk) }
            for chunk in partitions[partition].chunks {
                store.giveMemory(chunk.capacity)
                chunk.free()
            }
            partitions[partition] = KeyStore.Partition()
        }
        counts.update(repeating: 0, count: KeyStore.partitions)
        keys = 0
    }
}
