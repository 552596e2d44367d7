import Engine
import Ports

/// `ingest backfill`'s range.
struct BackfillOptions {
    let job: String
    let request: LoadRequest

    init(_ arguments: ParsedArguments) throws(UsageFault) {
        job = arguments.operands[0]
        guard let from = arguments.value("from"), !from.isEmpty else {
            throw UsageFault("Missing: --from VALUE, or --from START", verb: "backfill")
        }
        let to = arguments.value("to")
        guard to?.isEmpty != true else { throw UsageFault("--to is empty", verb: "backfill") }
        var chunk: BackfillChunk?
        if let text = arguments.value("chunk") {
            chunk = BackfillChunk(text)
            guard chunk != nil else {
                throw UsageFault("--chunk '\(text)' is not one of \(BackfillChunk.allowed)", verb: "backfill")
            }
        }
        request = .backfill(
            from: from.uppercased() == "START" ? .beginning : .value(from), to: to, chunk: chunk)
    }
}
