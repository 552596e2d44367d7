import Columnar
import Ports

/// HMAC-SHA-256 with the settings' salt, as 64 hexadecimal digits: equal values stay equal, so that joins work.
struct HashMask: ColumnMask {
    let key: HMACKey
    let type = ColumnType.text

    func makeMasker() throws -> any ColumnMasker { HashMasker(key) }
}

private final class HashMasker: ColumnMasker {
    private let key: HMACKey
    private static let digits = 2 * HMACKey.digestBytes

    init(_ key: HMACKey) { self.key = key }

    func append(_ column: Column, to masked: Column) throws {
        MaskedColumn.take(column, to: masked)
        try MaskedColumn.reserve(masked, perValue: Self.digits)
        let key = key
        let (arena, offsets, table) = (masked.arena, masked.offsets, HexadecimalPairs.table)
        let digest = UnsafeMutablePointer<UInt8>.allocate(capacity: HMACKey.digestBytes)
        defer { digest.deallocate() }
        try CanonicalText.each(of: column) { (index, text) throws(MaskFault) in
            key.digest(text, to: digest)
            let out = arena + index * Self.digits
            for byte in 0..<HMACKey.digestBytes {
                out.storeBytes(of: table[Int(digest[byte])], toByteOffset: byte * 2, as: UInt16.self)
            }
            offsets[index + 1] = UInt32((index + 1) * Self.digits)
        }
    }
}
