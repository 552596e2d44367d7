import Columnar
import Ports

/// `***` and the last characters of a value, but never more than half of it.
struct PartialMask: ColumnMask {
    /// How many stay readable at most.
    let characters: Int
    let type = ColumnType.text

    func makeMasker() throws -> any ColumnMasker { PartialMasker(characters) }
}

private final class PartialMasker: ColumnMasker {
    private let characters: Int

    init(_ characters: Int) { self.characters = characters }

    func append(_ column: Column, to masked: Column) throws {
        MaskedColumn.take(column, to: masked)
        let mask = Array(Redactor.mask.utf8)
        // A character has at most four bytes.
        try MaskedColumn.reserve(masked, perValue: mask.count + 4 * characters)
        let (arena, offsets, characters) = (masked.arena, masked.offsets, characters)
        var used = 0
        try CanonicalText.each(of: column) { (index, text) throws(MaskFault) in
            for byte in mask {
                arena.storeBytes(of: byte, toByteOffset: used, as: UInt8.self)
                used += 1
            }
            let start = Self.visibleStart(text, characters)
            for place in start..<text.count {
                arena.storeBytes(of: text[place], toByteOffset: used, as: UInt8.self)
                used += 1
            }
            offsets[index + 1] = UInt32(used)
        }
    }

    /// Where what stays readable begins. Characters are code points: bytes that do not go on from one before.
    private static func visibleStart(_ text: UnsafeRawBufferPointer, _ most: Int) -> Int {
        var length = 0
        for byte in text where byte & 0xC0 != 0x80 { length += 1 }
        var left = min(most, length / 2)
        var start = text.count
        while left > 0 {
            start -= 1
            if text[start] & 0xC0 != 0x80 { left -= 1 }
        }
        return start
    }
}
