// The page indexes are written straight from the logs: per page, nothing is allocated.
extension EncodedChunk {
    func writeOffsetIndex(dataStart: Int, to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.list(1, of: .structure, count: pages.count)
        for page in pages {
            PageLocation(
                offset: Int64(dataStart + page.offset), compressedPageSize: Int32(page.compressedBytes),
                firstRowIndex: Int64(page.firstRow)
            ).write(to: &writer)
        }
        writer.end(outer)
    }
}

extension BoundsLog {
    func writeColumnIndex(to writer: inout CompactWriter) {
        let outer = writer.begin()
        writer.list(1, of: .boolTrue, count: pages.count)
        for page in pages { writer.element(bool: page.isAllNull) }
        writer.list(2, of: .binary, count: pages.count)
        for page in pages { write(page.minimum, to: &writer) }
        writer.list(3, of: .binary, count: pages.count)
        for page in pages { write(page.maximum, to: &writer) }
        // One page, or only NULLs, is both: ascending is what readers expect of it.
        let boundaries: BoundaryOrder = ascending ? .ascending : descending ? .descending : .unordered
        writer.field(4, int32: boundaries.rawValue)
        writer.list(5, of: .int64, count: pages.count)
        for page in pages { writer.element(int64: Int64(page.nulls)) }
        if isFloating {
            writer.list(8, of: .int64, count: pages.count)
            for page in pages { writer.element(int64: Int64(page.nans)) }
        }
        writer.end(outer)
    }

    private func write(_ bound: Bound?, to writer: inout CompactWriter) {
        writer.element(bytes: bound.map { view($0) } ?? UnsafeRawBufferPointer(start: nil, count: 0))
    }
}
