import Ports

/// A verb's command line, checked against its specification but not yet understood.
package struct ParsedArguments: Equatable, Sendable {
    package private(set) var operands: [String] = []
    private var values: [String: [String]] = [:]

    package func has(_ option: String) -> Bool { values[option] != nil }
    package func value(_ option: String) -> String? { values[option]?.last }
    package func values(_ option: String) -> [String] { values[option] ?? [] }

    /// `--name value`, `--name=value`, switches, `--`. Options may stand before, between and behind operands.
    package init(_ arguments: some Sequence<String>, for verb: VerbSpec) throws(UsageFault) {
        var rest = Array(arguments)[...]
        while let argument = rest.popFirst() {
            if argument == "--" {
                operands += rest
                break
            }
            if argument == "-h" {
                values["help", default: []].append("")
            } else if argument.hasPrefix("--") {
                try take(argument.dropFirst(2), rest: &rest, verb: verb)
            } else if argument.hasPrefix("-"), argument != "-" {
                throw UsageFault("Unknown option '\(argument)'; options have two dashes", verb: verb.name)
            } else {
                operands.append(argument)
            }
        }
        if has("help") { return }
        guard verb.operandCount.contains(operands.count) else { throw wrongCount(verb) }
    }

    private mutating func take(
        _ argument: Substring, rest: inout ArraySlice<String>, verb: VerbSpec
    ) throws(UsageFault) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let option = verb.option(name) else {
            let nearest = NearestName.suggestion(for: name, among: verb.options.map(\.name))
            throw UsageFault(
                "Unknown option '--\(name)'" + (nearest.map { "; did you mean '--\($0)'?" } ?? ""), verb: verb.name)
        }
        guard has(name) == false || option.repeats || option.value == nil else {
            throw UsageFault("Option '--\(name)' is given twice", verb: verb.name)
        }
        switch (option.value, parts.count) {
        case (nil, 1): values[name, default: []].append("")
        case (nil, _): throw UsageFault("Option '--\(name)' takes no value", verb: verb.name)
        case (_?, 2): values[name, default: []].append(String(parts[1]))
        case (let value?, _):
            guard let next = rest.popFirst() else {
                throw UsageFault("Option '--\(name)' needs a value: --\(name) \(value)", verb: verb.name)
            }
            values[name, default: []].append(next)
        }
    }

    private func wrongCount(_ verb: VerbSpec) -> UsageFault {
        let names = verb.operands.map(\.name)
        if operands.count > verb.operandCount.upperBound {
            let extra = operands[verb.operandCount.upperBound]
            return UsageFault("'\(extra)' is one argument too many for 'ingest \(verb.name)'", verb: verb.name)
        }
        let missing = names[operands.count..<max(verb.operandCount.lowerBound, operands.count)]
        return UsageFault("Missing: \(missing.joined(separator: ", "))", verb: verb.name)
    }
}
