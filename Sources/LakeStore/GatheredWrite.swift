import Glibc

/// Several buffers to one descriptor, whole.
enum GatheredWrite {
    /// IOV_MAX of Linux.
    private static let buffersAtOnce = 1024

    /// Returns how many bytes there were. `path` and `before` are for the error.
    static func write(
        _ buffers: [UnsafeRawBufferPointer], to descriptor: Int32, _ path: String, after before: Int = 0
    ) throws(StoreFault) -> Int {
        var vectors: [iovec] = []
        vectors.reserveCapacity(buffers.count)
        for buffer in buffers where buffer.count > 0 {
            vectors.append(
                iovec(iov_base: UnsafeMutableRawPointer(mutating: buffer.baseAddress), iov_len: buffer.count))
        }
        var total = 0
        var first = 0
        while first < vectors.count {
            let count = min(vectors.count - first, Self.buffersAtOnce)
            let written = vectors.withUnsafeBufferPointer { writev(descriptor, $0.baseAddress! + first, Int32(count)) }
            if written < 0 {
                let code = errno
                if code == EINTR { continue }
                throw StoreFault("Cannot write to '\(path)' after \(before + total) bytes", errno: code)
            }
            total += written
            // A short write is no error: go on behind what was taken. The next call says why, if there is a why.
            var rest = written
            while first < vectors.count, rest >= vectors[first].iov_len {
                rest -= vectors[first].iov_len
                first += 1
            }
            if rest > 0 {
                vectors[first].iov_base += rest
                vectors[first].iov_len -= rest
            }
        }
        return total
    }
}
