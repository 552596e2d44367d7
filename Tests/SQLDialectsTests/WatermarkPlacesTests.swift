import Ports
import Testing

@testable import SQLDialects

@Suite("Places of a watermark in a query")
struct WatermarkPlacesTests {
    @Test(
        "a place is the whole value, with the quotes that were written around it",
        arguments: [
            ("a >= {watermark_from} AND a<{watermark_to}", "a >=  F  AND a< T "),
            ("a >= '{watermark_from}'", "a >=  F "),
            ("a >= TIMESTAMP '{watermark_from}'", "a >=  F "),
            ("a >= N'{watermark_from}' AND n = 'x'", "a >=  F  AND n = 'x'"),
            ("a >= E'{watermark_from}'", "a >=  F "),
            (
                "/* {watermark_to} */ a > {watermark_from} -- {watermark_to}",
                "/* {watermark_to} */ a >  F  -- {watermark_to}"
            ),
            ("a = '{b}' AND c > {watermark_from}", "a = '{b}' AND c >  F "),
        ])
    func filled(_ query: String, _ expected: String) throws {
        let places = try #require(try WatermarkPlaces(query, lexicon: PostgreSQLDialect().lexicon))
        #expect(places.filled(from: "F", to: "T") == expected)
        #expect(places.hasFrom)
    }

    @Test(
        "a query without places has none", arguments: ["SELECT 1", "SELECT '{x}', {watermark}", "-- {watermark_from}"])
    func none(_ query: String) throws {
        #expect(try WatermarkPlaces(query, lexicon: SQLiteDialect().lexicon) == nil)
    }

    @Test(
        "within something longer it is refused",
        arguments: ["'%{watermark_from}%'", "\"{watermark_from}\"", "'{watermark_from} '"])
    func refused(_ query: String) {
        #expect(throws: SQLDialectFault.self) { try WatermarkPlaces(query, lexicon: SQLiteDialect().lexicon) }
    }

    @Test("open ends are those of the type")
    func ends() throws {
        let server = SQLServerDialect()
        func ends(_ type: String) throws -> [String?] {
            let key = try #require(server.key(of: DatabaseType(type)))
            return [key.least, key.greatest]
        }
        #expect(try ends("int") == ["-2147483648", "2147483647"])
        #expect(try ends("decimal(5,2)") == ["-999.99", "999.99"])
        #expect(try ends("decimal(2,2)") == ["-0.99", "0.99"])
        #expect(try ends("datetime") == ["1753-01-01T00:00:00.000", "9999-12-31T23:59:59.997"])
        #expect(try ends("datetime2(7)") == ["0001-01-01T00:00:00.0000000", "9999-12-31T23:59:59.9999999"])
        #expect(try ends("varchar(5)") == ["", nil])
        let signed = try #require(MySQLDialect().key(of: DatabaseType("bigint")))
        #expect(signed.greatest == String(Int64.max))
        #expect(MySQLDialect().key(of: DatabaseType("bigint unsigned"))?.greatest == String(UInt64.max))
        let literals = try #require(server.key(of: DatabaseType("date"))).literals(
            from: nil, to: "2026-01-01", dialect: server)
        #expect(literals.from == "CAST(N'0001-01-01' AS date)" && literals.to == "CAST(N'2026-01-01' AS date)")
        #expect(throws: SQLDialectFault.self) {
            try #require(server.key(of: DatabaseType("varchar(5)"))).literals(from: "a", to: nil, dialect: server)
        }
    }
}
