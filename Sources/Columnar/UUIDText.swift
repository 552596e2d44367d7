/// 16 bytes as 36 characters, lower case.
package enum UUIDText {
    package static func write(_ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
        let table = HexadecimalPairs.table
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
