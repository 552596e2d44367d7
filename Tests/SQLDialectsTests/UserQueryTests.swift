import Ports
import Testing

@testable import SQLDialects

@Suite("Queries of users")
struct UserQueryTests {
    private let tsql = SQLServerDialect()
    private let mysql = MySQLDialect()
    private let oracle = OracleDialect()
    private let postgres = PostgreSQLDialect()

    private func text(_ query: String, _ dialect: any SQLDialect) throws -> String {
        try UserQuery(query, lexicon: dialect.lexicon).text
    }

    @Test("ends before its semicolon and last comments")
    func ends() throws {
        #expect(try text("  SELECT 1 ; -- done\n;", postgres) == "SELECT 1")
        #expect(try text("/* why */ SELECT ';' /* ; */ ; /* end", tsql) == "SELECT ';'")
        #expect(try text("SELECT 'it''s;' FROM t;", mysql).hasSuffix("FROM t"))
        #expect(try text("SELECT 'it\\'s;' FROM t;", mysql).hasSuffix("FROM t"))
        #expect(try text("SELECT q'[it's;]' FROM dual;", oracle).hasSuffix("FROM dual"))
        #expect(try text("SELECT $x$;'$x$ FROM t;", postgres).hasSuffix("FROM t"))
        #expect(try text("SELECT [a;b], \"c;d\" FROM t;", tsql).hasSuffix("FROM t"))
        #expect(try text("SELECT 1 -- a\r, 2", tsql) == "SELECT 1 -- a\r, 2")
        #expect(try text("SELECT 1 --2\n;", mysql) == "SELECT 1 --2")
        #expect(try text("SELECT 1 # ;\n, 2", mysql) == "SELECT 1 # ;\n, 2")
    }

    @Test(
        "what is not one SELECT is refused",
        arguments: [
            "", " ; -- nothing", "SELECT 1; SELECT 2", "DELETE FROM t", "SELECT 1)", "(SELECT 1",
            "SELECT 1 DELETE FROM t",
            "WITH a AS (SELECT 1) DELETE FROM t", "EXEC p", "SELECT * INTO x FROM t", "WITH a AS (SELECT 1)",
            "SELECT '\0'",
            "SELECT 1 EXEC('x')", "USE master",
        ])
    func refused(query: String) {
        #expect(throws: SQLDialectFault.self) { try UserQuery(query, lexicon: tsql.lexicon) }
    }

    @Test("columns and tables may be called like statements where they are quoted, or reserved nowhere")
    func harmless() throws {
        _ = try text("SELECT [update], t.[delete] FROM [into] t", tsql)
        _ = try text("SELECT x.kill FROM x", tsql)
        _ = try text("SELECT 'DROP TABLE t' AS a -- DELETE", tsql)
        _ = try text("SELECT backup, kill, execute FROM t", postgres)
        _ = try text("SELECT insert('a', 1, 1, 'b')", mysql)
        #expect(throws: SQLDialectFault.self) { try text("SELECT 1 INTO OUTFILE '/tmp/x'", mysql) }
    }

    @Test("T-SQL: WITH comes first, and ORDER BY gets what makes it legal")
    func transactSQL() throws {
        let list = SelectStatement.List.columns([.init("a", .text("CAST(", " AS nvarchar(max))", ""))])
        func made(_ text: String) throws -> String {
            try SelectStatement(list, from: .query(try UserQuery(text, lexicon: tsql.lexicon))).sql(tsql)
        }
        #expect(
            try made("WITH x AS (SELECT 1 AS a) SELECT a FROM x ORDER BY a -- last")
                == "WITH x AS (SELECT 1 AS a) \n, [ingest_query] AS (SELECT a FROM x ORDER BY a\nOFFSET 0 ROWS\n) "
                + "SELECT CAST([a] AS nvarchar(max)) AS [a] FROM [ingest_query]")
        #expect(try made("SELECT TOP 3 a FROM t ORDER BY a").contains("OFFSET") == false)
        #expect(try made("SELECT a FROM (SELECT a FROM t ORDER BY a OFFSET 1 ROWS) t").contains("OFFSET 0") == false)
    }

    @Test("a query of which nothing is asked stays as it is")
    func untouched() throws {
        let query = try UserQuery("WITH x AS (SELECT 1 AS a) SELECT a FROM x ORDER BY a;", lexicon: tsql.lexicon)
        #expect(
            try SelectStatement(.all, from: .query(query)).sql(tsql)
                == "WITH x AS (SELECT 1 AS a) SELECT a FROM x ORDER BY a")
    }

    @Test(
        "conditions that would not stay one",
        arguments: ["", " ", "a = 1; DROP TABLE t", "a = 1) OR (1 = 1", "(a = 1", "a = ?", "a = 1 /*! ) OR (1 = 1 */"])
    func conditions(text: String) {
        #expect(throws: SQLDialectFault.self) { try Condition.written(text, dialect: mysql) }
    }

    @Test("conditions that are fine", arguments: ["a = ';)?'", "a IN (1, 2) -- )", "`a)` = 1", "a = 'x\\') OR (' "])
    func fine(text: String) throws {
        #expect(try Condition.written(text, dialect: mysql).sql == text + "\n")
    }
}
