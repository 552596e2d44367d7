import Columnar
import Ports
import TestSupport
import Testing

@testable import Engine

/// Sources whose columns come, go and change by chance, over many loads of one table.
@Suite("Shapes of a table over its loads")
struct SchemaModelTests {
    private static let types: [ColumnType] = [.int32, .int64, .text, .decimal(precision: 10, scale: 2), .list(.int64)]
    private static let names = ["a", "b", "c", "d", "e", "f", "A", "B"]

    private struct Table {
        var job: Job
        var state = TableState()
        /// The shapes whose files are there.
        var files: [(id: Slice.ID, schema: SchemaDecision)] = []

        init(_ policy: SchemaPolicy) {
            job = Job(
                id: "j", source: JobSource(name: "s", type: .sqlite), object: JobObject(table: "t"),
                target: JobTarget(table: "t"))
            job.writeMode = .append
            job.schemaPolicy = policy
        }

        mutating func load(_ decision: SchemaDecision, replaces: [Slice.ID]) throws {
            let id = Slice.ID(commit: state.number + 1, part: 0)
            let record = CommitRecord(
                number: state.number + 1, previous: state.digest, loadID: "load\(state.number + 1)",
                kind: .load(
                    .init(
                        mode: .append,
                        slices: [
                            Slice(
                                id: id, coverage: .whole,
                                files: [
                                    DataFile(
                                        object: StagedObject(name: "\(id.commit)", token: "", bytes: 1, digest: "d"),
                                        rows: 1)
                                ])
                        ], replaces: replaces, origin: LoadOrigin(job: "j", source: "s", object: "t"),
                        schema: decision.record)), watermark: nil,
                writer: Writer(run: "r", host: "h", process: 1, user: "u", version: "v"), writtenAt: "now")
            // Through the text of records and of the state, as a store has them.
            try state.apply(try CommitRecord(key: "k", bytes: record.bytes), digest: "digest\(record.number)", key: "k")
            state = try TableState(key: "k", bytes: state.bytes)
            files = files.filter { !replaces.contains($0.id) } + [(id, decision)]
        }

        mutating func withdraw(_ commit: Int, restoring before: Table) throws {
            let record = CommitRecord(
                number: state.number + 1, previous: state.digest, loadID: "load\(commit)",
                kind: .withdrawal(of: commit), watermark: nil,
                writer: Writer(run: "r", host: "h", process: 1, user: "u", version: "v"), writtenAt: "now")
            try state.apply(record, digest: "digest\(record.number)", key: "k")
            files = before.files
        }
    }

    @Test("files of one table agree, whatever the source does", arguments: [SchemaPolicy.evolve, .ignoreNew, .freeze])
    func agree(_ policy: SchemaPolicy) throws {
        var random = SeededRandom(UInt64(policy.rawValue.utf8.count))
        var refused = 0
        var loaded = 0
        for _ in 0..<150 {
            var table = Table(policy)
            var source = columns(&random)
            for _ in 0..<12 {
                if random.chance(70) { change(&source, &random) }
                let rows = try Schema(source)
                let replaces = random.chance(20) ? table.state.live.map(\.id) : []
                let question = SchemaQuestion(
                    job: table.job, rows: rows, state: table.state,
                    keepsFiles: table.files.contains { !replaces.contains($0.id) })
                guard let decision = try? question.decision() else {
                    refused += 1
                    continue
                }
                loaded += 1
                try check(decision, of: rows, table, replaces)
                let before = table
                try table.load(decision, replaces: replaces)
                try checkHistory(table)
                if random.chance(10) {
                    try table.withdraw(table.state.number, restoring: before)
                    #expect(table.state.schema == before.state.schema)
                    #expect(table.state.schemaHistory == before.state.schemaHistory)
                }
            }
        }
        #expect(loaded > 200 && (refused > 100 || policy == .ignoreNew), "\(loaded) loads, \(refused) refusals")
    }

    private func columns(_ random: inout SeededRandom) -> [Field] {
        Self.names.prefix(6).filter { _ in random.chance(60) }.map { Field($0, random.pick(Self.types)) }
            + [Field("id", .int64)]
    }

    private func change(_ source: inout [Field], _ random: inout SeededRandom) {
        switch random.next(below: 4) {
        case 0:
            if let name = Self.names.filter({ name in !source.contains { $0.name == name } }).randomElement(
                using: &random)
            {
                source.insert(Field(name, random.pick(Self.types)), at: random.next(below: source.count + 1))
            }
        case 1: if source.count > 1 { source.remove(at: random.next(below: source.count)) }
        case 2: source[random.next(below: source.count)].type = random.pick(Self.types)
        default: source.shuffle(using: &random)
        }
    }

    private func check(
        _ decision: SchemaDecision, of rows: Schema, _ table: Table, _ replaces: [Slice.ID]
    ) throws {
        let fields = decision.shape.schema.fields
        #expect(fields.map(\.name) == decision.record.map(\.name))
        #expect(fields.map(\.type.description) == decision.record.map(\.type))
        var used: Set<Int> = []
        for column in decision.shape.columns {
            guard case .rows(let index) = column.origin else { continue }
            #expect(used.insert(index).inserted)
            #expect(rows.fields[index].type == column.field.type)
            #expect(rows.fields[index].name.lowercased() == column.field.name.lowercased())
        }
        // Nothing that is read is lost, but what the policy leaves out.
        if table.job.schemaPolicy != .ignoreNew { #expect(used.count == rows.fields.count) }
        // Beside each file that stays: its columns in its order and with its types, then new ones.
        for file in table.files where !replaces.contains(file.id) {
            let older = file.schema.shape.schema.fields
            #expect(Array(fields.prefix(older.count)) == older)
        }
        if table.job.schemaPolicy == .freeze { #expect(decision.changes.isEmpty) }
    }

    /// Its steps, one after the other, give the columns.
    private func checkHistory(_ table: Table) throws {
        var types: [String: String] = [:]
        var missing: Set<String> = []
        for step in table.state.schemaHistory {
            for change in step.changes {
                switch change.what {
                case .added:
                    #expect(types.updateValue(change.type, forKey: change.column) == nil)
                case .removed:
                    types[change.column] = nil
                    missing.remove(change.column)
                case .missing: missing.insert(change.column)
                case .returned: missing.remove(change.column)
                case .retyped(let before):
                    #expect(types[change.column] == before)
                    types[change.column] = change.type
                }
            }
        }
        let now = table.state.schema.filter { !LoadColumns.names.contains($0.name) }
        #expect(types == Dictionary(uniqueKeysWithValues: now.map { ($0.name, $0.type) }))
        #expect(missing == Set(now.filter(\.isMissing).map(\.name)))
    }
}
