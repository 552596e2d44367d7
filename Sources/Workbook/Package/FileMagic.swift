import Glibc

/// What a file is by its first bytes, and for what is no workbook the sentence that says what to do.
enum FileMagic {
    private static let ole: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]

    /// Nil where the file begins as a zip archive does.
    static func refusal(_ bytes: UnsafeRawBufferPointer, path: String) -> WorkbookFault? {
        if bytes.isEmpty {
            return WorkbookFault(
                .notAWorkbook, "\(path) is empty (0 bytes).",
                remedy: "Save the workbook again, or restore it from a copy.")
        }
        if bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) || bytes.starts(with: [0x50, 0x4B, 0x05, 0x06]) { return nil }
        if bytes.starts(with: ole) { return oleRefusal(bytes, path: path) }
        let advice = "Open it in the program that made it and save it as Excel Workbook (.xlsx)."
        if bytes.starts(with: Array("%PDF".utf8)) {
            return WorkbookFault(.notAWorkbook, "\(path) is a PDF document, not an .xlsx workbook.", remedy: advice)
        }
        let start = bytes.prefix(512).drop { $0 == 0xEF || $0 == 0xBB || $0 == 0xBF || $0 <= 0x20 }
        if start.first == UInt8(ascii: "<") {
            return WorkbookFault(
                .notAWorkbook, "\(path) is HTML or XML text under a workbook's name, not an .xlsx workbook.",
                remedy: advice)
        }
        if bytes.prefix(512).allSatisfy({ $0 >= 0x20 || ($0 >= 0x09 && $0 <= 0x0D) }) {
            return WorkbookFault(
                .notAWorkbook, "\(path) is text, not an .xlsx workbook.",
                remedy: "If it is a table of jobs, name it SourceConfig.csv.")
        }
        return WorkbookFault(.notAWorkbook, "\(path) is not an .xlsx workbook.", remedy: advice)
    }

    /// An OLE compound file: [MS-OFFCRYPTO] 2.3.4 names the stream of a protected package "EncryptedPackage"; without it,
    /// it is what Excel wrote until 2003.
    private static func oleRefusal(_ bytes: UnsafeRawBufferPointer, path: String) -> WorkbookFault {
        let name: [UInt8] = Array("EncryptedPackage".utf16).flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        // The directory's entries begin with their names and have 128 bytes ([MS-CFB] 2.6.1).
        let isEncrypted = stride(from: 512, to: max(512, bytes.count - name.count), by: 128).contains {
            memcmp(bytes.baseAddress! + $0, name, name.count) == 0
        }
        return isEncrypted
            ? WorkbookFault(
                .notAWorkbook, "\(path) is protected with a password.",
                remedy:
                    "Open it in Excel, choose File, Info, Protect Workbook, Encrypt with Password, leave the password "
                    + "empty, and save.")
            : WorkbookFault(
                .notAWorkbook, "\(path) is in Excel's old format (.xls).",
                remedy: "Open it in Excel or LibreOffice and save it as Excel Workbook (.xlsx).")
    }
}
