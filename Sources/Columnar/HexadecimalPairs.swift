/// Both digits of a byte at once, in lower case.
package enum HexadecimalPairs {
    /// By byte; the first digit lies first in memory.
    // SAFETY: written once, before anybody has the pointer; only read afterwards.
    nonisolated(unsafe) package static let table: UnsafePointer<UInt16> = {
        let table = UnsafeMutablePointer<UInt16>.allocate(capacity: 256)
        let digits = Array("0123456789abcdef".utf8)
        for byte in 0..<256 {
            table[byte] = UInt16(littleEndian: UInt16(digits[byte >> 4]) | UInt16(digits[byte & 15]) << 8)
        }
        return UnsafePointer(table)
    }()
}
