import Ports
import Settings

/// `ingest discover`: what is in a source, and rows for it in the workbook.
struct DiscoverVerb {
    let arguments: ParsedArguments
    let program: Program

    func run() throws -> Discovery {
        let name = arguments.operands[0]
        let source = try SourceArgument(name, arguments, program: program).open()
        let wanted = arguments.values("tables").map { NamePattern($0) }
        if arguments.has("add") {
            guard source.settings != nil else {
                throw UsageFault(
                    "--add needs a SOURCE of the settings: the rows name it",
                    remedy: "Add [sources.NAME] to ingest.toml, then: ingest discover NAME --add …")
            }
            guard !wanted.isEmpty else {
                throw UsageFault(
                    "--add needs --tables: which tables to add",
                    remedy: "For instance --tables orders --tables 'stg_*', or --tables '*' for all of them.")
            }
        } else if arguments.has("enable") {
            throw UsageFault("--enable belongs to --add", verb: "discover")
        }
        guard let place = source.source as? any SourceCatalog else {
            throw UsageFault("'\(name)' cannot be looked around in by this version")
        }
        let catalog = try place.openCatalog(stop: program.stop)
        defer { catalog.close() }
        let found = try tables(of: catalog, wanted)
        var discovery = Discovery(source: name, tables: found.map { Discovery.Table($0) })
        guard arguments.has("add"), let settings = source.settings else { return discovery }
        discovery.additions = try add(discovery.tables, settings, catalog)
        return discovery
    }

    private func tables(of catalog: any OpenCatalog, _ wanted: [NamePattern]) throws -> [CatalogTable] {
        let schema = arguments.value("schema")
        let all = try catalog.tables(schema.map { NamePattern($0) } ?? .all)
        if let schema, all.isEmpty {
            throw UsageFault(
                "--schema '\(schema)': no schema of this name has tables",
                remedy: "Without --schema all schemas are listed.")
        }
        guard !wanted.isEmpty else { return all }
        let chosen = all.filter { table in
            wanted.contains { $0.matches(table.name.name) || $0.matches(table.name.description) }
        }
        for pattern in wanted
        where !all.contains(where: {
            pattern.matches($0.name.name) || pattern.matches($0.name.description)
        }) {
            let near = NearestName.closest(to: pattern.text, among: Set(all.map(\.name.name)).sorted())
            throw UsageFault(
                "--tables '\(pattern.text)': there is no such table"
                    + (near.isEmpty ? "" : "; did you mean \(near.map { "'\($0)'" }.joined(separator: ", "))?"))
        }
        return chosen
    }

    // MARK: - Adding

    private func add(
        _ found: [Discovery.Table], _ source: SourceSettings, _ catalog: any OpenCatalog
    ) throws -> WorkbookAdditions.Outcome {
        var notes: [String] = []
        let open = found.filter { !$0.isClosed }
        for table in found where table.isClosed {
            notes.append(
                "\(table.table.name) may not be read and was not added."
                    + (table.table.missingGrant.map { " Its owner can allow it: \($0)" } ?? ""))
        }
        let project = try WorkbookProject(arguments.value("workbook"), arguments, program: program)
        var digits: [TableName: [String: NumericDigits]] = [:]
        for table in open.map(\.table) {
            let undecided = table.columns.filter { column in
                guard case .exactNumeric(nil) = column.nature else { return false }
                return column.verdict.kind == .decision && column.maySelect != false
            }
            guard !undecided.isEmpty else { continue }
            do throws(CatalogFault) {
                let found = try catalog.digits(of: undecided.map(\.name), in: table.name)
                digits[table.name] = found
                for column in undecided where found[column.name] == nil {
                    notes.append("\(table.name).\(column.name) holds no number yet: no rule was proposed for it.")
                }
            } catch {
                if error.endsSession { throw error }
                notes.append("The numbers of \(table.name) could not be measured: \(error.message)")
            }
        }
        var outcome = try WorkbookAdditions(
            source: source.name, type: source.type, tables: open, digits: digits, areEnabled: arguments.has("enable")
        ).add(to: project)
        outcome.notes = notes + outcome.notes
        return outcome
    }
}
