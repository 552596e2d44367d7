import Columnar
import Ports
import Synchronization

/// A table in memory that remembers what happened to it.
package final class FakeTable: TableSink {
    package struct State: Equatable, Sendable {
        package var ids: [Int64] = []
        package var batches = 0
        package var encoders = 0
        package var finishedEncoders = 0
        package var isPublished = false
        package var isAbandoned = false

        package init() {}
    }

    package let state = Mutex(State())
    /// Added to the count that `finish` reports.
    private let wrongBy: Int
    private let appendFault: FakeFault?

    package init(wrongBy: Int = 0, appendFault: FakeFault? = nil) {
        self.wrongBy = wrongBy
        self.appendFault = appendFault
    }

    package var now: State { state.withLock { $0 } }

    package func makeEncoder(slice: Int) throws -> any BatchEncoder {
        state.withLock { $0.encoders += 1 }
        return FakeEncoder(self, appendFault)
    }

    package func finish() throws -> [WrittenFile] {
        let rows = now.ids.count + wrongBy
        return [WrittenFile(name: "fake", rows: rows, bytes: rows * 8, rowGroups: 1)]
    }

    package func publish() throws { state.withLock { $0.isPublished = true } }
    package func abandon() { state.withLock { $0.isAbandoned = true } }
}

private final class FakeEncoder: BatchEncoder {
    private let table: FakeTable
    private let fault: FakeFault?

    init(_ table: FakeTable, _ fault: FakeFault?) {
        self.table = table
        self.fault = fault
    }

    func append(_ batch: Batch) throws {
        if let fault { throw fault }
        batch.checkInvariants()
        let column = batch.columns[0]
        let ids = (0..<column.valueCount).map { column.values.load(fromByteOffset: $0 * 8, as: Int64.self) }
        table.state.withLock {
            $0.ids += ids
            $0.batches += 1
        }
    }

    let bytes = 0
    func discard() -> Bool { false }
    func finish() throws { table.state.withLock { $0.finishedEncoders += 1 } }
}
