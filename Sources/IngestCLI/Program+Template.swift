import Workbook

extension Program {
    func template(_ arguments: ParsedArguments) throws {
        let path = arguments.operands.first ?? "ingestion_config.xlsx"
        try TemplateWriter(content: .starter).write(to: path, replacing: arguments.has("force"))
        console.error("Wrote \(path)\n")
    }
}
