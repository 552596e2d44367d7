/// Decodes the values of one page, without levels, in any encoding that we write or that readers commonly meet.
struct ValueDecoder {
    let leaf: SchemaLeaf
    /// Most bytes that decoded values may take where an encoding multiplies its input.
    let byteLimit: Int

    func decode(
        _ bytes: UnsafeRawBufferPointer, encoding: Encoding, count: Int, dictionary: [PhysicalValue]?
    ) throws(ParquetFault) -> [PhysicalValue] {
        switch encoding {
        case .plain: return try plain(bytes, count: count)
        case .plainDictionary, .rleDictionary: return try lookUp(bytes, count: count, dictionary: dictionary)
        case .rle:
            guard leaf.type == .boolean else { throw unfit(encoding) }
            var cursor = ByteCursor(bytes)
            let length = try cursor.load(UInt32.self)
            let body = try cursor.take(Int(length))
            return try HybridDecoder.decode(body, width: 1, count: count).values.map { .boolean($0 == 1) }
        case .deltaBinaryPacked:
            switch leaf.type {
            case .int32:
                let values = try DeltaBinaryPacked.decode(bytes, as: Int32.self, limit: count).values
                return try counted(values.map { .int32($0) }, count)
            case .int64:
                let values = try DeltaBinaryPacked.decode(bytes, as: Int64.self, limit: count).values
                return try counted(values.map { .int64($0) }, count)
            default: throw unfit(encoding)
            }
        case .deltaLengthByteArray:
            guard leaf.type == .byteArray else { throw unfit(encoding) }
            let values = try DeltaLengthByteArray.decode(bytes, limit: count).values
            return try counted(values.map { .bytes($0) }, count)
        case .deltaByteArray:
            guard leaf.type == .byteArray || leaf.type == .fixedLenByteArray else { throw unfit(encoding) }
            let values = try DeltaByteArray.decode(bytes, limit: count, byteLimit: byteLimit)
            if let width = leaf.width, let odd = values.first(where: { $0.count != width }) {
                throw fault("a value of \(odd.count) bytes where all have \(width)")
            }
            return try counted(values.map { .bytes($0) }, count)
        case .byteStreamSplit:
            guard let width = leaf.width, leaf.type != .int96 else { throw unfit(encoding) }
            let values = try ByteStreamSplit.decode(bytes, count: count, width: width)
            return try values.withBorrowedBytes { bytes throws(ParquetFault) in try plain(bytes, count: count) }
        default: throw ParquetFault(.unsupported, "pages in \(encoding) are not decoded", column: leaf.name)
        }
    }

    /// PLAIN, of exactly `count` values.
    func plain(_ bytes: UnsafeRawBufferPointer, count: Int) throws(ParquetFault) -> [PhysicalValue] {
        var values: [PhysicalValue] = []
        switch leaf.type {
        case .boolean:
            guard bytes.count == (count + 7) / 8 else { throw wrong(bytes.count, count) }
            values.reserveCapacity(count)
            for i in 0..<count { values.append(.boolean(bytes[i >> 3] >> UInt8(i & 7) & 1 == 1)) }
        case .byteArray:
            guard count <= bytes.count / 4 else { throw wrong(bytes.count, count) }
            values.reserveCapacity(count)
            var cursor = ByteCursor(bytes)
            for _ in 0..<count {
                let length = try cursor.load(UInt32.self)
                values.append(.bytes(Array(try cursor.take(Int(length)))))
            }
            guard cursor.remaining == 0 else { throw wrong(bytes.count, count) }
        default:
            guard let width = leaf.width, width > 0, bytes.count % width == 0, bytes.count / width == count else {
                throw wrong(bytes.count, count)
            }
            values.reserveCapacity(count)
            for i in 0..<count {
                let part = UnsafeRawBufferPointer(rebasing: bytes[i * width..<(i + 1) * width])
                guard let value = PhysicalValue(plain: part, type: leaf.type, width: width) else {
                    throw wrong(bytes.count, count)
                }
                values.append(value)
            }
        }
        return values
    }

    private func lookUp(
        _ bytes: UnsafeRawBufferPointer, count: Int, dictionary: [PhysicalValue]?
    ) throws(ParquetFault) -> [PhysicalValue] {
        guard let dictionary else { throw fault("a page of dictionary ids without a dictionary") }
        guard count > 0 else { return [] }
        var cursor = ByteCursor(bytes)
        let width = Int(try cursor.byte())
        let ids = try HybridDecoder.decode(cursor.rest, width: width, count: count).values
        if let largest = ids.max(), Int(largest) >= dictionary.count {
            throw fault("dictionary id \(largest) of \(dictionary.count)")
        }
        return ids.map { dictionary[Int($0)] }
    }

    private func counted(_ values: [PhysicalValue], _ count: Int) throws(ParquetFault) -> [PhysicalValue] {
        guard values.count == count else { throw fault("\(values.count) values in a page of \(count)") }
        return values
    }

    private func wrong(_ bytes: Int, _ count: Int) -> ParquetFault {
        fault("\(bytes) bytes for \(count) plain values of \(leaf.type)")
    }

    private func unfit(_ encoding: Encoding) -> ParquetFault { fault("\(encoding) does not encode \(leaf.type)") }

    private func fault(_ message: String) -> ParquetFault { ParquetFault(.corrupt, message, column: leaf.name) }
}
