import LakeStore
import Ports
import PostgresSource

/// What runs tell each other of transactions that stay open: without it each run would see such a one for the first time,
/// and end its windows where the last one did. Losing it costs time, never rows.
struct OpenTransactionMemory {
    private let store: LocalStore

    /// - Parameter folder: of the run's metadata.
    init(folder: String) { store = LocalStore(root: folder + "/open_transactions") }

    func recall(_ source: PostgresSource, _ name: String) {
        guard let bytes = try? store.record(Self.file(name)) else { return }
        source.recall(openTransactions: String(decoding: bytes, as: UTF8.self))
    }

    func keep(_ source: PostgresSource, _ name: String) throws {
        let text = source.openTransactionMemory
        guard !text.isEmpty else { return }
        try store.putRecord(Self.file(name), Array(text.utf8), .hint)
    }

    /// Names of sources are the user's; bytes that a file's name may not hold are spelled out.
    private static func file(_ name: String) -> String { PercentEncoding.encoded(name) + ".json" }
}
