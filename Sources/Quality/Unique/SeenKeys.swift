import Ports
import Synchronization

/// The keys that a load has shown so far, for rules that set a row aside the moment its key comes again. They all stay in
/// memory: a row that has passed can't be called back.
///
/// Of rows with equal keys the first to arrive stays. With several connections that need not be the same row in every run;
/// how many are set aside is.
final class SeenKeys: Sendable {
    private static let shards = 64

    private struct Shard {
        /// By key, who brought it: 0 is nobody any more.
        var words: [UInt64: Int32] = [:]
        var texts: [[UInt8]: Int32] = [:]
    }

    private let shards: [ShardLock]
    private let hash = KeyHash()
    private let owners = Atomic<Int32>(0)
    private let bytesLeft: Atomic<Int>
    private let memoryBytes: Int
    let areWords: Bool

    private final class ShardLock: Sendable {
        let shard = Mutex(Shard())
    }

    init(areWords: Bool, memoryBytes: Int) {
        self.areWords = areWords
        self.memoryBytes = memoryBytes
        bytesLeft = Atomic(memoryBytes)
        shards = (0..<Self.shards).map { _ in ShardLock() }
    }

    /// For one encoder.
    func newOwner() -> Int32 { owners.wrappingAdd(1, ordering: .relaxed).newValue }

    /// The numbers of the keys that were there before.
    func add(_ keys: KeyColumns, owner: Int32) throws(QualityFault) -> [Int32] {
        var repeated: [Int32] = []
        for i in 0..<keys.count {
            /// Nil: nobody ever did.
            let brought: Int32?
            if areWords {
                let word = keys.words[i]
                brought = shards[shard(hash(word))].shard.withLock { shard in
                    let brought = shard.words[word]
                    if brought ?? 0 == 0 { shard.words[word] = owner }
                    return brought
                }
                if brought == nil { try take(40) }
            } else {
                let start = Int(keys.offsets[i])
                let key = UnsafeRawBufferPointer(start: keys.bytes + start, count: Int(keys.offsets[i + 1]) - start)
                let bytes = Array(key)
                brought = shards[shard(hash(keys.bytes + start, key.count))].shard.withLock { shard in
                    let brought = shard.texts[bytes]
                    if brought ?? 0 == 0 { shard.texts[bytes] = owner }
                    return brought
                }
                if brought == nil { try take(key.count + 96) }
            }
            if brought ?? 0 != 0 { repeated.append(Int32(truncatingIfNeeded: i)) }
        }
        return repeated
    }

    /// What an encoder brought will come again: the keys stay, without an owner, and so does the memory they take.
    func forget(owner: Int32) {
        for lock in shards {
            lock.shard.withLock { shard in
                for (key, brought) in shard.words where brought == owner { shard.words[key] = 0 }
                for (key, brought) in shard.texts where brought == owner { shard.texts[key] = 0 }
            }
        }
    }

    private func shard(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash &>> KeyStore.partitionShift) }

    private func take(_ count: Int) throws(QualityFault) {
        guard bytesLeft.wrappingSubtract(count, ordering: .relaxed).newValue < 0 else { return }
        throw QualityFault(
            .permanent,
            "The keys of a unique rule with severity quarantine need more than \(NumberWords.count(memoryBytes >> 20)) MiB",
            remedy: "Raise run.memory_budget, or choose error or warn, which need no more memory for more rows.")
    }
}
