/// Writes values without a dictionary, in the encoding chosen for the chunk.
struct DirectEncoder {
    let leaf: LeafColumn

    /// What `modern` may choose from for a column; PLAIN first.
    static func candidates(for leaf: LeafColumn, profile: Profile) -> [DirectEncoding] {
        guard profile == .modern else { return [.plain] }
        switch leaf.kind {
        case .boolean: return [.plain]
        case .int32, .int64: return [.plain, .deltaBinaryPacked]
        case .float, .double: return [.plain, .byteStreamSplit]
        // BYTE_STREAM_SPLIT of anything but floating point is refused by DuckDB (1.5) and, of fixed bytes, by Polars (2.1).
        case .int128, .uuid: return [.plain]
        case .bytes: return [.plain, .deltaLengthByteArray]
        }
    }

    func append(_ values: LeafValues, as encoding: DirectEncoding, to out: ByteBuffer) {
        switch encoding {
        case .plain: PlainEncoding.append(values, of: leaf, to: out)
        case .deltaBinaryPacked:
            if leaf.kind == .int32 {
                DeltaBinaryPacked.encode(
                    values.fixed.assumingMemoryBound(to: Int32.self), count: values.count, into: out)
            } else {
                DeltaBinaryPacked.encode(
                    values.fixed.assumingMemoryBound(to: Int64.self), count: values.count, into: out)
            }
        case .deltaLengthByteArray:
            DeltaLengthByteArray.encode(offsets: values.offsets, count: values.count, arena: values.arena, into: out)
        case .byteStreamSplit:
            ByteStreamSplit.encode(values.fixed, count: values.count, width: leaf.kind.width, into: out)
        }
    }
}

extension DirectEncoding {
    var format: Encoding {
        switch self {
        case .plain: .plain
        case .deltaBinaryPacked: .deltaBinaryPacked
        case .deltaLengthByteArray: .deltaLengthByteArray
        case .byteStreamSplit: .byteStreamSplit
        }
    }
}
