/// Bytes that can be read anywhere: a file, an object in a store, memory.
package protocol ByteRangeSource: AnyObject {
    var size: Int { get }
    /// Exactly `count` bytes from `offset`. Whoever calls has checked that the range lies within `size`; a source that
    /// has become shorter throws `truncated`.
    func read(offset: Int, count: Int) throws(ParquetFault) -> [UInt8]
}

extension ByteRangeSource {
    /// Reads a range that a file claims, which may be anything.
    func readClaimed(offset: Int64, count: Int64, _ what: String) throws(ParquetFault) -> [UInt8] {
        guard offset >= 0, count >= 0, count <= Int64(size), offset <= Int64(size) - count else {
            throw ParquetFault(.corrupt, "\(what) is said to be \(count) bytes at \(offset) of a file of \(size) bytes")
        }
        return try read(offset: Int(offset), count: Int(count))
    }
}

/// Bytes in memory.
package final class MemoryRangeSource: ByteRangeSource {
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package var size: Int { bytes.count }

    package func read(offset: Int, count: Int) throws(ParquetFault) -> [UInt8] { Array(bytes[offset..<offset + count]) }
}
