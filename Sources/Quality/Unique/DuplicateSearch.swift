import Ports

/// Finds the keys of a store that occur more than once: one partition after the other, each in bounded memory. Where the keys
/// of a partition do not fit, those that did not are looked at in another round.
struct DuplicateSearch {
    struct Found: Equatable, Sendable {
        /// Keys beyond the first of each value.
        var repeats = 0
        /// The least of the values that occur more than once, in their encoded form.
        var samples: [[UInt8]] = []

        static let mostSamples = 5

        mutating func add(_ key: UnsafeRawBufferPointer) {
            repeats += 1
            if samples.count == Self.mostSamples, ByteOrder.compare(key, samples[samples.count - 1]) >= 0 { return }
            guard !samples.contains(where: { ByteOrder.compare(key, $0) == 0 }) else { return }
            let place = samples.firstIndex { ByteOrder.compare(key, $0) < 0 } ?? samples.count
            samples.insert(Array(key), at: place)
            if samples.count > Self.mostSamples { samples.removeLast() }
        }
    }

    private let store: KeyStore
    private let memoryBytes: Int
    /// Asked before each round, when nothing is held.
    private let isStopped: () -> Bool
    private var found = Found()

    init(_ store: KeyStore, memoryBytes: Int, isStopped: @escaping () -> Bool = { false }) {
        self.store = store
        self.memoryBytes = memoryBytes
        self.isStopped = isStopped
    }

    /// Takes the keys out of the store.
    mutating func run() throws(QualityFault) -> Found {
        if store.areWords { try searchWords() } else { try searchBytes() }
        return found
    }

    private mutating func searchWords() throws(QualityFault) {
        var known = DistinctWords(memoryBytes: memoryBytes)
        let hash = store.hash
        for index in 0..<KeyStore.partitions {
            try goOn()
            var partition = store.take(index)
            while partition.bytes > 0 {
                known.begin(keys: partition.bytes / 8)
                var rest = LeftOver(store)
                try each(&partition) { bytes, count throws(QualityFault) in
                    let words = bytes.assumingMemoryBound(to: UInt64.self)
                    for i in 0..<count / 8 {
                        switch known.insert(words[i], hash(words[i])) {
                        case .isNew: continue
                        case .wasThere: found.add(UnsafeRawBufferPointer(start: words + i, count: 8))
                        case .isFull: try rest.add(UnsafeRawPointer(words + i), 8)
                        }
                    }
                }
                partition = try rest.partition()
                try goOn()
            }
        }
    }

    private mutating func searchBytes() throws(QualityFault) {
        var known = DistinctBytes(memoryBytes: memoryBytes)
        let hash = store.hash
        for index in 0..<KeyStore.partitions {
            try goOn()
            var partition = store.take(index)
            while partition.bytes > 0 {
                known.begin(keys: partition.keys)
                var rest = LeftOver(store)
                try each(&partition) { bytes, count throws(QualityFault) in
                    var place = 0
                    while place < count {
                        let length = Int((bytes + place).loadUnaligned(as: UInt32.self))
                        let key = UnsafeRawPointer(bytes + place + 4)
                        switch known.insert(key, length, hash(key, length)) {
                        case .isNew: break
                        case .wasThere: found.add(UnsafeRawBufferPointer(start: key, count: length))
                        case .isFull: try rest.add(bytes + place, 4 + length)
                        }
                        place += 4 + length
                    }
                }
                partition = try rest.partition()
                try goOn()
            }
        }
    }

    private func goOn() throws(QualityFault) {
        guard isStopped() else { return }
        throw QualityFault(.cancelled, "Interrupted while the keys of a unique rule were compared")
    }

    /// Whole records, chunk by chunk; a chunk's memory is free after it.
    private func each(
        _ partition: inout KeyStore.Partition, _ body: (UnsafeRawPointer, Int) throws(QualityFault) -> Void
    ) throws(QualityFault) {
        // Of those that an error leaves.
        defer { while let chunk = partition.chunks.popLast() { chunk.free() } }
        while let chunk = partition.chunks.popLast() {
            defer { chunk.free() }
            store.giveMemory(chunk.capacity)
            try body(chunk.base, chunk.used)
        }
        let segments = partition.segments
        guard let longest = segments.map(\.count).max() else { return }
        let file = try store.spillFile()
        let buffer = UnsafeMutableRawPointer.allocate(byteCount: longest + 16, alignment: 16)
        defer { buffer.deallocate() }
        for segment in segments {
            try file.read(buffer, segment.count, at: segment.offset)
            try body(buffer, segment.count)
        }
    }

    /// Records for another round.
    private struct LeftOver {
        private let store: KeyStore
        private var records: [UInt8] = []
        private var segments: [KeyStore.Segment] = []
        private var keys = 0

        init(_ store: KeyStore) { self.store = store }

        mutating func add(_ record: UnsafeRawPointer, _ count: Int) throws(QualityFault) {
            keys += 1
            records.append(contentsOf: UnsafeRawBufferPointer(start: record, count: count))
            if records.count >= 64 << 10 { try write() }
        }

        private mutating func write() throws(QualityFault) {
            guard !records.isEmpty else { return }
            let file = try store.spillFile()
            let count = records.count
            // withUnsafeBytes does not pass a typed error on.
            let result = records.withUnsafeBytes { bytes in
                Result { () throws(QualityFault) in try file.append(bytes.baseAddress!, count) }
            }
            segments.append(KeyStore.Segment(offset: try result.get(), count: count))
            records.removeAll(keepingCapacity: true)
        }

        mutating func partition() throws(QualityFault) -> KeyStore.Partition {
            try write()
            return KeyStore.Partition(
                segments: segments, bytes: segments.reduce(0) { $0 + $1.count }, keys: keys)
        }
    }
}
