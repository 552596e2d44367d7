/// One thing that is measured. `prepare` builds the input, then each call of what it returns is one round and says how
/// many values that was.
struct Workload: Sendable {
    let name: String
    let prepare: @Sendable (_ stream: String?) throws -> () throws -> Int
}

enum WorkloadTable {
    static let all: [Workload] = decoders + encoders + whole

    private static let whole = [
        Workload(name: "copy-lineitem") { path in
            let stream = try path.map(RecordedStream.init(readingLineitem:)) ?? .lineitem(rows: 100_000)
            return try CopyPipeline(stream).round
        }
    ]
}
