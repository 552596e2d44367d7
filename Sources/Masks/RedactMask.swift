import Columnar
import Ports

/// `***` for every value.
struct RedactMask: ColumnMask {
    let type = ColumnType.text

    func makeMasker() throws -> any ColumnMasker { RedactMasker() }
}

private final class RedactMasker: ColumnMasker {
    func append(_ column: Column, to masked: Column) throws {
        MaskedColumn.take(column, to: masked)
        let mask = Array(Redactor.mask.utf8)
        try MaskedColumn.reserve(masked, perValue: mask.count)
        let (arena, offsets) = (masked.arena, masked.offsets)
        for index in 0..<masked.valueCount {
            for (place, byte) in mask.enumerated() {
                arena.storeBytes(of: byte, toByteOffset: index * mask.count + place, as: UInt8.self)
            }
            offsets[index + 1] = UInt32((index + 1) * mask.count)
        }
    }
}
