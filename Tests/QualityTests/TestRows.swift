import Columnar
import Ports
import Synchronization
import TestSupport

@testable import Quality

/// Batches filled column by column.
enum TestRows {
    static func column(_ type: ColumnType, _ values: [Any?]) -> Column {
        let column = Column(type, slots: 0)
        for value in values {
            switch value {
            case nil: column.appendNull()
            case let text as String: column.append(text)
            case let bytes as [UInt8]: bytes.withUnsafeBytes { column.append(bytes: $0) }
            case let flag as Bool: column.append(flag)
            case let number as Int:
                switch column.valueWidth {
                case 4: column.append(Int32(number))
                case 8: column.append(Int64(number))
                default: column.append(Int128(number))
                }
            case let number as Int128: column.append(number)
            case let number as Double: column.append(number)
            case let number as Float: column.append(number)
            default: preconditionFailure("no column takes \(String(describing: value))")
            }
        }
        return column
    }

    static func batch(_ columns: [(String, ColumnType, [Any?])]) throws -> Batch {
        let schema = try Schema(columns.map { Field($0.0, $0.1) })
        let made = columns.map { column($0.1, $0.2) }
        let batch = Batch(Batch(schema: schema), columns: made, rowCount: made[0].slotCount, schema: schema)
        batch.checkInvariants()
        return batch
    }
}

/// What others would say.
struct FakeOutside: OutsideFacts {
    var clock = LoadClock(microseconds: 1_800_000_000_000_000, isSource: true)
    var isWindow = false
    var isStopped = false
    var earlier: [Int] = []
    var failing: Int?

    func earlierRowCounts(_ count: Int) throws -> [Int] { Array(earlier.prefix(count)) }
    func countRows(failing condition: String) throws -> Int? { failing }
}

/// Judges batches in one go.
struct TestLoad {
    var rules: [QualityRule]
    var primaryKey: [String] = []
    var concealed: Set<String> = []
    var outside = FakeOutside()
    var memoryBytes = 16 << 20
    var mostQuarantinedPercent = 5.0

    func judge(_ fields: [Field], folder: String = "/var/tmp") throws -> RuleLoadJudge {
        let bound = try rules.map { try RuleBinding.bind($0, to: fields, primaryKey: primaryKey) }
        return RuleLoadJudge(
            bound, fields: fields, primaryKey: primaryKey, concealed: concealed,
            terms: .init(
                memoryBytes: memoryBytes, spillFolder: folder, mostQuarantinedPercent: mostQuarantinedPercent),
            outside: outside)
    }

    func verdict(_ batches: Batch...) throws -> (verdict: LoadVerdict, aside: [QuarantinedRow]) {
        let judge = try judge(batches[0].schema.fields)
        let one = try judge.makeJudge(slice: 0)
        var aside: [QuarantinedRow] = []
        for batch in batches { aside += try one.judge(batch) }
        try one.finish()
        return (try judge.verdict(), aside)
    }
}

extension QualityRule {
    init(_ kind: Kind, _ columns: String..., argument: Argument = .none, severity: Severity = .error) {
        self.init(job: nil, columns: columns, kind: kind, argument: argument, severity: severity)
    }
}
