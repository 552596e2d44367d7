// parquet-fixtures FIRST COUNT FOLDER: writes case-{seed}.parquet with random schema, options and rows for each seed, and
// beside it case-{seed}.jsonl with the same rows, for readers that we did not write (Tests/Parquet).
import Columnar
import Glibc
import Parquet
import TestSupport

func randomType(_ random: inout SeededRandom, profile: Profile, depth: Int) -> ColumnType {
    let nested = depth < 3 && random.chance(25)
    if nested && random.chance(50) { return .list(randomType(&random, profile: profile, depth: depth + 1)) }
    if nested {
        return .structure(
            (0..<Int.random(in: 1...3, using: &random)).map {
                Field("f\($0)", randomType(&random, profile: profile, depth: depth + 1))
            })
    }
    let precision = random.pick([1, 4, 9, 10, 15, 18, 19, 28, 38])
    var choices: [ColumnType] = [
        .boolean, .int8, .int16, .int32, .int64, .float, .double, .date, .text, .json, .binary,
        .decimal(precision: precision, scale: Int.random(in: 0...precision, using: &random)),
        .timestamp(.microseconds, utc: random.chance(50)),
    ]
    if profile == .modern { choices += [.time, .uuid, .timestamp(.nanoseconds, utc: random.chance(50))] }
    return random.pick(choices)
}

func leaves(_ fields: [Field], _ path: String = "") -> [String] {
    fields.flatMap { field -> [String] in
        var name = path + field.name
        var type = field.type
        while case .list(let element) = type {
            name += ".list.element"
            type = element
        }
        if case .structure(let inner) = type { return leaves(inner, name + ".") }
        return type == .boolean ? [] : [name]
    }
}

func writeCase(seed: UInt64, folder: String) throws {
    var random = SeededRandom(seed)
    var options = WriterOptions()
    options.profile = random.pick(Profile.allCases)
    options.compression = Compression(random.pick(Codec.allCases))
    if options.compression.codec == .zstd && random.chance(40) { options.compression.level = random.pick([1, 3, 9]) }
    options.dictionary.use = random.pick([.automatic, .automatic, .never, .always])
    options.dictionary.decisionValues = random.pick([100, 3_000, 49_152])
    options.dictionary.pageBytes = random.pick([200, 10_000, 1 << 20])
    options.page.rows = random.pick([1, 7, 100, 1_000, 16_384])
    options.page.bytes = random.pick([300, 20_000, 1 << 20])
    options.rowGroup.rows = random.pick([50, 1_001, 5_000, 524_288])
    // Dictionaries that run out of memory between columns.
    options.dictionary.budgetBytes = random.pick([16 << 20, 16 << 20, 150_000, 30_000, 1])
    if random.chance(20) { options.rowGroup.encodedBytes = 30_000 }
    options.pageChecksums = random.chance(50)
    options.boundBytes = random.pick([4, 16, 64])
    if options.profile == .modern {
        options.dataPageV2 = random.chance(50)
        if random.chance(60) { options.directEncoding = random.pick(DirectEncoding.allCases) }
    }
    let fields = (0..<Int.random(in: 1...9, using: &random)).map {
        Field("c\($0)", randomType(&random, profile: options.profile, depth: 0))
    }
    if random.chance(40) { options.bloomFilterColumns = leaves(fields).filter { _ in random.chance(50) } }
    options.keyValues = [("seed", "\(seed)"), ("profile", options.profile.rawValue)]
    options.createdBy = "ingest version 0 (build fixtures)"
    let schema = try Schema(fields)

    let path = "\(folder)/case-\(seed).parquet"
    let file = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0o644)
    guard file >= 0, let lines = fopen("\(folder)/case-\(seed).jsonl", "w") else {
        fatalError("cannot write to \(folder)")
    }
    defer {
        close(file)
        fclose(lines)
    }
    let writer = try FileWriter(schema: schema, options: options) { buffers in
        for buffer in buffers where buffer.count > 0 {
            guard write(file, buffer.baseAddress, buffer.count) == buffer.count else { fatalError("short write") }
        }
    }
    let encoder = try RowGroupEncoder(schema: schema, options: options)
    // Shredding is per batch: many tiny row groups of one batch would only cost time.
    let batchRows = random.pick(options.rowGroup.rows < 1_000 ? [64, 500] : [64, 500, 16_384])
    let batch = Batch(schema: schema, limit: BatchLimit(rows: batchRows))
    var columns = fields.map { RandomColumn($0.type, using: &random) }
    var left = random.pick([0, 1, 8, 333, 2_000, 9_000, options.page.rows < 100 ? 3_000 : 60_000])
    while left > 0 {
        let rows = min(left, Int.random(in: 1...batch.limit.rows, using: &random))
        for _ in 0..<rows {
            var json = "["
            for index in columns.indices {
                if index > 0 { json += "," }
                columns[index].append(to: batch.columns[index], json: &json, using: &random)
            }
            fputs(json + "]\n", lines)
            batch.rowCount += 1
        }
        left -= rows
        batch.checkInvariants()
        var row = 0
        while row < batch.rowCount {
            row += try encoder.append(batch, from: row)
            if encoder.isFull { try writer.append(encoder.finish()) }
        }
        batch.reset()
    }
    if encoder.rowCount > 0 { try writer.append(encoder.finish()) }
    _ = try writer.finish()
}

let arguments = CommandLine.arguments
guard arguments.count == 4, let first = UInt64(arguments[1]), let count = UInt64(arguments[2]) else {
    print("usage: parquet-fixtures FIRST COUNT FOLDER")
    exit(2)
}
for seed in first..<(first + count) { try writeCase(seed: seed, folder: arguments[3]) }
