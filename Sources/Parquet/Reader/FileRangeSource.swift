import Glibc

/// A local file, read with `pread`.
package final class FileRangeSource: ByteRangeSource {
    private let descriptor: Int32
    package let size: Int

    package init(path: String) throws(ParquetFault) {
        let opened = open(path, O_RDONLY | O_CLOEXEC)
        guard opened >= 0 else { throw Self.fault("opening \(path)", errno) }
        var status = stat()
        guard fstat(opened, &status) == 0 else {
            let error = errno
            close(opened)
            throw Self.fault("asking for the size of \(path)", error)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            throw ParquetFault(.invalidUse, "\(path) is not a file")
        }
        descriptor = opened
        size = Int(status.st_size)
    }

    deinit { close(descriptor) }

    package func read(offset: Int, count: Int) throws(ParquetFault) -> [UInt8] {
        var fault: ParquetFault?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress! + filled, count - filled, off_t(offset + filled))
                if got > 0 {
                    filled += got
                } else if got == 0 {
                    fault = ParquetFault(.truncated, "the file ends before it should", offset: offset + filled)
                    return
                } else if errno != EINTR {
                    fault = Self.fault("reading \(count) bytes at \(offset)", errno)
                    return
                }
            }
        }
        if let fault { throw fault }
        return bytes
    }

    private static func fault(_ doing: String, _ error: Int32) -> ParquetFault {
        ParquetFault(.invalidUse, "\(doing): \(String(cString: strerror(error)))")
    }
}
