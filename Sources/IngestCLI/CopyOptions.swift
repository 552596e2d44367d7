import Parquet
import Ports

/// `ingest copy`'s command line, understood: only values that are valid together.
package struct CopyOptions: Sendable {
    package var source: String
    package var destination: Destination
    package var request: ReadRequest
    package var profile: Profile
    package var compression: Compression
    package var bloomColumns: [String]
    package var rowGroupRows: Int?
    package var overwrite: Bool
    package var filePerConnection: Bool
    /// Nil: not given.
    package var stallTimeoutSeconds: Double?
    package var project: String?
    package var environment: String?
    package var format: OutputFormat
    package var quiet: Bool

    package init(_ arguments: ParsedArguments) throws(UsageFault) {
        let query = arguments.value("query")
        let table: String?
        let dest: String
        source = arguments.operands.first ?? ""
        if query != nil {
            guard arguments.operands.count == 2 else {
                throw UsageFault("With --query there is no OBJECT: ingest copy --query SQL SOURCE DEST", verb: "copy")
            }
            (table, dest) = (nil, arguments.operands[1])
        } else {
            guard arguments.operands.count == 3 else {
                throw UsageFault("Missing: DEST (or --query instead of OBJECT)", verb: "copy")
            }
            (table, dest) = (arguments.operands[1], arguments.operands[2])
        }
        if let query, query.allSatisfy(\.isWhitespace) { throw UsageFault("--query is empty", verb: "copy") }
        if let table, table.allSatisfy(\.isWhitespace) { throw UsageFault("OBJECT is empty", verb: "copy") }
        destination = try Destination(dest, table: table)
        overwrite = arguments.has("overwrite")
        filePerConnection = arguments.has("file-per-connection")
        if filePerConnection, destination.isSingleFile {
            throw UsageFault(
                "--file-per-connection writes several files, but DEST '\(dest)' is one",
                remedy: "Name a folder as DEST.")
        }
        profile = try OptionValue.choice(
            arguments, "profile", ["standard": .standard, "legacy": .legacy, "modern": .modern], default: .standard)
        compression = try OptionValue.compression(arguments.value("compression"), profile: profile)
        bloomColumns = try OptionValue.names(arguments.values("bloom"), option: "bloom")
        rowGroupRows = try OptionValue.integer(arguments, "row-group-rows", 1...Int(Int32.max))
        stallTimeoutSeconds = nil
        if let text = arguments.value("stall-timeout") {
            stallTimeoutSeconds = try OptionValue.duration(text, option: "stall-timeout")
        }
        project = arguments.value("project")
        environment = arguments.value("env")
        format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        quiet = arguments.has("quiet")
        request = try Self.request(arguments, table: table, query: query, profile: profile)
    }

    var sourceOptions: SourceTable.SourceOptions {
        var options = SourceTable.SourceOptions(stallTimeoutSeconds: stallTimeoutSeconds ?? 300)
        if case .connections(let count) = request.parallelism { options.connections = count }
        return options
    }

    private static func request(
        _ arguments: ParsedArguments, table: String?, query: String?, profile: Profile
    ) throws(UsageFault) -> ReadRequest {
        var types = TypeChoices()
        types.unrepresentable = try OptionValue.choice(
            arguments, "on-unrepresentable", ["error": .error, "null": .null, "string": .text], default: .error)
        types.wideNumeric = try OptionValue.wideNumeric(arguments.value("wide-numeric"))
        if profile == .modern {
            types.time = true
            types.json = true
            types.uuid = true
        }
        let columns = try OptionValue.names(arguments.values("columns"), option: "columns")
        let connections = try OptionValue.integer(arguments, "parallel", 1...64)
        if let splitColumn = arguments.value("split-column"), splitColumn.isEmpty {
            throw UsageFault("--split-column is empty", verb: "copy")
        }
        if let filter = arguments.value("where"), filter.allSatisfy(\.isWhitespace) {
            throw UsageFault("--where is empty", verb: "copy")
        }
        return ReadRequest(
            object: query.map { .query($0) } ?? .table(table ?? ""), columns: columns.isEmpty ? nil : columns,
            filter: arguments.value("where"), limit: try OptionValue.integer(arguments, "limit", 0...Int.max),
            parallelism: connections.map { .connections($0) } ?? .automatic,
            splitColumn: arguments.value("split-column"), typeChoices: types)
    }
}

package enum OutputFormat: Sendable {
    case text, json

    static let names: [String: OutputFormat] = ["text": .text, "json": .json]

    /// Whether errors are to be JSON, asked before the command line is known to be good.
    static func isJSON(_ arguments: [String]) -> Bool {
        for (index, argument) in arguments.enumerated() {
            if argument == "--" { return false }
            if argument.lowercased() == "--format=json" { return true }
            if argument == "--format", index + 1 < arguments.count {
                return arguments[index + 1].lowercased() == "json"
            }
        }
        return false
    }
}
