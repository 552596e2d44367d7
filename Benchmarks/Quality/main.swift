import Columnar
import Engine
import Glibc
import Ports
import Quality
import Synchronization

// By hand: `swift run -c release quality-bench keys 30000000` and `… rules`. Not a test: figures depend on the machine.

struct NoFacts: OutsideFacts {
    var clock: LoadClock { LoadClock(microseconds: 0, isSource: false) }
    var isWindow: Bool { false }
    var isStopped: Bool { false }
    func earlierRowCounts(_ count: Int) throws -> [Int] { [] }
    func countRows(failing condition: String) throws -> Int? { nil }
}

func judge(_ rules: [QualityRule], _ schema: Schema, memory: Int) throws -> RuleLoadJudge {
    RuleLoadJudge(
        try rules.map { try RuleBinding.bind($0, to: schema.fields, primaryKey: []) }, fields: schema.fields,
        primaryKey: [], concealed: [], terms: .init(memoryBytes: memory, spillFolder: "/var/tmp"), outside: NoFacts())
}

func peakMiB() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss >> 10
}

func cpuSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// Keys of 40 bytes: the number in hexadecimal digits, and what is common to all.
func fill(_ batch: Batch, from first: Int, count: Int) {
    batch.reset()
    let column = batch.columns[0]
    column.reserveBytes(count * 40)
    let hex = Array("0123456789abcdef".utf8)
    for i in 0..<count {
        let place = column.arena + i * 40
        memset(place, 0x2D, 40)
        var number = first + i
        for digit in 0..<12 {
            place.storeBytes(of: hex[number & 15], toByteOffset: 11 - digit, as: UInt8.self)
            number >>= 4
        }
        column.offsets[i + 1] = UInt32((i + 1) * 40)
    }
    column.slotCount = count
    batch.rowCount = count
}

func keys(_ total: Int, memory: Int) throws {
    let schema = try Schema([Field("key", .text)])
    let load = try judge(
        [QualityRule(job: nil, columns: ["key"], kind: .unique, argument: .none)], schema, memory: memory)
    let began = SystemClock().seconds
    let threads = try (0..<4).map { thread in
        try NamedThread("keys-\(thread)") {
            let batch = Batch(schema: schema)
            do {
                let one = try load.makeJudge(slice: 0)
                for first in stride(from: thread * 16_384, to: total, by: 4 * 16_384) {
                    fill(batch, from: first, count: min(16_384, total - first))
                    _ = try one.judge(batch)
                }
                if thread == 3 {
                    fill(batch, from: total / 2, count: 1)
                    _ = try one.judge(batch)
                }
                try one.finish()
            } catch { fatalError("\(error)") }
        }
    }
    for thread in threads { thread.join() }
    let fed = SystemClock().seconds
    let verdict = try load.verdict()
    let ended = SystemClock().seconds
    print(verdict.results[0].finding, verdict.results[0].samples.map { $0.cells.map { $0.value ?? "NULL" } })
    print(
        "\(total) keys of 40 bytes and one twice, \(memory >> 20) MiB: fed in \(fed - began) s, judged in \(ended - fed) s, "
            + "CPU \(cpuSeconds()) s, peak memory \(peakMiB()) MiB")
    precondition(verdict.results[0].failing == 1)
}

func rules() throws {
    let schema = try Schema([
        Field("id", .int64), Field("amount", .decimal(precision: 15, scale: 2)), Field("flag", .text),
        Field("mode", .text), Field("comment", .text), Field("day", .date),
    ])
    let batch = Batch(schema: schema)
    let modes = ["AIR", "SHIP", "TRUCK", "MAIL", "FOB", "RAIL", "REG AIR"]
    let rows = 16_384
    for i in 0..<rows {
        batch.columns[0].append(Int64(i))
        batch.columns[1].append(Int64(i * 7))
        batch.columns[2].append("R")
        batch.columns[3].append(modes[i % 7])
        batch.columns[4].append("carefully final deposits \(i)")
        batch.columns[5].append(Int32(10_000 + i % 365))
    }
    batch.rowCount = rows
    let all: [(String, QualityRule)] = [
        ("not_null", .init(job: nil, columns: ["day"], kind: .notNull, argument: .none)),
        ("range", .init(job: nil, columns: ["amount"], kind: .range, argument: .range(low: "0", high: "1000000"))),
        ("accepted_values", .init(job: nil, columns: ["mode"], kind: .acceptedValues, argument: .values(modes))),
        ("length", .init(job: nil, columns: ["comment"], kind: .length, argument: .range(low: "1", high: "44"))),
        ("regex", .init(job: nil, columns: ["flag"], kind: .regex, argument: .text("[ANR]"))),
        ("regex, longer", .init(job: nil, columns: ["mode"], kind: .regex, argument: .text("[A-Z]+( [A-Z]+)?"))),
        ("unique", .init(job: nil, columns: ["id"], kind: .unique, argument: .none)),
    ]
    for (name, rule) in all {
        let load = try judge([rule], schema, memory: 64 << 20)
        let one = try load.makeJudge(slice: 0)
        let before = cpuSeconds()
        let ids = batch.columns[0].values.assumingMemoryBound(to: Int64.self)
        for round in 0..<183 {
            if name == "unique" { for i in 0..<rows { ids[i] = Int64(round * rows + i) } }
            _ = try one.judge(batch)
        }
        try one.finish()
        let verdict = try load.verdict()
        let nanoseconds = (cpuSeconds() - before) * 1e9 / Double(183 * rows)
        print("\(name): \((nanoseconds * 100).rounded() / 100) ns a row, failing \(verdict.results[0].failing)")
    }
}

switch CommandLine.arguments.dropFirst().first {
case "keys":
    let total = CommandLine.arguments.count > 2 ? Int(CommandLine.arguments[2]) ?? 30_000_000 : 30_000_000
    try keys(total, memory: 128 << 20)
case "rules": try rules()
default: print("quality-bench keys [N] | rules")
}
