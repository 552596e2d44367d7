import Columnar
import Testing

@Suite("Types by their names")
struct ColumnTypeParsingTests {
    private static let types: [ColumnType] = [
        .boolean, .int8, .int16, .int32, .int64, .float, .double, .decimal(precision: 38, scale: 10),
        .decimal(precision: 1, scale: 1), .date, .time, .timestamp(.microseconds, utc: true),
        .timestamp(.microseconds, utc: false), .timestamp(.nanoseconds, utc: true),
        .timestamp(.nanoseconds, utc: false), .text, .json, .binary, .uuid, .list(.text),
        .list(.list(.decimal(precision: 5, scale: 0))),
    ]

    @Test("what a type prints is that type", arguments: types)
    func roundTrip(_ type: ColumnType) { #expect(ColumnType(described: type.description) == type) }

    @Test(
        "anything else is none",
        arguments: [
            "", "int", "decimal", "decimal()", "decimal(39,0)", "decimal(5,6)", "decimal(0,0)", "decimal(5)",
            "decimal(5,2,1)", "decimal(a,b)", "list<>", "list<int>", "list<int64", "uint8", "timestamp(ms, UTC)",
            "struct<a: int64>", "group<a: int64>",
        ])
    func none(_ text: String) { #expect(ColumnType(described: text) == nil) }
}
