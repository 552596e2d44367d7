/// What all chunk encoders of one row-group encoder share: buffers, codec, and how a page is put together and compressed.
final class PageWriter {
    let options: WriterOptions
    let compressor: Compressor
    /// The page under construction: levels, then values.
    let body: ByteBuffer
    let gathered = GatherBuffer()
    let levels = LevelEncoder()
    private let compressed: ByteBuffer
    private let header = ByteBuffer(capacity: 64)
    private var idBuffer = ByteBuffer(capacity: 1 << 12)

    /// zstd levels between which a trial chooses when none is set, fast ones first; a level must bring a page down to
    /// this share of the best before it. Columns of 8-byte numbers often come out smaller at a negative level, at 60 to
    /// 80 % of the time of level 1; text needs 3.
    static let trialLevels: [(level: Int, worthwhile: Double)] = [(-3, 1), (-1, 0.99), (1, 0.99), (3, 0.97)]
    /// Of index and dictionary pages, where there is little to gain.
    private static let fastLevel = 1

    init(_ options: WriterOptions) throws(ParquetFault) {
        self.options = options
        if let level = options.compression.level {
            let allowed = Compressor.levels(options.compression.codec)
            guard allowed.contains(level) else {
                throw ParquetFault(
                    .invalidUse,
                    "compression level \(level) is out of range; \(options.compression.codec) takes "
                        + "\(allowed.lowerBound) to \(allowed.upperBound)")
            }
        }
        compressor = try Compressor(options.compression.codec)
        // A full page's worth from the start: buffers that grow leave holes in the heap. Untouched memory costs nothing.
        body = ByteBuffer(capacity: options.page.bytes + Self.roomForLevels)
        compressed = ByteBuffer(capacity: compressor.bound(options.page.bytes + Self.roomForLevels))
    }

    private static let roomForLevels = 64 << 10
    /// Sizes of pages are Int32, with their header in the offset index.
    private static let maximumPageBytes = Int(Int32.max) - 1024

    private static func tooLarge(_ bytes: Int) -> ParquetFault {
        ParquetFault(.unsupported, "a page of \(bytes) bytes, with one value or record, exceeds \(maximumPageBytes)")
    }

    var usesPageV2: Bool { options.dataPageV2 && options.profile == .modern }
    var needsLevelTrial: Bool { options.compression.codec == .zstd && options.compression.level == nil }
    var fallbackLevel: Int {
        options.compression.level
            ?? (options.compression.codec == .zstd
                ? Self.fastLevel : Compressor.defaultLevel(options.compression.codec))
    }

    /// Room for the indices of one page.
    func ids(_ count: Int) -> UnsafeMutablePointer<UInt32> {
        idBuffer.removeAll()
        idBuffer.reserve(count * 4)
        return idBuffer.base.assumingMemoryBound(to: UInt32.self)
    }

    /// How the levels lie at the front of a page's body.
    struct LevelBytes {
        var repetition = 0
        var definition = 0
    }

    /// Appends a page's levels as its version wants them: behind their length (v1), or bare (v2).
    func appendLevels(_ slice: PageSlice, to out: ByteBuffer) -> LevelBytes {
        var lengths = LevelBytes()
        if case .bytes(_, .some, _, _) = slice.levels {
            lengths.repetition = appendPart(to: out) {
                levels.appendRepetition(slice.levels, count: slice.slots, to: out)
            }
        }
        lengths.definition = appendPart(to: out) {
            levels.appendDefinition(slice.levels, count: slice.slots, nulls: slice.nulls, to: out)
        }
        return lengths
    }

    private func appendPart(to out: ByteBuffer, _ body: () -> Void) -> Int {
        let start = out.count
        if !usesPageV2 { out.append(littleEndian: UInt32(0)) }
        let bare = out.count
        body()
        if !usesPageV2 {
            let length = UInt32(out.count - bare).littleEndian
            out.base.storeBytes(of: length, toByteOffset: start, as: UInt32.self)
        }
        return out.count - start
    }

    /// How large the body's bytes from `start` on become at a level.
    func trial(from start: Int, level: Int) throws(ParquetFault) -> Int {
        try compress(UnsafeRawBufferPointer(rebasing: body.bytes[start...]), level: level).count
    }

    private func compress(_ source: UnsafeRawBufferPointer, level: Int) throws(ParquetFault) -> UnsafeRawBufferPointer {
        guard source.count <= Self.maximumPageBytes else { throw Self.tooLarge(source.count) }
        guard options.compression.codec != .none else { return source }
        let bound = compressor.bound(source.count)
        guard bound < Int.max else {
            throw ParquetFault(
                .unsupported, "a page of \(source.count) bytes is more than \(options.compression.codec) takes at once")
        }
        compressed.removeAll()
        compressed.reserve(bound)
        let size = try compressor.compress(source, into: compressed.base, capacity: compressed.capacity, level: level)
        return UnsafeRawBufferPointer(start: compressed.base, count: size)
    }

    struct Written {
        /// Header included.
        var compressedBytes: Int
        var uncompressedBytes: Int
    }

    /// Compresses the body as a data page and appends it, behind its header, to `target`.
    func writeDataPage(
        rows: Int, slots: Int, nulls: Int, levels: LevelBytes, encoding: Encoding, level: Int, to target: BlockList
    ) throws(ParquetFault) -> Written {
        let levelBytes = usesPageV2 ? levels.repetition + levels.definition : 0
        let bare = UnsafeRawBufferPointer(rebasing: body.bytes[..<levelBytes])
        let source = UnsafeRawBufferPointer(rebasing: body.bytes[levelBytes...])
        // Only a v2 page can be without values and levels in the compressed part; nothing compressed is not nothing.
        let isCompressed = options.compression.codec != .none && source.count > 0
        let values = isCompressed ? try compress(source, level: level) : source
        let detail: PageHeader.Detail =
            usesPageV2
            ? .dataV2(
                DataPageHeaderV2(
                    numValues: Int32(slots), numNulls: Int32(nulls), numRows: Int32(rows), encoding: encoding,
                    definitionLevelsByteLength: Int32(levels.definition),
                    repetitionLevelsByteLength: Int32(levels.repetition),
                    isCompressed: isCompressed))
            : .data(DataPageHeader(numValues: Int32(slots), encoding: encoding))
        return try write(bare, values, detail, to: target)
    }

    func writeDictionaryPage(count: Int, level: Int, to target: BlockList) throws(ParquetFault) -> Written {
        let values = try compress(body.bytes, level: level)
        return try write(
            UnsafeRawBufferPointer(start: nil, count: 0), values,
            .dictionary(DictionaryPageHeader(numValues: Int32(count), encoding: .plain)), to: target)
    }

    private func write(
        _ bare: UnsafeRawBufferPointer, _ values: UnsafeRawBufferPointer, _ detail: PageHeader.Detail,
        to target: BlockList
    ) throws(ParquetFault) -> Written {
        let size = bare.count + values.count
        guard max(body.count, size) <= Self.maximumPageBytes else { throw Self.tooLarge(max(body.count, size)) }
        header.removeAll()
        var writer = CompactWriter(into: header)
        PageHeader(
            uncompressedPageSize: Int32(body.count), compressedPageSize: Int32(size),
            crc: options.pageChecksums ? Checksum.crc32(bare, values) : nil, detail: detail
        ).write(to: &writer)
        target.append(header.bytes)
        target.append(bare)
        target.append(values)
        return Written(
            compressedBytes: header.count + size, uncompressedBytes: header.count + body.count)
    }

    /// Gives back what an oversize value had made the buffers grow to.
    func shrink() {
        body.removeAll()
        compressed.removeAll()
        body.shrink(to: options.page.bytes + Self.roomForLevels)
        compressed.shrink(to: compressor.bound(options.page.bytes + Self.roomForLevels))
    }
}
