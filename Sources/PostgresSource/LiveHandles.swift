import Synchronization

/// How many handles of libpq this process holds: tests check that every path gives them back.
package enum LiveHandles {
    static let connections = Atomic<Int>(0)
    static let results = Atomic<Int>(0)
    static let cancels = Atomic<Int>(0)

    package static var counts: (connections: Int, results: Int, cancels: Int) {
        (
            connections.load(ordering: .relaxed), results.load(ordering: .relaxed), cancels.load(ordering: .relaxed)
        )
    }
}
