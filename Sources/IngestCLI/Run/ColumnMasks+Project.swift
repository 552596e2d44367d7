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
}
