import Testing
@testable import PostgresSource
