/// One thing that is measured. `prepare` builds the input, then each call of what it returns is one round and says how
/// many values that was.
struct Workload: Sendable {
    struct Setting {
        /// A recorded COPY stream.
        var stream: String?
        /// How often an encoder's round goes through its pages; the row group grows with it.
        var repeats = 1
    }

    let name: String
    let prepare: @Sendable (Setting) throws -> () throws -> Int
}

enum WorkloadTable {
    static let all: [Workload] = decoders + converters + encoders + masks + whole

    private static let whole = [
        Workload(name: "copy-lineitem") { setting in
            let stream = try setting.stream.map(RecordedStream.init(readingLineitem:)) ?? .lineitem(rows: 100_000)
            return try CopyPipeline(stream).round
        }
    ]
}
