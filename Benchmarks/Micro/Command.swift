import Glibc

/// What `ingest-bench` was asked to do.
struct Command {
    enum Action { case list, all, one(String), record(String) }

    static let usage = """
        usage: ingest-bench list
               ingest-bench all [--stream FILE]
               ingest-bench WORKLOAD [--rounds N] [--repeats N] [--stream FILE]
               ingest-bench record FILE

        A round is one row group's worth of the workload; an encoder's has 8 pages, or N times as many. FILE is a recorded COPY stream of the lineitem table; `record`
        writes a synthetic one like it. Times are printed per value; with Benchmarks/allocations.so preloaded, allocations
        are counted too.
        """

    private var action = Action.list
    private var rounds = 8
    private var setting = Workload.Setting()

    init(_ arguments: [String]) throws {
        var rest = arguments[...]
        var words: [String] = []
        while let argument = rest.popFirst() {
            switch argument {
            case "--rounds":
                guard let text = rest.popFirst(), let value = Int(text), value > 0 else { throw Misuse() }
                rounds = value
            case "--repeats":
                // 32 pages fill a row group.
                guard let text = rest.popFirst(), let value = Int(text), (1...4).contains(value) else { throw Misuse() }
                setting.repeats = value
            case "--stream":
                guard let path = rest.popFirst() else { throw Misuse() }
                setting.stream = path
            default: words.append(argument)
            }
        }
        switch (words.first, words.count) {
        case ("list", 1): action = .list
        case ("all", 1): action = .all
        case ("record", 2): action = .record(words[1])
        case (let name?, 1): action = .one(name)
        default: throw Misuse()
        }
    }

    struct Misuse: Error, CustomStringConvertible { var description: String { Command.usage } }

    func run() throws {
        switch action {
        case .list: for workload in WorkloadTable.all { print(workload.name) }
        case .record(let path): try RecordedStream.lineitem(rows: 100_000).write(to: path)
        case .one(let name):
            guard let workload = WorkloadTable.all.first(where: { $0.name == name }) else {
                throw BenchFault("there is no workload '\(name)'; 'list' names them")
            }
            try measure(workload)
        case .all: for workload in WorkloadTable.all { try measure(workload) }
        }
    }

    private func measure(_ workload: Workload) throws {
        let run = try workload.prepare(setting)
        // The first round allocates what later ones use again.
        let values = try run()
        let allocationsBefore = AllocationCounter.count
        let began = Clock.seconds
        for _ in 1..<max(2, rounds) { _ = try run() }
        let seconds = Clock.seconds - began
        let measured = max(2, rounds) - 1
        let nanoseconds = seconds * 1e9 / Double(values * measured)
        var line = "\(workload.name) \(rounded(nanoseconds)) ns/value \(values) values/round"
        if let before = allocationsBefore, let after = AllocationCounter.count {
            line += " \(rounded(Double(after - before) / Double(measured))) allocations/round"
        }
        print(line)
    }

    /// Two decimals, without Foundation.
    private func rounded(_ value: Double) -> String {
        let hundredths = Int((value * 100).rounded())
        let rest = hundredths % 100
        return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest)"
    }
}

struct BenchFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

enum Clock {
    static var seconds: Double {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
    }
}

/// Present when Benchmarks/allocations.so is preloaded.
enum AllocationCounter {
    private typealias Count = @convention(c) () -> Int

    private static let function: Count? = {
        guard let symbol = dlsym(nil, "ingest_allocation_count") else { return nil }
        return unsafeBitCast(symbol, to: Count.self)
    }()

    static var count: Int? { function.map { $0() } }
}
