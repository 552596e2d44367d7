/// Whether bytes are UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing beyond U+10FFFF.
package enum UTF8Check {
    package static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var i = 0
        let count = bytes.count
        while i < count {
            if count - i >= 8 && bytes.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
                i += 8
                continue
            }
            let first = bytes[i]
            if first < 0x80 {
                i += 1
                continue
            }
            let more: Int
            var range: ClosedRange<UInt8> = 0x80...0xBF
            switch first {
            case 0xC2...0xDF: more = 1
            case 0xE0: (more, range) = (2, 0xA0...0xBF)
            case 0xED: (more, range) = (2, 0x80...0x9F)
            case 0xE1...0xEF: more = 2
            case 0xF0: (more, range) = (3, 0x90...0xBF)
            case 0xF1...0xF3: more = 3
            case 0xF4: (more, range) = (3, 0x80...0x8F)
            default: return false
            }
            guard count - i > more, range.contains(bytes[i + 1]) else { return false }
            var next = i + 2
            while next <= i + more {
                guard (0x80...0xBF).contains(bytes[next]) else { return false }
                next += 1
            }
            i += more + 1
        }
        return true
    }
}
