/// One destination: `[destination]`, or `[destinations.NAME]`.
package struct DestinationSettings: Equatable, Sendable {
    /// Nil for the default destination.
    package var name: String?
    package var url: SettingEntry?
    package var format: String
    package var profile: String
    package var compression: String
    package var targetFileSize: Int
    package var keepReplacedSeconds: Int

    init(name: String?, settings: EffectiveSettings) {
        self.name = name
        let table = name.map { ["destinations", $0] } ?? ["destination"]
        func text(_ key: String) -> String { settings.entry(table + [key])?.value.shown ?? "" }
        url = settings.entry(table + ["url"])
        format = text("format")
        profile = text("profile")
        compression = text("compression")
        targetFileSize =
            if case .size(let bytes) = settings.entry(table + ["target_file_size"])?.value { bytes } else { 256 << 20 }
        keepReplacedSeconds =
            if case .duration(let seconds) = settings.entry(table + ["keep_replaced"])?.value {
                Int(seconds.rounded(.up))
            } else { 0 }
    }
}
