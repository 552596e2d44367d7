/// Writes values without a dictionary, in the encoding chosen for the chunk.
struct DirectEncoder {
    let leaf: LeafColumn
    private let plain = ByteBuffer(capacity: 256)

    init(leaf: LeafColumn) { self.leaf = leaf }

    /// What `modern` may choose from for a column; PLAIN first.
    static func candidates(for leaf: LeafColumn, profile: Profile) -> [DirectEncoding] {
        guard profile == .modern else { return [.plain] }
        switch leaf.kind {
        case .boolean: return [.plain]
        case .int32, .int64: return [.plain, .deltaBinaryPacked, .byteStreamSplit]
        case .float, .double, .int128: return [.plain, .byteStreamSplit]
        case .uuid: return [.plain]
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
            if leaf.physical == .fixedLenByteArray {
                plain.removeAll()
                PlainEncoding.append(values, of: leaf, to: plain)
                ByteStreamSplit.encode(plain.base, count: values.count, width: leaf.typeLength, into: out)
            } else {
                ByteStreamSplit.encode(values.fixed, count: values.count, width: leaf.kind.width, into: out)
            }
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
