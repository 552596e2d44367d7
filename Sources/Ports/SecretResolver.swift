/// A place where secrets are kept. One conforming type per kind of place, chosen by the scheme of the reference.
package protocol SecretResolver: Sendable {
    /// The part of `${scheme:…}` that stands for this place.
    var scheme: String { get }
    /// Fetches one secret, now. Throws a `Fault` that names the reference and never what is kept there.
    func resolve(_ reference: SecretReference) throws -> Secret
}

/// Every place that this run can fetch secrets from.
package struct SecretResolvers: Sendable {
    private let resolvers: [any SecretResolver]
    /// Told of each secret before anybody uses it, so that no output can contain it.
    private let learn: @Sendable (String) -> Void

    package init(_ resolvers: [any SecretResolver], learn: @escaping @Sendable (String) -> Void) {
        self.resolvers = resolvers
        self.learn = learn
    }

    package var schemes: [String] { resolvers.map(\.scheme) }

    package func resolve(_ reference: SecretReference) throws -> Secret {
        guard let resolver = resolvers.first(where: { $0.scheme == reference.scheme }) else {
            throw SecretFault(
                "\(reference): '\(reference.scheme)' is not a place that secrets can come from; known are "
                    + schemes.joined(separator: ", "),
                remedy: "Write for instance ${env:NAME} for an environment variable, or ${file:PATH} for a file.")
        }
        let secret = try resolver.resolve(reference)
        if secret.isEmpty { throw SecretFault("\(reference) is empty", remedy: "Put the secret there.") }
        learn(secret.reveal())
        return secret
    }
}

/// A secret that cannot be had.
package struct SecretFault: Fault, Equatable {
    package var kind: FaultKind
    package var message: String
    package var remedy: String?

    package init(_ message: String, remedy: String? = nil, kind: FaultKind = .configuration) {
        self.kind = kind
        self.message = message
        self.remedy = remedy
    }
}
