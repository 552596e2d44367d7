import Glibc
import Ports
import SQLiteSource
import Workbook

/// `ingest demo`: a whole project on the spot, loaded, changed and loaded again, with what there is to see at each step.
struct DemoVerb {
    let folder: String
    let program: Program

    func run() throws -> Int32 {
        let project = DemoProject(folder: folder)
        try project.make()
        say(
            """
            A project in \(folder): shop.db, a SQLite database with customers, products and orders; ingest.toml, which names
            it; and ingestion_config.xlsx, with one row for each table and one for a table that does not exist.

            """)
        step("ingest run", "the first run loads everything")
        try load()
        try show(project, "What the sheet shows now")
        try project.shop.doBusiness()
        say("\nA day of business: three new orders, one that changes, a customer that moves.\n")
        step("ingest run", "the second run loads what is new")
        try load()
        try show(project, "The watermark has moved, in the sheet too")
        step("ingest history", "every attempt is on record (metadata/audit_*.csv)")
        try verb(["history", "--project", folder, "--limit", "8"])
        step("ingest files orders", "what to give to a query engine")
        try verb(["files", "orders", "--project", folder])
        say(
            """

            Look around: open \(folder)/ingestion_config.xlsx, the lake in \(folder)/lake, the log in \(folder)/logs. Change
            something and run `ingest run --project \(folder)` again. Remove the folder when you have seen enough.
            One job failed on purpose, and the others did not mind: that is the exit code 1 of `ingest run`, not of this demo.

            """)
        return ExitCode.done
    }

    private func step(_ command: String, _ purpose: String) { say("\n$ \(command)        # \(purpose)\n") }
    private func say(_ text: String) { program.console.error(text) }

    /// The row that can't work makes it 1; anything else is worth stopping at.
    private func load() throws {
        let code = program.run(["run", "--project", folder])
        guard code == ExitCode.failed else { throw fault("run", code) }
    }

    private func verb(_ arguments: [String]) throws {
        let code = program.run(arguments)
        guard code == ExitCode.done else { throw fault(arguments[0], code) }
    }

    private func fault(_ verb: String, _ code: Int32) -> DemoFault {
        DemoFault(verb: verb, code: code, isStopped: program.stop.isRaised)
    }

    /// As the workbook has it now.
    private func show(_ project: DemoProject, _ title: String) throws {
        var table = TextTable([
            ("job_id", .left), ("load_type", .left), ("last_status", .left), ("last_rows", .right),
            ("last_watermark", .left),
        ])
        let checked = WorkbookReading.check(
            tables: try ConfigurationFiles.read(path: project.workbook),
            sources: [KnownSource(name: "shop", type: .sqlite)], options: CheckOptions())
        for job in checked.jobs.compactMap(\.job) {
            table.add([
                job.id, job.loadType.rawValue, job.record.lastStatus ?? "", job.record.lastRows ?? "",
                job.watermark?.last ?? "",
            ])
        }
        say("\n\(title):\n\n" + table.lines(indent: 2).map { $0 + "\n" }.joined())
    }
}

/// A step of the demo did not do what it always does.
struct DemoFault: Fault {
    let verb: String
    let code: Int32
    let isStopped: Bool

    var kind: FaultKind { isStopped ? .cancelled : .permanent }
    var message: String { "The demo ends here: `ingest \(verb)` ended with the code \(code)" }
    var remedy: String? { isStopped ? nil : "Please report it, with what is printed above." }
}
