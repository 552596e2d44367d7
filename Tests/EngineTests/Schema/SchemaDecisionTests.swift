import Columnar
import Ports
import Testing

@testable import Engine

@Suite("Which columns the files of a load have")
struct SchemaDecisionTests {
    private static func job(_ mode: WriteMode = .append, _ policy: SchemaPolicy = .evolve) -> Job {
        var job = Job(
            id: "orders", source: JobSource(name: "shop", type: .postgresql), object: JobObject(table: "orders"),
            target: JobTarget(table: "orders"))
        job.writeMode = mode
        job.schemaPolicy = policy
        return job
    }

    private static let base = ["id int64", "name string", "amount decimal(10,2)"]

    /// `id int64`, `amount decimal(10,2)`; `note string?` is missing in the source.
    private static func record(_ columns: [String], stamped: Bool = true) -> TableState {
        var state = TableState()
        state.origin = LoadOrigin(job: "orders", source: "shop", object: "orders")
        state.schema = (columns + (stamped ? ["_load_id string", "_loaded_at timestamp(µs, UTC)"] : [])).map {
            let (name, type) = halves($0)
            return .init(
                name: name, type: type.hasSuffix("?") ? String(type.dropLast()) : type, isMissing: type.hasSuffix("?"))
        }
        return state
    }

    private static func halves(_ text: String) -> (String, String) {
        let space = text.firstIndex(of: " ") ?? text.endIndex
        return (String(text[..<space]), String(text[space...].dropFirst()))
    }

    private static func rows(_ columns: [String]) throws -> Schema {
        try Schema(
            columns.map {
                let (name, type) = halves($0)
                return Field(name, try #require(ColumnType(described: type), "\(type)"))
            })
    }

    private func decision(
        _ columns: [String], _ state: TableState, _ job: Job = SchemaDecisionTests.job(), keepsFiles: Bool = true,
        startsAnew: Bool = false, isRefresh: Bool = false, leftOut: [String] = []
    ) throws -> SchemaDecision {
        let decision = try SchemaQuestion(
            job: job, rows: try Self.rows(columns), leftOut: leftOut, state: state, keepsFiles: keepsFiles,
            startsAnew: startsAnew, isRefresh: isRefresh
        ).decision()
        #expect(decision.record.map(\.name) == decision.shape.columns.map(\.field.name))
        return decision
    }

    private func words(_ decision: SchemaDecision) -> [String] {
        decision.shape.columns.map { column in
            switch column.origin {
            case .rows(let index): "\(column.field.name) \(index)"
            case .null: "\(column.field.name) null"
            case .loadID, .loadedAt: column.field.name
            }
        }
    }

    private func refusal(_ body: () throws -> SchemaDecision) -> EngineFault? {
        do {
            _ = try body()
            return nil
        } catch { return error as? EngineFault }
    }

    @Test("a first load takes what is read, and the load's columns behind it")
    func first() throws {
        let decision = try self.decision(Self.base, TableState())
        #expect(words(decision) == ["id 0", "name 1", "amount 2", "_load_id", "_loaded_at"])
        #expect(decision.changes.isEmpty && decision.warnings.isEmpty && decision.notes.isEmpty)
        #expect(decision.record.map(\.type)[2] == "decimal(10,2)")
        #expect(try self.decision(Self.base, TableState(), Self.job(.replace)).shape.columns.count == 3)
    }

    @Test("the same columns in another order keep the table's order")
    func order() throws {
        let decision = try self.decision(["amount decimal(10,2)", "id int64", "name string"], Self.record(Self.base))
        #expect(words(decision) == ["id 1", "name 2", "amount 0", "_load_id", "_loaded_at"])
        #expect(decision.changes.isEmpty && decision.warnings.isEmpty)
    }

    @Test("new columns go last, behind those that loads add")
    func added() throws {
        let decision = try self.decision(
            ["id int64", "discount double", "name string", "amount decimal(10,2)"], Self.record(Self.base))
        #expect(words(decision) == ["id 0", "name 2", "amount 3", "_load_id", "_loaded_at", "discount 1"])
        #expect(decision.changes == [ColumnChange("discount", "double", .added)])
        #expect(decision.warnings.count == 1 && decision.warnings[0].contains("union_by_name"))
        let alone = try self.decision(["id int64", "d double"], Self.record(["id int64"]), keepsFiles: false)
        #expect(alone.warnings.isEmpty, "no older files: nothing to tell readers")
    }

    @Test("columns that go stay in their place, as NULL, and are told once")
    func missing() throws {
        let first = try self.decision(["id int64", "amount decimal(10,2)"], Self.record(Self.base))
        #expect(words(first) == ["id 0", "name null", "amount 1", "_load_id", "_loaded_at"])
        #expect(first.changes == [ColumnChange("name", "string", .missing)])
        #expect(first.shape.columns[1].field.type == .text)
        var state = Self.record(Self.base)
        state.schema = first.record
        let second = try self.decision(["id int64", "amount decimal(10,2)"], state)
        #expect(second.changes.isEmpty && second.record == first.record)
        let third = try self.decision(Self.base, state)
        #expect(third.changes == [ColumnChange("name", "string", .returned)])
        #expect(words(third) == ["id 0", "name 1", "amount 2", "_load_id", "_loaded_at"])
    }

    @Test(
        "another type stops a table that keeps older files, and says what to do",
        arguments: [
            ("id int32", "id int64", "id int64"),
            ("amount decimal(12,2)", "amount decimal(10,2)", "amount decimal(10,2)"),
            ("name int64", "name string", "name string"),
            ("amount decimal(10,3)", "amount decimal(10,2)", "decimal(10,2)"),
        ])
    func otherType(_ now: String, _ before: String, _ rule: String) throws {
        let columns = Self.base.map { Self.halves($0).0 == Self.halves(now).0 ? now : $0 }
        let fault = try #require(refusal { try self.decision(columns, Self.record(Self.base)) })
        #expect(fault.kind == .permanent)
        #expect(fault.message.contains("from \(Self.halves(before).1) to \(Self.halves(now).1)"))
        let remedy = try #require(fault.remedy)
        #expect(remedy.contains(rule) && remedy.contains("--full-refresh") && remedy.contains("target_table"))
        let alone = try self.decision(columns, Self.record(Self.base), keepsFiles: false)
        let field = try Self.rows([now]).fields[0]
        #expect(alone.changes.count == 1 && alone.shape.schema.fields.contains(field))
    }

    @Test("a column that was gone and comes back as another type is refused too")
    func backAsAnother() throws {
        let state = Self.record(["id int64", "note string?"])
        #expect(refusal { try self.decision(["id int64", "note int32"], state) } != nil)
        let renewed = try self.decision(["id int64", "note int32"], state, keepsFiles: false)
        #expect(renewed.changes.map(\.what) == [.retyped(from: "string"), .returned])
    }

    @Test("replaced tables take any change, and keep nothing")
    func replace() throws {
        let decision = try self.decision(
            ["amount double", "id int64", "new string"], Self.record(Self.base, stamped: false), Self.job(.replace),
            keepsFiles: false, startsAnew: true)
        #expect(words(decision) == ["amount 0", "id 1", "new 2"])
        #expect(decision.changes.map(\.what.word) == ["changed", "added", "removed"])
        #expect(decision.warnings.isEmpty)
    }

    @Test(
        "freeze stops at any change, also under replace",
        arguments: [["id int64", "name string"], base + ["x int32"], ["id int64", "name string", "amount double"]])
    func freeze(_ columns: [String]) throws {
        let append = try #require(
            refusal { try self.decision(columns, Self.record(Self.base), Self.job(.append, .freeze)) })
        #expect(append.message.contains("schema_policy is freeze"))
        let replace = refusal {
            try self.decision(
                columns, Self.record(Self.base, stamped: false), Self.job(.replace, .freeze), keepsFiles: false,
                startsAnew: true)
        }
        #expect(replace != nil)
        #expect(
            refusal { try self.decision(Self.base.reversed(), Self.record(Self.base), Self.job(.append, .freeze)) }
                == nil)
    }

    @Test("ignore_new leaves new columns out, also those that were read, and says so")
    func ignoreNew() throws {
        let job = Self.job(.append, .ignoreNew)
        let decision = try self.decision(
            ["id int64", "x int32", "amount decimal(10,2)"], Self.record(Self.base), job, leftOut: ["y"])
        #expect(words(decision) == ["id 0", "name null", "amount 2", "_load_id", "_loaded_at"])
        #expect(decision.changes.map(\.column) == ["name"])
        #expect(decision.notes.contains { $0.contains("'x'") && $0.contains("'y'") })
        let renewed = try self.decision(
            ["id int64", "x int32"], Self.record(["id int64"]), job, keepsFiles: false, startsAnew: true,
            isRefresh: true)
        #expect(words(renewed).contains("x 1"), "a full refresh takes them in")
        var named = job
        named.object.columns = ["id", "x"]
        #expect(
            words(try self.decision(["id int64", "x int32"], Self.record(["id int64"]), named)).contains("x 1"),
            "columns that the row names are wanted")
        let replaced = try self.decision(
            ["x int32", "id int64"], Self.record(["id int64"], stamped: false), Self.job(.replace, .ignoreNew),
            keepsFiles: false, startsAnew: true)
        #expect(words(replaced) == ["id 1"])
    }

    @Test("a name that differs in case alone is the same column")
    func otherCase() throws {
        let decision = try self.decision(["ID int64", "name string", "amount decimal(10,2)"], Self.record(Self.base))
        #expect(words(decision).first == "id 0" && decision.changes.isEmpty && decision.notes.count == 1)
        // Two that differ in case alone are two.
        let two = try self.decision(["id int64", "ID int64"], Self.record(["id int64"]))
        #expect(words(two) == ["id 0", "_load_id", "_loaded_at", "ID 1"])
    }

    @Test("a renamed column is a new one, with a hint")
    func renamed() throws {
        let decision = try self.decision(["id int64", "title string", "amount decimal(10,2)"], Self.record(Self.base))
        #expect(decision.changes.map(\.what) == [.added, .missing])
        #expect(decision.notes.contains { $0.contains("column title, rename name") })
    }

    @Test("what changes in the source alone is told and is no drift")
    func sourceType() throws {
        var state = Self.record(["id int64", "name string"])
        state.schema[1].sourceType = "character varying(20)"
        let decision = try SchemaQuestion(
            job: Self.job(.append, .freeze), rows: try Self.rows(["id int64", "name string"]),
            sourceTypes: [nil, "character varying(50)"], state: state, keepsFiles: true
        ).decision()
        #expect(decision.changes.isEmpty)
        #expect(decision.notes.contains { $0.contains("varying(50)") && $0.contains("varying(20)") })
        #expect(decision.record[1].sourceType == "character varying(50)")
    }

    @Test("records that do not say their columns are not compared")
    func unknownRecord() throws {
        var state = TableState()
        state.origin = LoadOrigin(job: "orders", source: "shop", object: "orders")
        let decision = try self.decision(Self.base, state)
        #expect(decision.shape.columns.count == 5 && decision.notes.count == 1 && decision.changes.isEmpty)
    }

    @Test("a column named as the load's own is refused where loads mark their rows")
    func ownLoadColumn() throws {
        #expect(refusal { try self.decision(["id int64", "_load_id string"], TableState()) }?.kind == .configuration)
        #expect(
            refusal { try self.decision(["id int64", "_load_id string"], TableState(), Self.job(.replace)) } == nil)
    }

    @Test("a table whose records do not have the load's columns has them behind its own, as its files do")
    func olderRecord() throws {
        let decision = try self.decision(Self.base + ["x int32"], Self.record(Self.base, stamped: false))
        #expect(words(decision) == ["id 0", "name 1", "amount 2", "_load_id", "_loaded_at", "x 3"])
        #expect(decision.changes.map(\.column) == ["x"])
    }
}
