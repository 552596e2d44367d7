import Ports

/// A setting's value, checked against its key.
package enum SettingValue: Equatable, Sendable {
    case text(String)
    /// Where to fetch it when it is used.
    case reference(SecretReference)
    /// A secret that stands in `secrets.toml`, `.dlt/secrets.toml` or the environment itself.
    case secret(String)
    case integer(Int)
    case number(Double)
    case boolean(Bool)
    case size(bytes: Int)
    case duration(seconds: Double)
    case texts([String])

    /// As it may be shown: secrets masked, the rest as it would stand in the file.
    package var shown: String {
        switch self {
        case .text(let text): text
        case .reference(let reference): reference.description
        case .secret: Redactor.mask
        case .integer(let number): String(number)
        case .number(let number): NumberWords.short(number)
        case .boolean(let value): value ? "true" : "false"
        case .size(let bytes): ByteSize.text(bytes)
        case .duration(let seconds): TimeLength.text(seconds)
        case .texts(let texts): texts.joined(separator: ", ")
        }
    }
}
