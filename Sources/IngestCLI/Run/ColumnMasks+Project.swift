import Masks
import Ports
import Settings

extension ColumnMasks {
    /// With the keys of the project's settings, each fetched when a rule asks for it.
    init(_ project: ProjectSettings) {
        let (settings, secrets) = (project.settings, project.secrets)
        self.init(
            salt: { try settings.secret(["masks", "salt"], secrets) },
            key: { try settings.secret(["masks", "encryption_key"], secrets) })
    }

    /// What `validate` says of a project's keys.
    static func findings(_ project: ProjectSettings) -> [Finding] {
        ColumnMasks(project).faultyKeys.compactMap { setting, fault in
            guard let entry = project.settings.entry(setting) else { return nil }
            return Finding(
                .error, place: entry.origin.place, row: entry.origin.line, column: entry.key,
                message: fault.message + (fault.remedy.map { ". " + $0 } ?? ""))
        }
    }
}
