import PostgresSource

extension SourceTable {
    /// Every source of this version.
    package static let standard = SourceTable(entries: [
        Entry(schemes: ["postgresql", "postgres"]) { url, options in
            var settings = try ConnectionSettings(url)
            settings.stallTimeout = options.stallTimeoutSeconds
            return options.connections.map { PostgresSource(settings, maximumConnections: $0) }
                ?? PostgresSource(settings)
        }
    ])
}
