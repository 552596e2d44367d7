import Columnar
import Ports

// COPY … TO STDOUT (FORMAT binary), https://www.postgresql.org/docs/current/sql-copy.html "Binary Format":
//
//     "PGCOPY\n\377\r\n\0"  flags: Int32  extension length: Int32  extension        the header
//     field count: Int16 { length: Int32 (−1 = NULL)  bytes }…                      a row
//     −1: Int16                                                                     the trailer

/// Turns a binary COPY stream into columns. Knows nothing of connections: bytes in, a `Batch` filled.
///
/// The server sends a row per message; then rows are decoded from the message as it lies there. Nothing depends on it:
/// a row that is cut by the end of a piece is kept until the rest has come, so a recorded stream may be fed in pieces
/// of any size. Used by one thread at a time.
package final class CopyDecoder {
    /// What changes per row, behind a pointer so that the hot loop pays for no exclusivity checks.
    struct State {
        var variableBytes = 0
        /// Rows of this unit that were decoded.
        var rows = 0
        var phase = Phase.header
    }

    enum Phase: Equatable { case header, rows, ended }

    package let plan: [ColumnPlan]
    /// What the values that cannot be represented become: an error, or NULL.
    let nullsUnfit: Bool
    let fieldCount: Int
    let sinks: UnsafeMutablePointer<ColumnSink>
    /// One per column; used for lists only.
    let elements: UnsafeMutablePointer<ColumnSink>
    let state: UnsafeMutablePointer<State>
    let powers = PowersOfTen.table
    private(set) var batch: Batch?
    var unitLabel = ""
    /// Bytes of a row (or of the header) that a piece ended in.
    private var pending = [UInt8]()

    /// A field is at most 1 GiB (MaxAllocSize in the server).
    static let maximumFieldBytes = 0x3FFF_FFFF

    package init(plan: [ColumnPlan], unrepresentable: NullOrError = .error) throws(PostgresFault) {
        self.plan = plan
        nullsUnfit = unrepresentable == .null
        fieldCount = plan.count
        let schema: Schema
        do { schema = try Schema(plan.map { Field($0.name, $0.type) }) } catch {
            throw PostgresFault(.invalidUse, kind: .configuration, error.description)
        }
        self.schema = schema
        sinks = .allocate(capacity: max(1, plan.count))
        elements = .allocate(capacity: max(1, plan.count))
        state = .allocate(capacity: 1)
        state.initialize(to: State())
        let nowhere = Column(.int32, slots: 0)
        for (i, column) in plan.enumerated() {
            (sinks + i).initialize(to: ColumnSink(kind: column.kind, column: i, type: column.type, target: nowhere))
            (elements + i).initialize(
                to: ColumnSink(kind: column.elementKind, column: i, type: column.type.innermost, target: nowhere))
        }
    }

    package enum NullOrError: Sendable { case null, error }

    package let schema: Schema

    deinit {
        // Trivial types: nothing to deinitialise.
        sinks.deallocate()
        elements.deallocate()
        state.deallocate()
    }

    /// Rows decoded of the present unit.
    package var rowsInUnit: Int { state.pointee.rows }
    package var hasEnded: Bool { state.pointee.phase == .ended }

    /// Values that became NULL, by column.
    package var adjustedCounts: [Int] { (0..<fieldCount).map { sinks[$0].adjusted + elements[$0].adjusted } }

    /// Expects a header next.
    package func beginUnit(label: String) {
        state.pointee = State()
        pending.removeAll()
        unitLabel = label
    }

    /// Takes the raw pointers out of the batch. Until `detach()` only the decoder may touch it.
    package func attach(_ batch: Batch) {
        precondition(self.batch == nil, "a decoder fills one batch at a time")
        precondition(batch.columns.count == fieldCount, "the batch has another schema")
        self.batch = batch
        state.pointee.variableBytes = batch.variableBytes
        for i in 0..<fieldCount { sinks[i].load(batch.columns[i]) }
    }

    /// Gives the batch its counts. Rows that are whole are in it, also after a fault.
    package func detach() {
        guard let batch else { return }
        for i in 0..<fieldCount { sinks[i].store(batch.columns[i], slots: batch.rowCount) }
        batch.variableBytes = state.pointee.variableBytes
        self.batch = nil
    }

    /// Decodes rows until the batch is full or the piece is used up; returns how many bytes were used. What is left (the
    /// batch is full) is to be offered again. On a fault the batch holds the rows before the faulty one.
    package func consume(_ piece: UnsafeRawBufferPointer) throws(PostgresFault) -> Int {
        guard let batch else { preconditionFailure("attach a batch first") }
        guard let base = piece.baseAddress, piece.count > 0 else { return 0 }
        let piece = UnsafeRawBufferPointer(start: base, count: min(piece.count, Self.maximumPieceBytes))
        let end = base + piece.count
        var p = base
        if state.pointee.phase != .rows || !pending.isEmpty {
            p += try consumePending(piece, into: batch)
            if state.pointee.phase != .rows { return p - base }
        }
        var row = batch.rowCount
        let rowLimit = batch.limit.rows
        let byteLimit = batch.limit.variableBytes
        do throws(PostgresFault) {
            while p != end && row < rowLimit && state.pointee.variableBytes < byteLimit {
                let used = try decodeRow(p, end, slot: row)
                guard used > 0 else {
                    undoPartialRow(row)
                    if used == Self.trailer {
                        p += 2
                        state.pointee.phase = .ended
                        break
                    }
                    pending.append(contentsOf: UnsafeRawBufferPointer(start: p, count: end - p))
                    p = end
                    break
                }
                p += used
                row &+= 1
                state.pointee.rows &+= 1
                batch.rowCount = row
            }
        } catch {
            undoPartialRow(row)
            throw error
        }
        if state.pointee.phase == .ended && p != end { throw streamFault("bytes follow the end of the stream") }
        return p - base
    }

    /// Checks that the stream ended where it says it ends.
    package func finishUnit() throws(PostgresFault) {
        guard state.pointee.phase == .ended else {
            throw streamFault(
                pending.isEmpty
                    ? "the stream has no end marker"
                    : "the stream ends inside a row (\(pending.count) bytes of it came)")
        }
    }

    // MARK: - The slow path: a header, or a row in pieces

    /// Adds the piece to what is pending and decodes at most what was pending. Returns how much of the piece was used.
    @inline(never)
    private func consumePending(_ piece: UnsafeRawBufferPointer, into batch: Batch) throws(PostgresFault) -> Int {
        if state.pointee.phase == .ended { throw streamFault("bytes follow the end of the stream") }
        if state.pointee.phase == .rows && batch.isFull { return 0 }
        let before = pending.count
        // A row's first bytes say how much is missing, so a piece is copied only as far as it belongs to that row.
        pending.append(contentsOf: piece)
        let needed: Int
        switch state.pointee.phase {
        case .header:
            needed = try pending.withUnsafeBufferPointer { bytes throws(PostgresFault) in
                try self.headerLength(UnsafeRawBufferPointer(bytes))
            }
        default:
            needed = try pending.withUnsafeBufferPointer { bytes throws(PostgresFault) in
                try self.rowLength(UnsafeRawBufferPointer(bytes))
            }
        }
        guard needed > 0 else { return piece.count }
        let used = needed - before
        defer { pending.removeAll(keepingCapacity: needed < 1 << 20) }
        if state.pointee.phase == .header {
            state.pointee.phase = .rows
            return used
        }
        let row = batch.rowCount
        do throws(PostgresFault) {
            let taken = try pending.withUnsafeBufferPointer { bytes throws(PostgresFault) -> Int in
                let start = UnsafeRawPointer(bytes.baseAddress!)
                return try self.decodeRow(start, start + needed, slot: row)
            }
            if taken == Self.trailer {
                state.pointee.phase = .ended
                guard used == piece.count else { throw streamFault("bytes follow the end of the stream") }
                return used
            }
            guard taken == needed else { throw streamFault("a row's lengths do not add up") }
        } catch {
            undoPartialRow(row)
            throw error
        }
        state.pointee.rows &+= 1
        batch.rowCount = row + 1
        return used
    }

    /// Length of the header that `bytes` begin with; 0 when more must come.
    private func headerLength(_ bytes: UnsafeRawBufferPointer) throws(PostgresFault) -> Int {
        for (i, byte) in Self.signature.enumerated() where i < bytes.count && bytes[i] != byte {
            throw streamFault("it does not begin with the signature of a binary COPY")
        }
        guard bytes.count >= 19 else { return 0 }
        let flags = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: 11, as: UInt32.self))
        // Bits 16–31 are critical; 16 says that rows begin with an oid (before PostgreSQL 12), which COPY sends on request only.
        guard flags >> 16 == 0 else {
            throw streamFault("its header has flags unknown to us (\(String(flags, radix: 16)))")
        }
        let more = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 15, as: Int32.self)))
        guard more >= 0, more <= 1 << 20 else { throw streamFault("its header is \(more) bytes long") }
        return bytes.count >= 19 + more ? 19 + more : 0
    }

    private static let signature: [UInt8] = Array("PGCOPY\n".utf8) + [0xFF, 0x0D, 0x0A, 0x00]

    /// Length of the row (or trailer) that `bytes` begin with; 0 when more must come.
    private func rowLength(_ bytes: UnsafeRawBufferPointer) throws(PostgresFault) -> Int {
        guard bytes.count >= 2 else { return 0 }
        let count = Int(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        if count == -1 { return 2 }
        guard count == fieldCount else { throw wrongFieldCount(count) }
        var offset = 2
        for i in 0..<count {
            guard bytes.count - offset >= 4 else { return 0 }
            let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)))
            offset += 4
            guard length >= -1, length <= Self.maximumFieldBytes else { throw wrongLength(sinks + i, length) }
            offset += max(0, length)
            guard offset <= bytes.count else { return 0 }
        }
        return offset
    }

    /// Takes back the values that a row left which did not come to its end.
    @inline(never)
    private func undoPartialRow(_ row: Int) {
        guard let batch else { return }
        for i in 0..<fieldCount {
            let column = batch.columns[i]
            // One slot too many where the row got as far; the value is recognised by what was written.
            let filled = sinks[i].slots(of: column)
            sinks[i].store(column, slots: filled)
            if filled > row { column.truncate(to: row) }
            sinks[i].load(column)
        }
        state.pointee.variableBytes = batch.columns.reduce(0) { $0 + ($1.storage == .bytes ? $1.arenaUsed : 0) }
    }
}
