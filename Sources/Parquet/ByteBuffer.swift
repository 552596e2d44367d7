import Glibc

/// Growing bytes that are reused: pages, headers and footers are built in it. One thread at a time.
///
/// Hot loops call `reserve` once and then write through `base + count`, moving `count` themselves.
package final class ByteBuffer {
    package private(set) var base: UnsafeMutableRawPointer
    package private(set) var capacity: Int
    package var count = 0

    /// Bytes behind `capacity` that may be overwritten, so that short copies can be done in whole words.
    package static let slack = 32

    package init(capacity: Int = 256) {
        self.capacity = capacity
        base = Self.resized(nil, to: capacity)
    }

    deinit { free(base) }

    package var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: count) }
    package var tail: UnsafeMutableRawPointer { base + count }

    package func removeAll() { count = 0 }

    /// Gives memory back where one oversize value had enlarged the buffer.
    package func shrink(to limit: Int) {
        guard capacity > limit else { return }
        precondition(count == 0, "only an empty buffer is shrunk")
        free(base)
        capacity = limit
        base = Self.resized(nil, to: capacity)
    }

    /// Makes room for `extra` more bytes.
    package func reserve(_ extra: Int) {
        if count + extra > capacity { grow(to: count + extra) }
    }

    @inline(never)
    private func grow(to needed: Int) {
        capacity = max(needed, capacity + capacity / 2)
        base = Self.resized(base, to: capacity)
    }

    /// From malloc, since realloc moves large blocks by their page tables: both copies are never resident.
    private static func resized(_ base: UnsafeMutableRawPointer?, to capacity: Int) -> UnsafeMutableRawPointer {
        guard let resized = realloc(base, capacity + slack) else { fatalError("out of memory: \(capacity) bytes") }
        return resized
    }

    package func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    package func append(_ source: UnsafeRawBufferPointer) {
        guard let start = source.baseAddress, source.count > 0 else { return }
        reserve(source.count)
        (base + count).copyMemory(from: start, byteCount: source.count)
        count += source.count
    }

    package func append(littleEndian value: some FixedWidthInteger & BitwiseCopyable) {
        let size = MemoryLayout.size(ofValue: value)
        reserve(size)
        base.storeBytes(of: value.littleEndian, toByteOffset: count, as: type(of: value).self)
        count += size
    }

    /// Unsigned LEB128.
    package func append(varint value: UInt64) {
        reserve(10)
        var rest = value
        while rest >= 0x80 {
            base.storeBytes(of: UInt8(truncatingIfNeeded: rest) | 0x80, toByteOffset: count, as: UInt8.self)
            count += 1
            rest >>= 7
        }
        base.storeBytes(of: UInt8(truncatingIfNeeded: rest), toByteOffset: count, as: UInt8.self)
        count += 1
    }
}
