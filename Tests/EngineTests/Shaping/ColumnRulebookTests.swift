import Columnar
import Ports
import TestSupport
import Testing

@testable import Engine

@Suite("Column rules")
struct ColumnRulebookTests {
    private func job(_ rules: [ColumnRule], quality: [QualityRule] = []) -> Job {
        var job = Job(
            id: "t", source: JobSource(name: "s", type: nil), object: JobObject(table: "t"),
            target: JobTarget(table: "t"))
        job.columnRules = rules
        job.qualityRules = quality
        return job
    }

    private let read = [Field("id", .int64), Field("Email", .text), Field("born", .date)]

    private func ruled(_ rules: [ColumnRule]) throws -> [Field] {
        try ColumnRulebook(job(rules)).ruling(of: Schema(read), masks: LengthMasks()).schema.fields
    }

    @Test("without a rule everything goes on as it is")
    func none() throws {
        #expect(try ColumnRulebook(job([])).ruling(of: Schema(read), masks: nil).isIdentity)
        #expect(
            try ColumnRulebook(job([.init(job: nil, column: "other", mask: .hash)]))
                .ruling(of: Schema(read), masks: nil).isIdentity)
    }

    @Test("rename, drop and mask, the name in any case")
    func rules() throws {
        #expect(
            try ruled([
                .init(job: "t", column: "EMAIL", mask: .hash, rename: "mail"),
                .init(job: "t", column: "born", isDropped: true),
            ]) == [Field("id", .int64), Field("mail", .int64)])
    }

    @Test("a rule for every job gives way to the job's own, cell by cell")
    func precedence() throws {
        let everywhere = ColumnRule(job: nil, column: "email", rename: "mail", isDropped: true)
        #expect(
            try ruled([.init(job: "t", column: "email", mask: .hash), everywhere]).map(\.name) == [
                "id", "mail", "born",
            ])
        #expect(try ruled([everywhere]).map(\.name) == ["id", "born"])
    }

    @Test("a column that is not there: an error in a row for this job, nothing in a row for every job")
    func unknown() throws {
        #expect(try ruled([.init(job: nil, column: "phone", mask: .hash)]) == read)
        let fault = #expect(throws: EngineFault.self) { try ruled([.init(job: "t", column: "emial", mask: .hash)]) }
        #expect(fault?.description.contains("'emial'") == true)
        #expect(fault?.description.contains("Did you mean Email") == true)
    }

    @Test("a source that does not read the type that was asked for is found out")
    func type() throws {
        #expect(try ruled([.init(job: "t", column: "id", type: .int64)]) == read)
        #expect(throws: EngineFault.self) { try ruled([.init(job: "t", column: "id", type: .int32)]) }
    }

    @Test("two columns of one name, and none at all")
    func collisions() {
        #expect(throws: EngineFault.self) { try ruled([.init(job: "t", column: "Email", rename: "id")]) }
        #expect(throws: EngineFault.self) { try ruled(read.map { .init(job: "t", column: $0.name, isDropped: true) }) }
    }

    @Test("the source leaves out what is dropped, unless a rule judges it, and conceals what is masked")
    func choices() throws {
        let rules = [
            ColumnRule(job: "t", column: "id", isDropped: true), ColumnRule(job: "t", column: "Email", mask: .redact),
            ColumnRule(job: nil, column: "born", isDropped: true),
        ]
        let book = ColumnRulebook(
            job(rules, quality: [QualityRule(job: "t", columns: ["ID"], kind: .notNull, argument: .none)]))
        let found = try book.choices.resolved(among: read.map(\.name))
        #expect(found["id"]?.isLeftOut == false && found["id"]?.isConcealed == true)
        #expect(found["Email"]?.isConcealed == true && found["Email"]?.isLeftOut == false)
        #expect(found["born"]?.isLeftOut == true)
        #expect(book.choices.all.map(\.isRequired) == [false, true, true])
    }

    @Test("what a rule judges under a new name, or as the key, is read though it is dropped", arguments: [true, false])
    func judgedByOtherNames(isKey: Bool) throws {
        var job = job(
            [.init(job: nil, column: "id", rename: "number", isDropped: true)],
            quality: [QualityRule(job: nil, columns: isKey ? [] : ["Number"], kind: .unique, argument: .none)])
        job.primaryKey = ["number"]
        #expect(try ColumnRulebook(job).choices.resolved(among: ["id"])["id"]?.isLeftOut == false)
        job.qualityRules = [QualityRule(job: nil, columns: [], kind: .rowCount, argument: .none)]
        #expect(try ColumnRulebook(job).choices.resolved(among: ["id"])["id"]?.isLeftOut == true)
    }

    @Test("a column of the table may be the source's of that name, or the one that a row renames")
    func sourceNames() {
        let book = ColumnRulebook(job([.init(job: nil, column: "upd_ts", rename: "updated_at")]))
        #expect(book.sourceNames(of: "updated_at") == ["updated_at", "upd_ts"])
        #expect(book.sourceNames(of: "upd_ts") == ["upd_ts"])
    }

    @Test("a watermark under its new name is not hidden either")
    func exposed() {
        var job = job([.init(job: nil, column: "born", mask: .redact, rename: "seen")])
        job.watermark = JobWatermark(columns: ["seen"])
        let fault = #expect(throws: EngineFault.self) {
            try ColumnRulebook(job).ruling(of: Schema(read), masks: LengthMasks())
        }
        #expect(fault?.description.contains("masks 'born', which is the watermark of 't'") == true)
    }
}

/// Stands for a mask: the number of bytes.
struct LengthMasks: MaskMaker {
    func mask(_ mask: ColumnRule.Mask, of field: Field) throws -> any ColumnMask { LengthMask() }
}

private struct LengthMask: ColumnMask {
    let type = ColumnType.int64
    func makeMasker() throws -> any ColumnMasker { LengthMasker() }
}

private final class LengthMasker: ColumnMasker {
    func append(_ column: Column, to masked: Column) throws {
        for text in BatchText.values(column, 0..<column.slotCount) {
            if let text { masked.append(Int64(text.utf8.count)) } else { masked.appendNull() }
        }
    }
}
