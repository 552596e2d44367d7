/// Which of the encodings that spreadsheet programs save CSV in this is, and the text as UTF-8.
///
/// A byte order mark decides; then zero bytes in every second place (UTF-16 of mostly Latin text); then whether it is valid
/// UTF-8, which text in another encoding practically never is; else Windows-1252, what Excel saves by default.
enum TextEncoding {
    static func utf8(_ bytes: UnsafeRawBufferPointer, path: String) throws(WorkbookFault) -> [UInt8] {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return try checked(Array(bytes.dropFirst(3)), path) }
        if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
            throw WorkbookFault(.unsupported, "\(path) is text in UTF-32.", remedy: "Save it as UTF-8.")
        }
        if bytes.starts(with: [0xFF, 0xFE]) { return try utf16(bytes.dropFirst(2), isBigEndian: false, path) }
        if bytes.starts(with: [0xFE, 0xFF]) { return try utf16(bytes.dropFirst(2), isBigEndian: true, path) }
        if let isBigEndian = looksLikeUTF16(bytes) { return try utf16(bytes[...], isBigEndian: isBigEndian, path) }
        let array = Array(bytes)
        let isUTF8 = array.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) != nil }
        return try checked(isUTF8 ? array : windows1252(array), path)
    }

    private static func checked(_ bytes: [UInt8], _ path: String) throws(WorkbookFault) -> [UInt8] {
        guard !bytes.contains(0) else {
            throw WorkbookFault(
                .corrupt, "\(path) is not text: it holds zero bytes.", remedy: "Save it as CSV UTF-8.")
        }
        return bytes
    }

    private static func looksLikeUTF16(_ bytes: UnsafeRawBufferPointer) -> Bool? {
        let head = bytes.prefix(2048)
        guard head.count >= 4, head.count % 2 == 0 || bytes.count > 2048, head.contains(0) else { return nil }
        var zeros = (even: 0, odd: 0)
        for (index, byte) in head.enumerated() where byte == 0 {
            if index % 2 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
        }
        if zeros.even == 0, zeros.odd * 4 > head.count { return false }
        return zeros.odd == 0 && zeros.even * 4 > head.count ? true : nil
    }

    private static func utf16(
        _ bytes: Slice<UnsafeRawBufferPointer>, isBigEndian: Bool, _ path: String
    ) throws(WorkbookFault) -> [UInt8] {
        let raw = UnsafeRawBufferPointer(rebasing: bytes)
        let units = (0..<(raw.count / 2)).map { index in
            let unit = raw.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self)
            return isBigEndian ? UInt16(bigEndian: unit) : UInt16(littleEndian: unit)
        }
        guard raw.count % 2 == 0, let text = String(validating: units, as: UTF16.self) else {
            throw WorkbookFault(
                .corrupt, "\(path) is damaged: it begins as UTF-16 text and does not go on so.",
                remedy: "Save it again as CSV UTF-8.")
        }
        return try checked(Array(text.utf8), path)
    }

    /// 0x80 to 0x9F; the five that Windows leaves undefined stay control characters. The rest is Latin-1.
    private static let upper: [UInt32] = [
        0x20AC, 0x81, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8D,
        0x017D,
        0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153,
        0x9D,
        0x017E, 0x0178,
    ]

    private static func windows1252(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count + bytes.count / 8)
        for byte in bytes {
            if byte < 0x80 {
                result.append(byte)
            } else {
                let scalar = byte < 0xA0 ? upper[Int(byte - 0x80)] : UInt32(byte)
                result.append(contentsOf: String(UnicodeScalar(scalar)!).utf8)
            }
        }
        return result
    }
}
