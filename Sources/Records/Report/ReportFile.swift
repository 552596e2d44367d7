/// A page that is made anew each time: whoever opens it while it is written sees the one before.
package enum ReportFile {
    package static func write(_ bytes: [UInt8], to path: String) throws(RecordFault) {
        let (folder, name) = RecordFolder.of(file: path)
        try folder.make()
        try folder.replace(name, with: bytes, sync: false)
    }
}
