/// CRC-32C of a body as it is written: what the record of a load says of its files, so that a file that was changed or cut
/// is told from the one that was written. (S3 and GCS know the same checksum.)
struct BodyDigest {
    private var remainder: UInt32 = ~0

    /// `tables[k][b]`: what byte b does to the remainder when k more bytes follow it in a step of eight.
    private static let tables: [[UInt32]] = {
        var tables = [[UInt32]](repeating: [UInt32](repeating: 0, count: 256), count: 8)
        for byte in 0..<256 {
            var value = UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
            tables[0][byte] = value
        }
        for byte in 0..<256 {
            for step in 1..<8 {
                let before = tables[step - 1][byte]
                tables[step][byte] = before >> 8 ^ tables[0][Int(before & 0xFF)]
            }
        }
        return tables
    }()
    private static let flat: [UInt32] = tables.flatMap(\.self)

    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        var crc = remainder
        var index = 0
        Self.flat.withUnsafeBufferPointer { table in
            // SAFETY: index + 8 <= count; each table index is below 8 * 256.
            while index + 8 <= bytes.count {
                let word =
                    UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) ^ UInt64(crc)
                crc =
                    table[7 << 8 | Int(word & 0xFF)] ^ table[6 << 8 | Int(word >> 8 & 0xFF)]
                    ^ table[5 << 8 | Int(word >> 16 & 0xFF)] ^ table[4 << 8 | Int(word >> 24 & 0xFF)]
                    ^ table[3 << 8 | Int(word >> 32 & 0xFF)] ^ table[2 << 8 | Int(word >> 40 & 0xFF)]
                    ^ table[1 << 8 | Int(word >> 48 & 0xFF)] ^ table[Int(word >> 56)]
                index += 8
            }
            while index < bytes.count {
                crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[index])) & 0xFF)]
                index += 1
            }
        }
        remainder = crc
    }

    /// `crc32c:e3069283`
    var text: String {
        let digits = String(~remainder, radix: 16)
        return "crc32c:" + String(repeating: "0", count: 8 - digits.count) + digits
    }
}
