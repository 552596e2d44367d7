import Ports

/// `${file:PATH}`: the content of a file without its last line end, as container platforms hand over secrets. Relative
/// paths belong to the project.
package struct FileSecrets: SecretResolver {
    package let scheme = "file"
    /// More than any key or token has.
    static let longest = 64 << 10
    private let project: ProjectFolder

    package init(project: ProjectFolder) { self.project = project }

    package func resolve(_ reference: SecretReference) throws -> Secret {
        let path = project.path(of: reference.name)
        let content: SmallFile
        do { content = try SmallFile.read(path, limit: Self.longest) } catch {
            let reason =
                switch error {
                case .missing: "there is no such file"
                case .unreadable(let reason): reason
                case .tooLong(let limit): "it has more than \(ByteSize.text(limit)), too much for a secret"
                }
            throw SecretFault(
                "\(reference): \(VisibleText.quoted(path, limit: 400)) cannot be read: \(reason)",
                remedy: "Check the path, and that the user who runs ingest may read the file.")
        }
        var bytes = content.bytes[...]
        if bytes.last == UInt8(ascii: "\n") { bytes = bytes.dropLast() }
        if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw SecretFault(
                "\(reference): \(VisibleText.quoted(path, limit: 400)) is not text (UTF-8)",
                remedy: "Put the secret into the file as text, without anything else.")
        }
        return Secret(text)
    }
}
