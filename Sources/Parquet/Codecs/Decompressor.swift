import CLZ4
import CSnappy
import CZlib
import CZstd

/// Decompresses pages with one codec. The result has a known size: more or less than it is an error, and nothing is ever
/// written behind it. One thread at a time.
package final class Decompressor {
    package let codec: Codec
    private let zstd: OpaquePointer?
    private let gzip: UnsafeMutablePointer<z_stream>?

    package init(_ codec: Codec) throws(ParquetFault) {
        self.codec = codec
        switch codec {
        case .zstd:
            gzip = nil
            zstd = ZSTD_createDCtx()
            guard zstd != nil else { throw ParquetFault(.codec, "zstd: no memory for a decompression context") }
        case .gzip:
            zstd = nil
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            let status = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
            guard status == Z_OK else {
                stream.deallocate()
                gzip = nil
                throw ParquetFault(.codec, "zlib: inflateInit2 returned \(status)")
            }
            gzip = stream
        case .none, .snappy, .lz4Raw:
            zstd = nil
            gzip = nil
        }
    }

    deinit {
        if let zstd { ZSTD_freeDCtx(zstd) }
        if let gzip {
            inflateEnd(gzip)
            gzip.deallocate()
        }
    }

    /// Decompresses to exactly `size` bytes, which a header claims; a claim above `limit` is refused before memory is
    /// asked for.
    package func decompress(
        _ source: UnsafeRawBufferPointer, size: Int, limit: Int
    ) throws(ParquetFault) -> [UInt8] {
        guard size >= 0, size <= limit else {
            throw ParquetFault(.corrupt, "a page claims \(size) bytes decompressed, more than the limit of \(limit)")
        }
        var fault: ParquetFault?
        let result = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            // An empty array has no address, and C libraries want one.
            var nothing: UInt8 = 0
            do throws(ParquetFault) {
                if let base = buffer.baseAddress, size > 0 {
                    try decompress(source, into: UnsafeMutableRawPointer(base), size: size)
                } else {
                    try decompress(source, into: &nothing, size: 0)
                }
                count = size
            } catch {
                fault = error
                count = 0
            }
        }
        if let fault { throw fault }
        return result
    }

    /// Writes exactly `size` bytes, for which there must be room.
    package func decompress(
        _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawPointer, size: Int
    ) throws(ParquetFault) {
        let written: Int
        switch codec {
        case .none:
            written = source.count
            if let base = source.baseAddress, source.count == size {
                destination.copyMemory(from: base, byteCount: size)
            }
        case .zstd:
            written = ZSTD_decompressDCtx(zstd, destination, size, source.baseAddress, source.count)
            guard ZSTD_isError(written) == 0 else {
                throw ParquetFault(.corrupt, "zstd: \(String(cString: ZSTD_getErrorName(written)))")
            }
        case .gzip: written = try inflatePage(source, into: destination, size: size)
        case .snappy:
            let input = source.baseAddress?.assumingMemoryBound(to: CChar.self)
            var claimed = 0
            guard input != nil, snappy_uncompressed_length(input, source.count, &claimed) == SNAPPY_OK else {
                throw ParquetFault(.corrupt, "snappy: no length at the beginning")
            }
            guard claimed == size else { throw wrong(claimed, size) }
            let status = snappy_uncompress(
                input, source.count, destination.assumingMemoryBound(to: CChar.self), &claimed)
            guard status == SNAPPY_OK else { throw ParquetFault(.corrupt, "snappy: the bytes are not valid") }
            written = claimed
        case .lz4Raw:
            guard let input = source.baseAddress, source.count <= Int(Int32.max), size <= Int(Int32.max) else {
                throw ParquetFault(.corrupt, "lz4: a block of \(source.count) bytes")
            }
            let count = LZ4_decompress_safe(
                input.assumingMemoryBound(to: CChar.self), destination.assumingMemoryBound(to: CChar.self),
                Int32(source.count), Int32(size))
            guard count >= 0 else { throw ParquetFault(.corrupt, "lz4: the bytes are not valid") }
            written = Int(count)
        }
        guard written == size else { throw wrong(written, size) }
    }

    private func inflatePage(
        _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawPointer, size: Int
    ) throws(ParquetFault) -> Int {
        guard let stream = gzip, source.count <= Int(Int32.max), size <= Int(Int32.max) else {
            throw ParquetFault(.corrupt, "gzip: a page of \(source.count) bytes")
        }
        // zlib's pointer to its input is not const; it does not write through it.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = destination.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(size)
        // A gzip file may be several members, one after the other. Each takes at least 18 bytes, so this ends.
        repeat {
            guard inflateReset(stream) == Z_OK else { throw ParquetFault(.codec, "zlib: inflateReset failed") }
            guard inflate(stream, Z_FINISH) == Z_STREAM_END else {
                throw ParquetFault(.corrupt, "gzip: the bytes are not valid or not of \(size) bytes decompressed")
            }
        } while stream.pointee.avail_in > 0
        return size - Int(stream.pointee.avail_out)
    }

    private func wrong(_ found: Int, _ expected: Int) -> ParquetFault {
        ParquetFault(.corrupt, "\(codec): a page has \(found) bytes decompressed, its header says \(expected)")
    }
}
