import Engine
import Ports

/// `ingest run`'s command line, understood.
struct RunOptions {
    var jobs: [String]
    var tags: [String]
    var sources: [String]
    var onlyDue: Bool
    var dryRun: Bool
    var fullRefresh: Bool
    var acceptShrink: Bool
    var failFast: Bool
    var workers: Int?
    var format: OutputFormat
    var quiet: Bool

    init(_ arguments: ParsedArguments) throws(UsageFault) {
        jobs = try OptionValue.names(arguments.values("jobs"), option: "jobs") + arguments.operands
        tags = try OptionValue.names(arguments.values("tags"), option: "tags")
        sources = try OptionValue.names(arguments.values("sources"), option: "sources")
        onlyDue = arguments.has("due")
        dryRun = arguments.has("dry-run")
        fullRefresh = arguments.has("full-refresh")
        acceptShrink = arguments.has("accept-shrink")
        failFast = arguments.has("fail-fast")
        workers = try OptionValue.integer(arguments, "max-workers", 1...256)
        format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        quiet = arguments.has("quiet")
        if fullRefresh, jobs.isEmpty {
            throw UsageFault(
                "--full-refresh loads whole tables again: it wants the jobs to be named", verb: "run")
        }
    }
}
