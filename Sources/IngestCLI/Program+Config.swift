import Ports

extension Program {
    /// `ingest config show`.
    func config(_ arguments: ParsedArguments) throws -> Int32 {
        guard arguments.operands[0] == "show" else {
            throw UsageFault("'\(arguments.operands[0])' is not 'show', the one thing that config does", verb: "config")
        }
        let format = try OptionValue.choice(arguments, "format", OutputFormat.names, default: .text)
        let project = try ProjectSettings(arguments, program: self)
        let listing = SettingsListing(settings: project.settings, findings: project.findings)
        switch format {
        case .json: console.out(listing.json)
        case .text:
            console.out(masking: listing.text(colours: terminal.colours))
            for finding in project.findings { console.error(FindingLine.text(finding, colours: terminal.colours)) }
        }
        return project.findings.contains { $0.severity == .error } ? ExitCode.usage : ExitCode.done
    }
}
