import Columnar

/// The keys of a batch: a word each where the key is one column of at most 8 bytes, bytes otherwise. Rows in which a part is
/// NULL have no key, as in SQL. Used by one thread at a time.
final class KeyColumns {
    /// Column indexes with how each is encoded.
    private let parts: [(column: Int, part: KeyPart)]
    let areWords: Bool

    /// Keys of the batch that was read last.
    private(set) var count = 0
    /// Where keys are words.
    private(set) var words: UnsafePointer<UInt64>
    /// Where they are bytes: key i is `bytes[offsets[i] ..< offsets[i + 1]]`, with 16 bytes of slack behind the last.
    private(set) var offsets: UnsafePointer<UInt32>
    private(set) var bytes: UnsafeRawPointer

    private var ownWords: UnsafeMutablePointer<UInt64>
    private var ownOffsets: UnsafeMutablePointer<UInt32>
    private var ownBytes: UnsafeMutableRawPointer
    private var places: UnsafeMutablePointer<UInt32>
    private var slots = 0
    private var room = 0
    /// The slot of each key; nil where every slot has one.
    private(set) var rows: [Int32]?

    init(columns: [Int], parts: [KeyPart]) {
        self.parts = Array(zip(columns, parts))
        areWords = parts.count == 1 && parts[0].isWord
        ownWords = .allocate(capacity: 1)
        ownOffsets = .allocate(capacity: 1)
        places = .allocate(capacity: 1)
        ownBytes = .allocate(byteCount: 16, alignment: 16)
        (words, offsets, bytes) = (UnsafePointer(ownWords), UnsafePointer(ownOffsets), UnsafeRawPointer(ownBytes))
    }

    deinit {
        ownWords.deallocate()
        ownOffsets.deallocate()
        places.deallocate()
        ownBytes.deallocate()
    }

    /// The pointers are good until the batch changes.
    func read(_ batch: Batch) {
        reserve(slots: batch.rowCount)
        if parts.count == 1 {
            let column = batch.columns[parts[0].column]
            count = column.valueCount
            rows = nil
            if column.nullCount > 0 {
                rows = (0..<column.slotCount).filter { column.isValid($0) }.map { Int32(truncatingIfNeeded: $0) }
            }
            if areWords {
                words = readWords(column, parts[0].part)
                return
            }
            if parts[0].part == .bytes {
                (offsets, bytes) = (UnsafePointer(column.offsets), UnsafeRawPointer(column.arena))
                return
            }
        }
        compose(batch)
    }

    private func reserve(slots wanted: Int) {
        guard wanted > slots else { return }
        slots = wanted
        ownWords.deallocate()
        ownOffsets.deallocate()
        places.deallocate()
        ownWords = .allocate(capacity: wanted)
        ownOffsets = .allocate(capacity: wanted + 1)
        places = .allocate(capacity: wanted)
    }

    private func readWords(_ column: Column, _ part: KeyPart) -> UnsafePointer<UInt64> {
        let (out, count) = (ownWords, count)
        switch part {
        case .int64: return column.pointer()
        case .int32:
            let values: UnsafePointer<UInt32> = column.pointer()
            for i in 0..<count { out[i] = UInt64(values[i]) }
        case .int8:
            let values: UnsafePointer<UInt8> = column.pointer()
            for i in 0..<count { out[i] = UInt64(values[i]) }
        case .float:
            let values: UnsafePointer<Float> = column.pointer()
            for i in 0..<count { out[i] = UInt64(KeyPart.bits(values[i])) }
        case .double:
            let values: UnsafePointer<Double> = column.pointer()
            for i in 0..<count { out[i] = KeyPart.bits(values[i]) }
        case .wide, .bytes: preconditionFailure("these are not words")
        }
        return UnsafePointer(out)
    }

    // MARK: - Keys of several parts

    /// Column by column: lengths, places, then the values into their places. A text is led by its length, so that
    /// ("a", "bc") and ("ab", "c") are two keys.
    private func compose(_ batch: Batch) {
        let columns = parts.map { batch.columns[$0.column] }
        if columns.allSatisfy({ $0.nullCount == 0 }) {
            rows = nil
            count = batch.rowCount
        } else {
            let complete = (0..<batch.rowCount).filter { slot in columns.allSatisfy { $0.isValid(slot) } }
            rows = complete.map { Int32(truncatingIfNeeded: $0) }
            count = complete.count
        }
        let (count, places, ends) = (count, places, ownOffsets)
        let fixed = parts.reduce(0) { $0 + ($1.part.width ?? 4) }
        for i in 0..<count { places[i] = UInt32(fixed) }
        let indexes = columns.map { valueIndexes(of: $0) }
        for (column, index) in zip(columns, indexes) where column.storage == .bytes {
            let offsets = column.offsets
            each(index, count) { key, value in places[key] &+= offsets[value + 1] &- offsets[value] }
        }
        var end = 0
        ends[0] = 0
        for i in 0..<count {
            let length = Int(places[i])
            places[i] = UInt32(truncatingIfNeeded: end)
            end += length
            // Parts of keys together take less than 4 GiB, as a batch of a few MiB holds them.
            ends[i + 1] = UInt32(truncatingIfNeeded: end)
        }
        if end + 16 > room {
            ownBytes.deallocate()
            room = max(end + 16, room * 2)
            ownBytes = .allocate(byteCount: room, alignment: 16)
        }
        for (column, (part, index)) in zip(columns, zip(parts.map(\.part), indexes)) { put(column, part, index) }
        (offsets, bytes) = (UnsafePointer(ownOffsets), UnsafeRawPointer(ownBytes))
    }

    private func put(_ column: Column, _ part: KeyPart, _ index: [Int32]?) {
        let (out, places) = (ownBytes, places)
        func put<T: BitwiseCopyable>(_: T.Type, _ load: (Int) -> T) {
            each(index, count) { key, value in
                out.storeBytes(of: load(value), toByteOffset: Int(places[key]), as: T.self)
                places[key] &+= UInt32(MemoryLayout<T>.size)
            }
        }
        switch part {
        case .int8:
            let values: UnsafePointer<UInt8> = column.pointer()
            put(UInt8.self) { values[$0] }
        case .int32:
            let values: UnsafePointer<UInt32> = column.pointer()
            put(UInt32.self) { values[$0] }
        case .int64:
            let values: UnsafePointer<UInt64> = column.pointer()
            put(UInt64.self) { values[$0] }
        case .float:
            let values: UnsafePointer<Float> = column.pointer()
            put(UInt32.self) { KeyPart.bits(values[$0]) }
        case .double:
            let values: UnsafePointer<Double> = column.pointer()
            put(UInt64.self) { KeyPart.bits(values[$0]) }
        case .wide:
            let values: UnsafePointer<UInt128> = column.pointer()
            put(UInt128.self) { values[$0] }
        case .bytes:
            let (offsets, arena) = (column.offsets, column.arena)
            each(index, count) { key, value in
                let start = offsets[value]
                let length = offsets[value + 1] &- start
                let place = Int(places[key])
                out.storeBytes(of: length, toByteOffset: place, as: UInt32.self)
                (out + place + 4).copyMemory(from: arena + Int(start), byteCount: Int(length))
                places[key] = UInt32(truncatingIfNeeded: place + 4) &+ length
            }
        }
    }

    @inline(__always)
    private func each(_ index: [Int32]?, _ count: Int, _ body: (_ key: Int, _ value: Int) -> Void) {
        guard let index else {
            for i in 0..<count { body(i, i) }
            return
        }
        for i in 0..<count { body(i, Int(index[i])) }
    }

    /// The number of the value that each key has in a column; nil where it is the key's own number.
    private func valueIndexes(of column: Column) -> [Int32]? {
        guard let rows else { return nil }
        guard column.nullCount > 0 else { return rows }
        var indexes: [Int32] = []
        indexes.reserveCapacity(rows.count)
        var (slot, value) = (0, Int32(0))
        for row in rows {
            while slot < Int(row) {
                if column.isValid(slot) { value += 1 }
                slot += 1
            }
            indexes.append(value)
        }
        return indexes
    }
}
