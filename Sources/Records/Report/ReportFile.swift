/// A page that is made anew each time: whoever opens it while it is written sees the one before.
package enum ReportFile {
    package static func write(_ bytes: [UInt8], to path: String) throws(RecordFault) {
        let slash = path.lastIndex(of: "/")
        let folder = RecordFolder(path: slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? ".")
        try folder.make()
        try folder.replace(slash.map { String(path[path.index(after: $0)...]) } ?? path, with: bytes, sync: false)
    }
}
