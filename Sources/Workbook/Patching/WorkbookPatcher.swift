import Glibc
import Ports

/// Writes cells into a workbook in place, everything else of it staying byte for byte.
package enum WorkbookPatcher {
    /// How long to wait for a workbook that is open elsewhere or being changed.
    package struct Patience: Sendable {
        package var seconds: Double
        package init(seconds: Double) { self.seconds = seconds }
    }

    /// `choose` sees the workbook as it is at the moment of writing, and is called again when the file was changed
    /// meanwhile.
    package static func apply(
        to path: String, patience: Patience = Patience(seconds: 30),
        choosing choose: (WorkbookFile) throws(WorkbookFault) -> [CellPatch]
    ) throws(WorkbookFault) -> PatchOutcome {
        try write(to: path, patience: patience) { (file) throws(WorkbookFault) in
            let edit = try WorkbookEdit(file, try choose(file))
            return Plan(parts: edit.parts, values: edit.values, cells: edit.cells, notes: edit.notes)
        }
    }

    /// What shall be written of a workbook.
    struct Plan {
        /// By the entry's index in the archive; nothing is written where it is empty.
        var parts: [Int: [UInt8]]
        /// What the touched cells shall hold afterwards, by sheet; the others of these sheets what they held.
        var values: [String: [CellReference: CellPatch.Value]]
        var cells: Int
        var notes: [String]
    }

    static func write(
        to path: String, patience: Patience, _ plan: (WorkbookFile) throws(WorkbookFault) -> Plan
    ) throws(WorkbookFault) -> PatchOutcome {
        let target = try resolved(path)
        let deadline = ContinuousClock.now + .milliseconds(Int(patience.seconds * 1000))
        var obstacle = ""
        while true {
            switch try attempt(target, plan) {
            case .done(let outcome): return outcome
            case .later(let reason): obstacle = reason
            }
            guard ContinuousClock.now < deadline else { break }
            usleep(100_000)
        }
        return .gaveUp("\(path) was not written: it is \(obstacle). The next run writes the cells.")
    }

    /// The same for the rows of one sheet.
    package static func apply(
        to path: String, sheet: String, patience: Patience = Patience(seconds: 30),
        choosing choose: (SheetTable) throws(WorkbookFault) -> [CellPatch]
    ) throws(WorkbookFault) -> PatchOutcome {
        try apply(to: path, patience: patience) { (file) throws(WorkbookFault) in try choose(try file.read(sheet)) }
    }

    private enum Attempt {
        case done(PatchOutcome)
        case later(String)
    }

    private static func attempt(
        _ path: String, _ plan: (WorkbookFile) throws(WorkbookFault) -> Plan
    ) throws(WorkbookFault) -> Attempt {
        if let sign = OpenElsewhere.lockFile(beside: path) { return .later(sign) }
        let held: HeldFile
        do throws(HeldFile.Failure) { held = try HeldFile(path) } catch {
            switch error {
            case .busy(let reason): return .later(reason)
            case .refused(let fault): throw fault
            }
        }
        let snapshot = try FileSnapshot(path: path)
        let file: WorkbookFile
        do throws(WorkbookFault) { file = try WorkbookFile(snapshot, path: path) } catch {
            // Half saved, perhaps; what is broken for good is told when it was looked at to the end.
            if snapshot.isCurrent(path), !isFresh(held.status) { throw error }
            return .later("damaged or being saved just now")
        }
        let edit = try plan(file)
        guard !edit.parts.isEmpty else { return .done(.unchanged(notes: edit.notes)) }
        try FileReplacement.checkFolder(of: path)
        let bytes = try ArchiveRewrite.rewrite(file.contents.parts.archive, replacing: edit.parts)
        try EditProof.check(file, bytes, edit.values)
        guard snapshot.isCurrent(path) else { return .later("being changed by another program") }
        if let sign = OpenElsewhere.lockFile(beside: path) { return .later(sign) }
        try FileReplacement.replace(path, with: bytes, like: held.status)
        return .done(.written(cells: edit.cells, notes: edit.notes))
    }

    private static func isFresh(_ status: stat) -> Bool { abs(time(nil) - status.st_mtim.tv_sec) <= 5 }

    /// Links are followed: the file they lead to is replaced, not the link.
    static func resolved(_ path: String) throws(WorkbookFault) -> String {
        guard let real = realpath(path, nil) else {
            let code = errno
            throw WorkbookFault(
                .access,
                code == ENOENT ? "There is no file \(path)." : "\(path): \(String(cString: strerror(code))).")
        }
        defer { free(real) }
        return String(cString: real)
    }
}
