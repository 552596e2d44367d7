import Engine
import Ports

/// What is said after a copy.
package struct CopyReport: Equatable, Sendable {
    package var summary: CopySummary
    package var object: String
    package var peakMemoryBytes: Int?
    /// Temporary files of killed runs that were removed. As text this is said when it happens, whatever comes after.
    package var abandoned: [String] = []
    /// Files of an earlier copy that were removed.
    package var leftovers: [String] = []

    package init(summary: CopySummary, object: String) {
        self.summary = summary
        self.object = object
    }

    package var text: String {
        let files = summary.files
        let rate = summary.seconds > 0 ? Int(min(Double(summary.rows) / summary.seconds, 1e15)) : 0
        let place = files.count == 1 ? files[0].name : NumberText.counted(files.count, "file")
        var lines = [
            "\(NumberText.counted(summary.rows, "row")), \(NumberText.bytes(summary.bytes)) in \(place)",
            "\(NumberText.duration(summary.seconds)), \(NumberText.grouped(rate)) rows/s, "
                + NumberText.counted(summary.pressure.connections, "connection")
                + (peakMemoryBytes.map { ", peak memory \(NumberText.bytes($0))" } ?? ""),
            "longest query \(NumberText.duration(summary.pressure.longestQuerySeconds)), transaction open for "
                + NumberText.duration(summary.pressure.openTransactionSeconds),
        ]
        if files.count > 1 {
            lines += files.map { "  \($0.name): \(NumberText.counted($0.rows, "row")), \(NumberText.bytes($0.bytes))" }
        }
        lines += leftovers.map { "note: removed '\($0)', of an earlier copy" }
        lines += summary.notes.map { "note: \($0)" }
        lines += summary.adjustments.map {
            "warning: column '\($0.column)': \(NumberText.grouped($0.count)) \($0.message)"
        }
        return lines.map { PrintableText.escaped($0) + "\n" }.joined()
    }

    package var json: JSONText {
        .object([
            ("object", .string(object)), ("rows", .int(summary.rows)), ("bytes", .int(summary.bytes)),
            (
                "files",
                .array(
                    summary.files.map {
                        .object([
                            ("name", .string($0.name)), ("rows", .int($0.rows)), ("bytes", .int($0.bytes)),
                            ("row_groups", .int($0.rowGroups)),
                        ])
                    })
            ),
            ("seconds", .number(summary.seconds)), ("peak_memory_bytes", .optional(peakMemoryBytes)),
            ("connections", .int(summary.pressure.connections)), ("parts", .int(summary.units)),
            ("longest_query_seconds", .number(summary.pressure.longestQuerySeconds)),
            ("open_transaction_seconds", .number(summary.pressure.openTransactionSeconds)),
            (
                "adjustments",
                .array(
                    summary.adjustments.map {
                        .object([
                            ("column", .string($0.column)), ("count", .int($0.count)), ("message", .string($0.message)),
                        ])
                    })
            ),
            ("notes", .array(summary.notes.map { .string($0) })),
            ("removed_abandoned", .array(abandoned.map { .string($0) })),
            ("removed_leftovers", .array(leftovers.map { .string($0) })),
        ])
    }
}
