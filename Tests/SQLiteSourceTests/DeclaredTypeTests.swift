import Testing

@testable import SQLiteSource

@Suite("DeclaredType")
struct DeclaredTypeTests {
    @Test(
        "names mean what people mean by them, the rest goes by SQLite's rule",
        arguments: [
            ("INTEGER", .integer), ("bigint", .integer), ("UNSIGNED BIG INT", .integer), ("int(11)", .integer),
            ("INT2", .integer), ("year", .integer), ("BOOLEAN", .boolean), ("bit", .boolean), ("BIT(1)", .boolean),
            ("BIT(8)", .untyped), ("REAL", .double), ("Double Precision", .double), ("FLOAT", .double),
            ("DECIMAL(10,2)", .decimal(precision: 10, scale: 2)), ("numeric( 5 )", .decimal(precision: 5, scale: 0)),
            ("NUMERIC(3,5)", .decimal(precision: 5, scale: 5)), ("DECIMAL(5,-2)", .decimal(precision: 7, scale: 0)),
            ("DECIMAL(39,2)", .wideNumeric), ("NUMERIC", .wideNumeric), ("DECIMAL(0,0)", .wideNumeric),
            ("DECIMAL(999999999999999999999,2)", .wideNumeric), ("DECIMAL(10,9999)", .wideNumeric),
            ("MONEY", .wideNumeric), ("DATE", .date), ("TIME", .time), ("datetime", .timestamp(utc: false)),
            ("TIMESTAMP(6)", .timestamp(utc: false)), ("TIMESTAMP(6) WITH TIME ZONE", .timestamp(utc: true)),
            ("timestamptz", .timestamp(utc: true)), ("VARCHAR(255)", .text), ("NATIVE CHARACTER(70)", .text),
            ("CLOB", .text), ("STRING", .text), ("JSON", .json), ("uuid", .uuid), ("UNIQUEIDENTIFIER", .uuid),
            ("BLOB", .binary), ("VARBINARY(16)", .binary), ("POINT", .binary), ("FLOATING POINT", .integer),
            ("", .untyped), ("ANY", .untyped), ("(", .untyped), ("nonsense(1", .untyped),
        ] as [(String, DeclaredType)])
    func means(_ declared: String, _ expected: DeclaredType) {
        #expect(DeclaredType(declared) == expected)
    }

    @Test("an expression has no type")
    func expression() { #expect(DeclaredType(nil) == .untyped) }
}
