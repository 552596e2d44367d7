// The end of a file: FileMetaData (Thrift) | its length, 4 bytes little-endian | "PAR1"
// https://github.com/apache/parquet-format#file-format

/// Finds and reads a file's footer.
package enum FooterReader {
    package static let magic = Array("PAR1".utf8)
    /// A footer is held in memory as a whole, about eight times its size once read.
    package static let maximumFooterBytes = 64 << 20

    /// One read fetches the footer of most files.
    private static let firstRead = 64 << 10

    package static func read(
        _ source: any ByteRangeSource
    ) throws(ParquetFault) -> (metaData: FileMetaData, footerStart: Int) {
        let size = source.size
        guard size >= 12 else { throw ParquetFault(.truncated, "a file of \(size) bytes is no Parquet file") }
        var tail = try source.read(offset: size - min(size, firstRead), count: min(size, firstRead))
        guard tail.suffix(4) == magic[...] else {
            if tail.suffix(4) == Array("PARE".utf8)[...] {
                throw ParquetFault(.unsupported, "the file's footer is encrypted")
            }
            throw ParquetFault(
                .corrupt, "the file does not end with PAR1: it is no Parquet file, or cut", offset: size - 4)
        }
        let length = tail.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= size - 12 else {
            throw ParquetFault(.corrupt, "a footer of \(length) bytes in a file of \(size)", offset: size - 8)
        }
        guard length <= maximumFooterBytes else {
            throw ParquetFault(.unsupported, "a footer of \(length) bytes; at most \(maximumFooterBytes) are read")
        }
        let footerStart = size - 8 - length
        if length + 8 > tail.count { tail = try source.read(offset: footerStart, count: length + 8) }
        do throws(ParquetFault) {
            let metaData = try parse(tail, from: tail.count - 8 - length, count: length)
            return (metaData, footerStart)
        } catch {
            var fault = error
            fault.message = "the footer: \(fault.message)"
            fault.offset = fault.offset.map { $0 + footerStart }
            throw fault
        }
    }

    private static func parse(_ bytes: [UInt8], from: Int, count: Int) throws(ParquetFault) -> FileMetaData {
        try bytes.withBorrowedBytes { bytes throws(ParquetFault) in
            var reader = CompactReader(UnsafeRawBufferPointer(rebasing: bytes[from..<from + count]))
            return try FileMetaData.read(from: &reader)
        }
    }
}
