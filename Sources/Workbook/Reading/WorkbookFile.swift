import Glibc
import Ports

/// A sheet's name in the order of its tab.
package struct SheetInfo: Equatable, Sendable {
    package var name: String
    package var isHidden: Bool
}

/// An .xlsx or .xlsm file, read once into memory: it may change on disk while its sheets are being read.
package struct WorkbookFile {
    package let path: String
    package let sheets: [SheetInfo]
    let contents: WorkbookContents

    /// Waits a moment for a file that is being saved just now, then says that it is damaged.
    package static func open(path: String) throws(WorkbookFault) -> WorkbookFile {
        try open(path: path, savingTime: 0.9)
    }

    static func open(path: String, savingTime: Double) throws(WorkbookFault) -> WorkbookFile {
        var waited = 0.0
        while true {
            do throws(WorkbookFault) {
                let snapshot = try FileSnapshot(path: path)
                if !snapshot.isCurrent(path), waited < savingTime {
                    throw WorkbookFault(.corrupt, "\(path) is being saved just now.", kind: .transient)
                }
                return try WorkbookFile(snapshot, path: path)
            } catch {
                guard waited < savingTime, mayBeBeingSaved(path, error) else { throw error }
                usleep(150_000)
                waited += 0.15
            }
        }
    }

    /// From bytes that are in memory already.
    package init(bytes: [UInt8], path: String) throws(WorkbookFault) {
        try self.init(FileSnapshot(bytes: bytes), path: path)
    }

    init(_ snapshot: FileSnapshot, path: String) throws(WorkbookFault) {
        self.path = path
        contents = try WorkbookContents(ZipArchive(snapshot, path: path))
        sheets = contents.sheets.map { SheetInfo(name: $0.name, isHidden: $0.isHidden) }
    }

    /// One sheet by its name, exactly or else without regard to case.
    package func read(_ name: String) throws(WorkbookFault) -> SheetTable {
        try contents.read(contents.sheet(name))
    }

    /// Damage counts as a save under way only in a file that was written a few seconds ago.
    private static func mayBeBeingSaved(_ path: String, _ fault: WorkbookFault) -> Bool {
        if fault.kind == .transient { return true }
        guard fault.code == .corrupt || fault.code == .notAWorkbook else { return false }
        var status = stat()
        guard stat(path, &status) == 0 else { return true }
        return abs(time(nil) - status.st_mtim.tv_sec) <= 5
    }
}
