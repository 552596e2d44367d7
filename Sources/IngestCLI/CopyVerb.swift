import Columnar
import Engine
import LakeStore
import Parquet
import Ports

/// `ingest copy`: wires a source, the engine, the Parquet writer and a folder together.
struct CopyVerb {
    let options: CopyOptions
    let program: Program

    func run() throws -> CopyReport {
        let source = try CopySource(options: options, program: program).open()
        let target = CopyTarget(options)
        let abandoned = try target.store.removeAbandoned().map(target.store.path(of:))
        if options.format == .text, !options.quiet {
            for path in abandoned {
                program.console.error(
                    PrintableText.escaped("note: removed '\(path)', left by a run that was killed") + "\n")
            }
        }
        try target.checkVacant(overwrite: options.overwrite)

        let load = CopyLoad(source: source, request: options.request) { [options] read in
            try ParquetTable(
                schema: FileSchema(schema: read.schema, options: Self.writerOptions(options, object: target.object)),
                layout: target.layout, store: target.store, replacing: options.overwrite,
                retract: { path in try? target.store.remove(String(path.split(separator: "/").last ?? "")) })
        }
        let summary = try showingProgress(of: load) { try load.run(stop: program.stop) }
        var report = CopyReport(summary: summary, object: target.object)
        report.abandoned = abandoned
        if options.overwrite {
            do { report.leftovers = try target.removeLeftovers(except: summary.files) } catch {
                report.summary.notes.append("Files of an earlier copy are still there: \(error)")
            }
            if summary.rows == 0 {
                report.summary.notes.append("The source had no rows: what was replaced is now empty.")
            }
        }
        if Redactor.containsPassword(options.source) {
            report.summary.notes.append(
                "The password in SOURCE can be seen by other users of this machine; "
                    + (options.source.lowercased().hasPrefix("postgres") || !options.source.contains(":")
                        ? "PGPASSWORD, ~/.pgpass or a service file keep it hidden."
                        : "a source of the settings, with password = \"${env:NAME}\", keeps it hidden."))
        }
        report.peakMemoryBytes = ProcessMemory.peakBytes
        return report
    }

    private func showingProgress<T>(of load: CopyLoad, _ body: () throws -> T) throws -> T {
        guard !options.quiet else { return try body() }
        let display = try ProgressDisplay(
            load.progress, console: program.console, terminal: program.terminal, clock: SystemClock())
        defer { display.end() }
        return try body()
    }

    private static func writerOptions(_ options: CopyOptions, object: String) -> WriterOptions {
        var writer = WriterOptions()
        writer.profile = options.profile
        writer.compression = options.compression
        writer.bloomFilterColumns = options.bloomColumns
        if let rows = options.rowGroupRows { writer.rowGroup.rows = rows }
        writer.createdBy = Version.createdBy
        writer.keyValues = [("ingest.version", Version.number), (CopyTarget.objectKey, object)]
        return writer
    }
}
