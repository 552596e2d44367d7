import Testing
@testable import IngestCLI
