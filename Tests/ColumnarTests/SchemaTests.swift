import Columnar
import Testing

@Suite("Schemas")
struct SchemaTests {
    @Test("what cannot be a table is refused with its place")
    func refusals() {
        let cases: [(fields: [Field], part: String)] = [
            ([], "no columns"),
            ([Field("", .int32)], "Column 1 has no name"),
            ([Field("a", .int32), Field("a", .text)], "Two columns are named 'a'"),
            ([Field("s", .structure([]))], "'s' has no fields"),
            ([Field("s", .list(.structure([Field("x", .int8), Field("x", .int8)])))], "'s[].x'"),
            ([Field("d", .decimal(precision: 39, scale: 0))], "decimal(39,0)"),
            ([Field("d", .list(.decimal(precision: 5, scale: 6)))], "'d[]': decimal(5,6)"),
            ([Field("d", .decimal(precision: 0, scale: 0))], "out of range"),
        ]
        for (fields, part) in cases {
            let fault = #expect(throws: SchemaFault.self) { try Schema(fields) }
            #expect(fault?.description.contains(part) == true, "\(fault?.description ?? "") lacks \(part)")
        }
    }

    @Test("names differ by case and may be odd")
    func names() throws {
        let schema = try Schema([Field("a", .int32), Field("A", .text), Field("b c\"", .boolean)])
        #expect(schema.index(of: "A") == 1)
        #expect(schema.index(of: "x") == nil)
    }

    @Test(
        "decimals take the narrowest integer",
        arguments: [(1, 4), (9, 4), (10, 8), (18, 8), (19, 16), (38, 16)])
    func widths(precision: Int, width: Int) {
        #expect(ColumnType.decimal(precision: precision, scale: 0).storage == .fixed(width: width))
    }
}
