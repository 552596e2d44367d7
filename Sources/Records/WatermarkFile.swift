import Ports

/// `metadata/watermarks.csv`: where each job's next load begins, for people and programs. The lake's own record decides;
/// this file can be made again from it.
package struct WatermarkFile: Sendable {
    package static let name = "watermarks.csv"
    static let header = ["job_id", "job_name", "watermark", "watermark_type", "load_id", "run_id", "updated_at"]

    package struct Row: Equatable, Sendable {
        package var job: String
        package var jobName: String
        package var watermark: WatermarkText
        /// The load that moved it there; empty where that is not known.
        package var loadID: String
        package var runID: String
        /// `2026-11-21T06:00:59.123456+00:00`.
        package var updatedAt: String

        package init(
            job: String, jobName: String, watermark: WatermarkText, loadID: String, runID: String, updatedAt: String
        ) {
            self.job = job
            self.jobName = jobName
            self.watermark = watermark
            self.loadID = loadID
            self.runID = runID
            self.updatedAt = updatedAt
        }

        fileprivate var fields: [String] {
            [job, jobName, watermark.value, watermark.type, loadID, runID, updatedAt]
        }

        var moment: Int { CivilTime(iso: updatedAt)?.unixMicroseconds ?? .min }
    }

    private let folder: RecordFolder
    private let patience: Double

    package init(folder: String, patience: Double = 5) {
        self.folder = RecordFolder(path: folder)
        self.patience = patience
    }

    /// None where there is no file yet.
    package func read() throws(RecordFault) -> [Row] {
        guard let bytes = try folder.read(Self.name) else { return [] }
        return try rows(of: bytes)
    }

    /// Takes over what is newer than the file's own, and keeps the rows of other jobs: another run may have written them. A
    /// watermark that stands there already is no news: its row says which load has moved it there.
    package func update(_ changed: [Row], sync: Bool = true) throws(RecordFault) {
        guard try !Self.news(of: changed, to: byJob()).isEmpty else { return }
        try folder.make()
        // A file of its own: a lock on a file that is replaced would guard what nobody sees any more.
        let lock = try LockedFile(folder.file(".watermarks.lock"), patience: patience)
        var rows = try byJob()
        let news = Self.news(of: changed, to: rows)
        guard !news.isEmpty else { return }
        for row in news { rows[row.job] = row }
        try write(Array(rows.values), sync: sync)
        _ = consume lock
    }

    private func byJob() throws(RecordFault) -> [String: Row] {
        var byJob: [String: Row] = [:]
        for row in try read() { byJob[row.job] = row }
        return byJob
    }

    private static func news(of changed: [Row], to known: [String: Row]) -> [Row] {
        changed.filter { row in
            guard let old = known[row.job] else { return true }
            return row.moment >= old.moment && (row.watermark != old.watermark || row.jobName != old.jobName)
        }
    }

    /// What the lake says, whatever stood there: `ingest repair`.
    package func rebuild(_ rows: [Row]) throws(RecordFault) {
        try folder.make()
        let lock = try LockedFile(folder.file(".watermarks.lock"), patience: patience)
        if let bytes = try folder.read(Self.name) { _ = try self.rows(of: bytes) }
        try write(rows, sync: true)
        _ = consume lock
    }

    private func write(_ rows: [Row], sync: Bool) throws(RecordFault) {
        var text = Self.header.joined(separator: ",") + "\r\n"
        for row in rows.sorted(by: { $0.job < $1.job }) {
            // Exact: a text watermark may hold anything. The file is replaced whole, so that no line is ever cut.
            text += row.fields.map(CSVField.exact).joined(separator: ",") + "\r\n"
        }
        try folder.replace(Self.name, with: Array(text.utf8), sync: sync)
    }

    private func rows(of bytes: [UInt8]) throws(RecordFault) -> [Row] {
        var lines = CSVLines(bytes)
        guard let header = lines.next() else { return [] }
        let columns = Self.header.map { header.firstIndex(of: $0) }
        guard !columns[0...3].contains(nil) else {
            throw RecordFault(
                .configuration, "'\(folder.file(Self.name))' is not a file of watermarks: its columns are others",
                remedy: "Move it away, or set run.metadata to another folder.")
        }
        var rows: [Row] = []
        while let fields = lines.next() {
            let values = columns.map { column in
                column.flatMap { $0 < fields.count ? CSVField.meaning(fields[$0]) : nil } ?? ""
            }
            guard !values[0].isEmpty, fields.count == header.count else { continue }
            rows.append(
                Row(
                    job: values[0], jobName: values[1], watermark: WatermarkText(value: values[2], type: values[3]),
                    loadID: values[4], runID: values[5], updatedAt: values[6]))
        }
        return rows
    }
}
