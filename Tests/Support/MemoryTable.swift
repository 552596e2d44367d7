import Columnar
import Ports
import Synchronization

/// A load's table whose files hold the numbers of the first column as text, a line each.
package final class MemoryTable: StagedTable {
    private let stage: @Sendable () throws -> any StagedUpload
    package let encoderBytes = 0
    private let sealed = Mutex<[StagedFile]>([])

    package init(stage: @escaping @Sendable () throws -> any StagedUpload) { self.stage = stage }

    package func makeEncoder(slice: Int) throws -> any BatchEncoder { MemoryEncoder(self, slice) }
    package func finish() throws -> [StagedFile] { sealed.withLock { $0 } }
    package func abandon() {}

    fileprivate func write(_ lines: [String], slice: Int) throws {
        let upload = try stage()
        try Array(lines.joined(separator: "\n").utf8).withUnsafeBytes { try upload.write([$0]) }
        let file = StagedFile(slice: slice, object: try upload.seal(), rows: lines.count, rowGroups: 1)
        sealed.withLock { $0.append(file) }
    }
}

private final class MemoryEncoder: BatchEncoder {
    private let table: MemoryTable
    private let slice: Int
    private var lines: [String] = []

    init(_ table: MemoryTable, _ slice: Int) {
        self.table = table
        self.slice = slice
    }

    var bytes: Int { lines.count * 8 }

    func append(_ batch: Batch) throws {
        let column = batch.columns[0]
        lines += (0..<column.valueCount).map { String(column.values.load(fromByteOffset: $0 * 8, as: Int64.self)) }
    }

    func finish() throws { if !lines.isEmpty { try table.write(lines, slice: slice) } }

    func discard() -> Bool {
        lines = []
        return true
    }
}
