import Glibc

/// A file of figures that another program reads whenever it likes: it is replaced as a whole, or grows by whole lines.
package struct MetricsFile: Sendable {
    private let folder: RecordFolder
    private let name: String

    package init(path: String) { (folder, name) = RecordFolder.of(file: path) }

    /// The folder has to be there: a collector that looks into it is somebody else's, and a name that is mistyped should not
    /// make one. The temporary file's name ends otherwise than what node_exporter reads.
    package func replace(_ bytes: [UInt8]) throws(RecordFault) { try folder.replace(name, with: bytes, sync: false) }

    /// A file beyond the limit is put aside as `NAME.1` first.
    package func append(_ lines: [UInt8], limit: Int = 64 << 20) throws(RecordFault) {
        guard !lines.isEmpty else { return }
        try folder.make()
        let path = folder.file(name)
        let lock = try LockedFile(path, patience: 5)
        if lock.size > 0, lock.size + lines.count > limit {
            guard rename(path, path + ".1") == 0 else { throw RecordFault("Cannot rename '\(path)'", errno: errno) }
            let next = try LockedFile(path, patience: 5)
            try next.append(lines, sync: false)
        } else {
            try lock.append(lines, sync: false)
        }
        _ = consume lock
    }
}
