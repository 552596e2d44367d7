import Ports

extension Program {
    /// `ingest alert test`.
    func alert(_ arguments: ParsedArguments) throws -> Int32 {
        guard arguments.operands[0] == "test" else {
            throw UsageFault("'\(arguments.operands[0])' is not 'test', the one thing that alert does", verb: "alert")
        }
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let results = try AlertTestVerb(arguments: arguments, program: self).run()
        switch format {
        case .json:
            console.out(
                .object([
                    (
                        "channels",
                        .array(
                            results.map { result in
                                .object([
                                    ("channel", .string(result.channel)), ("sent", .bool(result.failure == nil)),
                                    ("error", .optional(result.failure)),
                                ])
                            })
                    )
                ]))
        case .text:
            var text = ""
            for result in results {
                text += (result.failure == nil ? "sent    " : "FAILED  ") + PrintableText.escaped(result.channel) + "\n"
                if let failure = result.failure { text += "        " + PrintableText.escaped(failure) + "\n" }
            }
            console.out(masking: text)
        }
        return results.contains { $0.failure != nil } ? ExitCode.failed : ExitCode.done
    }
}
