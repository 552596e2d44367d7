import Engine
import Ports

extension Program {
    func files(_ arguments: ParsedArguments) throws {
        let forms = Dictionary(uniqueKeysWithValues: TableFiles.Form.allCases.map { ($0.rawValue, $0) })
        let form = try OptionValue.choice(arguments, "format", forms, default: .paths)
        if arguments.has("latest"), arguments.value("format") != nil, form != .duckdb {
            throw UsageFault("--latest is written for DuckDB: --format duckdb, or none", verb: "files")
        }
        let project = try ProjectTables(arguments, program: self)
        let job = try project.job(arguments.operands[0])
        let files = try TableFiles(job, at: project.surroundings.place(of: job))
        switch form {
        case _ where arguments.has("latest"): console.out(try files.latest())
        case .json: console.out(files.json)
        default: console.out(try files.text(form))
        }
    }
}
