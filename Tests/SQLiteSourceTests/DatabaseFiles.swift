import Testing

/// One after the other: they count the connections that are open.
@Suite("Database files", .serialized)
enum DatabaseFiles {}
