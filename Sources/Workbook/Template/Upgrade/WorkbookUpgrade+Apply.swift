import Glibc
import Ports

extension WorkbookUpgrade {
    /// Upgrades the file in place, all or nothing. A workbook that is open elsewhere is refused: its program would write
    /// over what we add.
    package static func apply(to path: String, content: TemplateContent) throws -> Report {
        let target = try WorkbookPatcher.resolved(path)
        if let sign = OpenElsewhere.lockFile(beside: target) { throw isOpen(path, sign) }
        let held: HeldFile
        do throws(HeldFile.Failure) { held = try HeldFile(target) } catch {
            switch error {
            case .busy(let reason): throw isOpen(path, reason)
            case .refused(var fault):
                fault.remedy = "Make it writable, or upgrade a copy of it."
                throw fault
            }
        }
        let snapshot = try FileSnapshot(path: target)
        let file = try WorkbookFile(snapshot, path: path)
        let upgrade = try WorkbookUpgrade(of: file, content: content)
        guard upgrade.hasChanges else { return upgrade.report }
        try FileReplacement.checkFolder(of: target)
        guard let bytes = try upgrade.bytes() else { return upgrade.report }
        guard snapshot.isCurrent(target) else { throw isOpen(path, "being changed by another program") }
        try FileReplacement.replace(target, with: bytes, like: held.status)
        return upgrade.report
    }

    private static func isOpen(_ path: String, _ reason: String) -> TemplateFault {
        TemplateFault(
            "\(path) was not changed: it is \(reason)", remedy: "Close it there, then run this again.", kind: .transient
        )
    }
}
