import Ports

/// What is wrong with the settings, where it stops the command. What can wait is a `Finding`.
package struct SettingsFault: Fault, Equatable {
    package var kind: FaultKind { .configuration }
    package var message: String
    package var remedy: String?

    package init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
}
