import Ports

/// `${env:NAME}`: a variable of the environment that the program was started with.
package struct EnvironmentSecrets: SecretResolver {
    package let scheme = "env"
    private let variables: [String: String]

    package init(_ variables: [String: String]) { self.variables = variables }

    package func resolve(_ reference: SecretReference) throws -> Secret {
        guard let text = variables[reference.name] else {
            throw SecretFault(
                "\(reference): the environment has no variable \(VisibleText.quoted(reference.name))",
                remedy: "Set it where ingest is started, for instance in the crontab or the service's environment file."
            )
        }
        return Secret(text)
    }
}
