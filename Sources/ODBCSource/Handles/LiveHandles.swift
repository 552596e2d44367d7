import Synchronization

/// How many ODBC handles this process holds: tests check that every path gives them back.
package enum LiveHandles {
    static let connections = Atomic<Int>(0)
    static let statements = Atomic<Int>(0)

    package static var counts: (connections: Int, statements: Int) {
        (connections.load(ordering: .relaxed), statements.load(ordering: .relaxed))
    }
}
