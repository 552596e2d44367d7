/// 16 bytes as 36 characters, lower case.
package enum UUIDText {
    // SAFETY: written once, before anybody has the pointer; only read afterwards.
    nonisolated(unsafe) private static let hexadecimal: UnsafePointer<UInt16> = {
        let table = UnsafeMutablePointer<UInt16>.allocate(capacity: 256)
        let digits = Array("0123456789abcdef".utf8)
        for byte in 0..<256 {
            table[byte] = UInt16(littleEndian: UInt16(digits[byte >> 4]) | UInt16(digits[byte & 15]) << 8)
        }
        return UnsafePointer(table)
    }()

    package static func write(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        let table = hexadecimal
        var out = target
        for i in 0..<16 {
            if i == 4 || i == 6 || i == 8 || i == 10 {
                out.storeBytes(of: UInt8(ascii: "-"), as: UInt8.self)
                out += 1
            }
            out.storeBytes(of: table[Int(source.load(fromByteOffset: i, as: UInt8.self))], as: UInt16.self)
            out += 2
        }
    }
}
