import Ports

/// What is wrong with a command line. Exit code 2.
package struct UsageFault: Fault {
    package var message: String
    package var remedy: String?
    package var kind: FaultKind { .configuration }

    package init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    init(_ message: String, verb: String?) {
        self.message = message
        remedy = "Try: ingest \(verb.map { $0 + " " } ?? "")--help"
    }
}

extension UsageFault {
    static let noProject = UsageFault(
        "There is no ingest.toml here or in a folder above",
        remedy: "`ingest init` makes a project; --project names the folder of one.")

    static func unknownJob(_ name: String, among known: [String]) -> UsageFault {
        let near = NearestName.suggestion(for: name, among: known).map { "; did you mean '\($0)'?" } ?? ""
        let list = Array(Set(known)).sorted()
        return UsageFault(
            "There is no job '\(name)'\(near)",
            remedy: list.isEmpty
                ? nil : "There are \(list.prefix(20).joined(separator: ", "))\(list.count > 20 ? ", …" : "").")
    }
}
