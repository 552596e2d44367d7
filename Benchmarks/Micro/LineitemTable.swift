import Columnar
import PostgresSource

/// The benchmark table of Benchmarks/tables.py, as the server describes it.
enum LineitemTable {
    private static let price = ColumnType.decimal(precision: 15, scale: 2)

    static let plan: [ColumnPlan] = [
        ColumnPlan(name: "l_orderkey", type: .int64, kind: .int64, sourceType: "bigint"),
        ColumnPlan(name: "l_partkey", type: .int64, kind: .int64, sourceType: "bigint"),
        ColumnPlan(name: "l_suppkey", type: .int32, kind: .int32, sourceType: "integer"),
        ColumnPlan(name: "l_linenumber", type: .int32, kind: .int32, sourceType: "integer"),
        ColumnPlan(name: "l_quantity", type: price, kind: .decimal64, sourceType: "numeric(15,2)"),
        ColumnPlan(name: "l_extendedprice", type: price, kind: .decimal64, sourceType: "numeric(15,2)"),
        ColumnPlan(name: "l_discount", type: price, kind: .decimal64, sourceType: "numeric(15,2)"),
        ColumnPlan(name: "l_tax", type: price, kind: .decimal64, sourceType: "numeric(15,2)"),
        ColumnPlan(name: "l_returnflag", type: .text, kind: .paddedText, sourceType: "character(1)"),
        ColumnPlan(name: "l_linestatus", type: .text, kind: .paddedText, sourceType: "character(1)"),
        ColumnPlan(name: "l_shipdate", type: .date, kind: .date, sourceType: "date"),
        ColumnPlan(name: "l_commitdate", type: .date, kind: .date, sourceType: "date"),
        ColumnPlan(name: "l_receiptdate", type: .date, kind: .date, sourceType: "date"),
        ColumnPlan(name: "l_shipinstruct", type: .text, kind: .paddedText, sourceType: "character(25)"),
        ColumnPlan(name: "l_shipmode", type: .text, kind: .paddedText, sourceType: "character(10)"),
        ColumnPlan(name: "l_comment", type: .text, kind: .bytes, sourceType: "character varying(128)"),
        ColumnPlan(
            name: "updated_at", type: .timestamp(.microseconds, utc: true), kind: .timestamp,
            sourceType: "timestamp with time zone"),
    ]

    private static let modes = ["AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"]
    private static let instructions = ["COLLECT COD", "DELIVER IN PERSON", "NONE", "TAKE BACK RETURN"]
    static let words =
        "furiously quickly carefully slyly blithely ironic final bold regular special express pending deposits requests"
        .split(separator: " ").map { Array($0.utf8) }

    static func append(rows: Int, to stream: inout StreamBuilder) {
        var dice = Dice(seed: 7)
        var order = 0
        var updated = Int64(757_382_400_000_000)
        for _ in 0..<rows {
            order += dice.below(4)
            updated += Int64(dice.below(20_000_000))
            stream.row(fields: plan.count)
            stream.field(Int64(order))
            stream.field(Int64(1 + dice.below(200_000)))
            stream.field(Int32(1 + dice.below(10_000)))
            stream.field(Int32(1 + dice.below(7)))
            stream.numeric(unscaled: 100 * (1 + dice.below(50)), scale: 2)
            stream.numeric(unscaled: 90_000 + dice.below(10_400_000), scale: 2)
            stream.numeric(unscaled: dice.below(11), scale: 2)
            stream.numeric(unscaled: dice.below(9), scale: 2)
            stream.field(["A", "N", "R"][dice.below(3)].utf8)
            stream.field(["O", "F"][dice.below(2)].utf8)
            let shipped = Int32(-2922 + dice.below(2500))
            stream.field(shipped)
            stream.field(shipped + Int32(1 + dice.below(59)))
            stream.field(shipped + Int32(1 + dice.below(29)))
            stream.field(padded(instructions[dice.below(4)], to: 25))
            stream.field(padded(modes[dice.below(7)], to: 10))
            var comment: [UInt8] = []
            for word in 0..<(2 + dice.below(5)) {
                if word > 0 { comment.append(0x20) }
                comment += words[dice.below(words.count)]
            }
            stream.field(comment)
            stream.field(updated)
        }
    }

    private static func padded(_ text: String, to width: Int) -> [UInt8] {
        Array(text.utf8) + [UInt8](repeating: 0x20, count: width - text.utf8.count)
    }
}

extension RecordedStream {
    static func lineitem(rows: Int) throws -> RecordedStream {
        var builder = StreamBuilder()
        LineitemTable.append(rows: rows, to: &builder)
        builder.end()
        return try RecordedStream(plan: LineitemTable.plan, bytes: builder.bytes)
    }
}
