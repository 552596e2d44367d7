import Ports
import Testing

@testable import SQLDialects

@Suite("Names in SQL")
struct NameRulesTests {
    @Test("quoted by bytes, closing quotes doubled")
    func quoting() throws {
        #expect(try SQLServerDialect().identifier("a]b[") == "[a]]b[]")
        #expect(try MySQLDialect().identifier("a`b") == "`a``b`")
        #expect(try PostgreSQLDialect().identifier("a\"\u{301}") == "\"a\"\"\u{301}\"")
        #expect(try SQLiteDialect().identifier("a\"") == "\"a\"\"\"")
        #expect(try GenericDialect(quote: nil).identifier("plain_1") == "plain_1")
        for name in ["a b", "1a", "a\"", "ä", ""] {
            #expect(throws: SQLDialectFault.self) { try GenericDialect(quote: " ").identifier(name) }
        }
        #expect(throws: SQLDialectFault.self) { try OracleDialect().identifier("a\"b") }
        #expect(throws: SQLDialectFault.self) { try OracleDialect().identifier(String(repeating: "é", count: 65)) }
        #expect(try OracleDialect().identifier(String(repeating: "é", count: 64)).count == 66)
        #expect(throws: SQLDialectFault.self) {
            try OracleDialect(major: 11).identifier(String(repeating: "a", count: 31))
        }
        #expect(throws: SQLDialectFault.self) { try SQLServerDialect().identifier(String(repeating: "😀", count: 65)) }
    }

    @Test("a name means just that, else what the database makes of it, else the only one that differs in case")
    func matching() {
        let oracle = OracleDialect().names
        #expect(oracle.match("orders", among: ["ORDERS", "orders"]) == .exact("orders"))
        #expect(oracle.match("orders", among: ["ORDERS", "Orders"]) == .exact("ORDERS"))
        #expect(oracle.match("orders", among: ["Orders"]) == .otherCase("Orders"))
        #expect(PostgreSQLDialect().names.match("Orders", among: ["ORDERS", "orders"]) == .exact("orders"))
        #expect(
            SQLServerDialect().names.match("orders", among: ["ORDERS", "Orders"]) == .ambiguous(["ORDERS", "Orders"]))
        #expect(oracle.match("ordres", among: ["orders"]) == .none(near: ["orders"]))
    }

    @Test("written names in each database's quotes, and in the standard's")
    func written() throws {
        func parts(_ text: String, _ dialect: any SQLDialect) throws -> [String] {
            try WrittenName(text, dialect: dialect).parts.map { ($0.isQuoted ? "q:" : "") + $0.text }
        }
        #expect(try parts(" dbo.[My ]]Table] ", SQLServerDialect()) == ["dbo", "q:My ]Table"])
        #expect(try parts("\"a.b\".c", SQLServerDialect()) == ["q:a.b", "c"])
        #expect(try parts("db.dbo.t", SQLServerDialect()) == ["db", "dbo", "t"])
        #expect(try parts("`a``b`.t", MySQLDialect()) == ["q:a`b", "t"])
        #expect(try WrittenName("s.T", dialect: OracleDialect()).folded(OracleDialect()).parts == ["S", "T"])
        for wrong in ["", "a.", ".a", "\"a", "\"a\"b", "a.b.c.d", "\"\""] {
            #expect(throws: SQLDialectFault.self) { try WrittenName(wrong, dialect: SQLServerDialect()) }
        }
    }

    @Test("types by what databases and drivers call them")
    func types() {
        func type(_ text: String) -> String { DatabaseType(text).description }
        #expect(type("NUMBER(10,2)") == "number(10,2)")
        #expect(type("bigint(20) unsigned zerofill") == "bigint(20) unsigned")
        #expect(type("TIMESTAMP(6) WITH TIME ZONE") == "timestamp with time zone(6,6)")
        #expect(DatabaseType("TIMESTAMP(6) WITH TIME ZONE").digits == 6)
        #expect(DatabaseType("datetime2(3)").digits == 3)
        #expect(DatabaseType("varchar(max)").size == nil)
        #expect(type("int identity") == "int")
        #expect(DatabaseType("INTERVAL DAY(2) TO SECOND(6)").name == "interval day to second")
    }

    @Test("constants mean the same under every setting of the server")
    func literals() throws {
        #expect(try MySQLDialect().literal("a\\'b") == "CONVERT(X'615C2762' USING utf8mb4)")
        #expect(try OracleDialect().literal("é'\\") == "UNISTR('\\00E9''\\005C')")
        #expect(try SQLServerDialect().literal("it's") == "N'it''s'")
        for dialect in [MySQLDialect(), OracleDialect(), SQLServerDialect(), SQLiteDialect(), PostgreSQLDialect()]
            as [any SQLDialect]
        {
            #expect(throws: SQLDialectFault.self) { try dialect.literal("a\0b") }
        }
    }
}
