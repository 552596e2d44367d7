import Ports

extension JobOutcome {
    /// Free of secrets, for what leaves the process in other forms than text.
    func redacted(_ redact: (String) -> String) -> JobOutcome {
        var copy = self
        copy.failure = failure.map {
            Failure(redact($0.message), remedy: $0.remedy.map(redact), kind: $0.kind)
        }
        copy.schemaChanges = schemaChanges.map(redact)
        copy.warnings = warnings.map(redact)
        copy.notes = notes.map(redact)
        copy.partitionPath = partitionPath.map(redact)
        return copy
    }
}
