import CLZ4
import CSnappy
import CZlib
import CZstd

/// Compresses pages with one codec; the codec's state is made once and reused. One thread at a time.
///
/// zstd frames carry their content size and no checksum, and are made by the calling thread. gzip is RFC 1952 with
/// header and trailer. lz4Raw is one LZ4 block without a frame.
package final class Compressor {
    package let codec: Codec
    private let zstd: OpaquePointer?
    private let gzip: UnsafeMutablePointer<z_stream>?
    private var level: Int

    /// What the libraries choose when they are not told.
    package static func defaultLevel(_ codec: Codec) -> Int {
        switch codec {
        case .zstd: 3
        case .gzip: 6
        case .none, .snappy, .lz4Raw: 0
        }
    }

    package static func levels(_ codec: Codec) -> ClosedRange<Int> {
        switch codec {
        case .zstd: -7...Int(ZSTD_maxCLevel())
        case .gzip: 1...9
        case .none, .snappy, .lz4Raw: 0...0
        }
    }

    package init(_ codec: Codec) throws(ParquetFault) {
        self.codec = codec
        level = Self.defaultLevel(codec)
        switch codec {
        case .zstd:
            gzip = nil
            zstd = ZSTD_createCCtx()
            guard zstd != nil else { throw ParquetFault(.codec, "zstd: no memory for a compression context") }
            try set(ZSTD_c_checksumFlag, 0)
            try set(ZSTD_c_contentSizeFlag, 1)
            try setLevel(level)
        case .gzip:
            zstd = nil
            let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
            stream.initialize(to: z_stream())
            // zlib.h: "Add 16 to windowBits to write a simple gzip header and trailer around the compressed data".
            let status = deflateInit2_(
                stream, Int32(level), Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
                Int32(MemoryLayout<z_stream>.size))
            guard status == Z_OK else {
                stream.deallocate()
                gzip = nil
                throw ParquetFault(.codec, "zlib: deflateInit2 returned \(status)")
            }
            gzip = stream
        case .none, .snappy, .lz4Raw:
            zstd = nil
            gzip = nil
        }
    }

    deinit {
        if let zstd { ZSTD_freeCCtx(zstd) }
        if let gzip {
            deflateEnd(gzip)
            gzip.deallocate()
        }
    }

    /// The most that `count` bytes may become.
    package func bound(_ count: Int) -> Int {
        switch codec {
        case .none: count
        case .zstd: ZSTD_compressBound(count)
        // Once a stream has ended, deflateBound forgets the frame: 10 bytes before and 8 behind.
        case .gzip: Int(deflateBound(gzip, UInt(count))) + 18
        case .snappy: snappy_max_compressed_length(count)
        case .lz4Raw: count > Int(LZ4_MAX_INPUT_SIZE) ? Int.max : Int(LZ4_compressBound(Int32(count)))
        }
    }

    /// Returns how many bytes it wrote. Fails where they would not fit `capacity`; with `bound` they do.
    /// The level must be one of `levels`; codecs without levels ignore it.
    package func compress(
        _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawPointer, capacity: Int, level: Int
    ) throws(ParquetFault) -> Int {
        // A page's size is an Int32 in its header.
        guard source.count <= Int(Int32.max) else {
            throw ParquetFault(.invalidUse, "a page of \(source.count) bytes exceeds the format's 2147483647")
        }
        switch codec {
        case .none:
            guard source.count <= capacity else { throw full(source.count, capacity) }
            if let base = source.baseAddress { destination.copyMemory(from: base, byteCount: source.count) }
            return source.count
        case .zstd:
            if level != self.level { try setLevel(level) }
            let written = ZSTD_compress2(zstd, destination, capacity, source.baseAddress, source.count)
            guard ZSTD_isError(written) == 0 else { throw Self.zstdFault(written, "compressing \(source.count) bytes") }
            return written
        case .gzip: return try deflatePage(source, into: destination, capacity: capacity, level: level)
        case .snappy:
            guard bound(source.count) <= capacity else { throw full(source.count, capacity) }
            var written = capacity
            let status = snappy_compress(
                source.baseAddress?.assumingMemoryBound(to: CChar.self), source.count,
                destination.assumingMemoryBound(to: CChar.self), &written)
            guard status == SNAPPY_OK else { throw ParquetFault(.codec, "snappy: status \(status.rawValue)") }
            return written
        case .lz4Raw:
            let written = LZ4_compress_default(
                source.baseAddress?.assumingMemoryBound(to: CChar.self),
                destination.assumingMemoryBound(to: CChar.self), Int32(source.count), Int32(clamping: capacity))
            guard written > 0 else { throw full(source.count, capacity) }
            return Int(written)
        }
    }

    private func deflatePage(
        _ source: UnsafeRawBufferPointer, into destination: UnsafeMutableRawPointer, capacity: Int, level: Int
    ) throws(ParquetFault) -> Int {
        guard let stream = gzip else { throw ParquetFault(.invalidUse, "no gzip stream") }
        var status = deflateReset(stream)
        guard status == Z_OK else { throw ParquetFault(.codec, "zlib: deflateReset returned \(status)") }
        if level != self.level {
            try checkLevel(level)
            status = deflateParams(stream, Int32(level), Z_DEFAULT_STRATEGY)
            guard status == Z_OK else { throw ParquetFault(.codec, "zlib: deflateParams returned \(status)") }
            self.level = level
        }
        // zlib's pointer to its input is not const; it does not write through it.
        stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(source.count)
        stream.pointee.next_out = destination.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: capacity)
        status = deflate(stream, Z_FINISH)
        guard status == Z_STREAM_END else {
            throw status == Z_OK || status == Z_BUF_ERROR
                ? full(source.count, capacity) : ParquetFault(.codec, "zlib: deflate returned \(status)")
        }
        return Int(stream.pointee.total_out)
    }

    private func checkLevel(_ level: Int) throws(ParquetFault) {
        let allowed = Self.levels(codec)
        guard allowed.contains(level) else {
            throw ParquetFault(
                .invalidUse, "\(codec) has levels \(allowed.lowerBound) to \(allowed.upperBound), not \(level)")
        }
    }

    private func setLevel(_ level: Int) throws(ParquetFault) {
        try checkLevel(level)
        try set(ZSTD_c_compressionLevel, Int32(level))
        self.level = level
    }

    private func set(_ parameter: ZSTD_cParameter, _ value: Int32) throws(ParquetFault) {
        let status = ZSTD_CCtx_setParameter(zstd, parameter, value)
        guard ZSTD_isError(status) == 0 else { throw Self.zstdFault(status, "setting a parameter") }
    }

    static func zstdFault(_ status: Int, _ doing: String) -> ParquetFault {
        ParquetFault(.codec, "zstd: \(doing): \(String(cString: ZSTD_getErrorName(status)))")
    }

    private func full(_ count: Int, _ capacity: Int) -> ParquetFault {
        ParquetFault(.invalidUse, "\(codec): \(count) bytes compressed do not fit \(capacity); ask bound()")
    }
}
