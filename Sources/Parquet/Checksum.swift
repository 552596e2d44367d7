import CZlib

/// The CRC-32 of a page: polynomial 0x04C11DB7, as in gzip, over the page's bytes as they stand in the file.
package enum Checksum {
    package static func crc32(_ bytes: UnsafeRawBufferPointer) -> UInt32 { update(0, bytes) }

    /// Of two pieces that stand one behind the other: levels and compressed values of a v2 page.
    package static func crc32(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> UInt32 {
        update(update(0, first), second)
    }

    private static func update(_ crc: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        // crc32() of a null pointer is the initial value, not the one it was given.
        guard let base = bytes.baseAddress, bytes.count > 0 else { return crc }
        return UInt32(truncatingIfNeeded: crc32_z(UInt(crc), base.assumingMemoryBound(to: UInt8.self), bytes.count))
    }
}
