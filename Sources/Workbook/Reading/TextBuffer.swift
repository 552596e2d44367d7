import Glibc

/// The bytes of one cell's or text's value as they come in pieces; a million times over, so without an array's checks.
struct TextBuffer: ~Copyable {
    private var memory = UnsafeMutablePointer<UInt8>.allocate(capacity: 4096)
    private var capacity = 4096
    private(set) var count = 0

    deinit { memory.deallocate() }

    var isEmpty: Bool { count == 0 }
    /// Valid until the next `append`.
    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: memory, count: count) }

    mutating func clear() { count = 0 }

    mutating func append(_ piece: UnsafeBufferPointer<UInt8>) {
        guard let source = piece.baseAddress else { return }
        if piece.count > capacity - count { grow(by: piece.count) }
        // SAFETY: grown to hold it right above.
        memcpy(memory + count, source, piece.count)
        count += piece.count
    }

    @inline(never)
    private mutating func grow(by extra: Int) {
        let larger = max(capacity * 2, count + extra)
        let fresh = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
        memcpy(fresh, memory, count)
        memory.deallocate()
        memory = fresh
        capacity = larger
    }
}
