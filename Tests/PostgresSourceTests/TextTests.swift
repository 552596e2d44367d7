import Ports
import Testing

@testable import PostgresSource

@Suite("SQL text and names")
struct TextTests {
    @Test(arguments: [
        ("orders", "\"orders\""), ("Odd Name", "\"Odd Name\""), ("a\"b", "\"a\"\"b\""), ("", "\"\""),
        ("ä;--", "\"ä;--\""), ("a\"\u{301}; x", "\"a\"\"\u{301}; x\""),
    ])
    func quotesIdentifiers(_ name: String, _ sql: String) { #expect(SQLText.identifier(name) == sql) }

    @Test(arguments: [
        ("it's", "'it''s'"), ("", "''"), ("a\\b'", " E'a\\\\b'''"), ("'\u{301}\\\u{301}", " E'''\u{301}\\\\\u{301}'"),
    ])
    func quotesLiterals(_ text: String, _ sql: String) { #expect(SQLText.literal(text) == sql) }

    @Test(
        arguments: [
            ("orders", nil, "orders"), ("Public.Orders", "public", "orders"), ("\"Odd Name\".t", "Odd Name", "t"),
            ("\"a\"\"b\".\"C.d\"", "a\"b", "C.d"), (" x ", nil, "x"),
            ("ÄPFEL", nil, "ÄpfEL".replacing("pfEL", with: "pfel")),
        ] as [(String, String?, String)])
    func parsesNames(_ text: String, _ schema: String?, _ name: String) throws {
        #expect(try ObjectName.parse(text) == ObjectName(schema: schema, name: name))
    }

    @Test(arguments: ["", ".", "a.", ".b", "a.b.c", "\"a", "\"\"", "a\"b\"", "\"a\"b"])
    func refusesNames(_ text: String) {
        let fault = #expect(throws: PostgresFault.self) { try ObjectName.parse(text) }
        #expect(fault?.kind == .configuration)
    }

    @Test(arguments: [
        ("select 1", "select 1"), (" select 1 ; ", "select 1"), ("select ';' ;", "select ';'"),
        ("select 1; -- bye", "select 1"), ("select 1 -- a;b\n+ 1;", "select 1 -- a;b\n+ 1"),
        ("select /* ; /* ; */ ; */ 2;", "select /* ; /* ; */ ; */ 2"),
        ("select $$;$$, $a$;$$;$a$;", "select $$;$$, $a$;$$;$a$"),
        ("select E'\\';' ;", "select E'\\';'"), ("select \";\" from t;;", "select \";\" from t"),
        ("select 'it''s;';", "select 'it''s;'"), ("select a$b$c;", "select a$b$c"),
        ("select E'a''\\';' ;", "select E'a''\\';'"),
    ])
    func cutsQueries(_ text: String, _ query: String) throws { #expect(try QueryText.withoutTerminator(text) == query) }

    @Test(arguments: ["", "  ", ";", " ; select 1", "-- nothing", "/* ; */ ;", "select 1; select 2", "select 1;;x"])
    func refusesEmptyQueries(_ text: String) {
        #expect(throws: PostgresFault.self) { try QueryText.withoutTerminator(text) }
    }

    @Test(arguments: [
        "id > 1", "(a or b) and (c)", "a = ')' and b = '('", "\"odd)\" = 1 -- ) ;\n", "x /* ) */ is null", "a = $$)$$",
        "a = E'\\')'", "a = 'it''s)'",
    ])
    func takesConditions(_ text: String) throws { try QueryText.checkCondition(text, backslashes: false) }

    @Test(arguments: [
        "true); drop table x; --", "true) union select 1 from (select 1", ")(", "(", "a = 1;", "a = '\\') or (b",
        "a = $x$ $x$) or (true", "1 /* /* */ */ ) or ( 1",
    ])
    func refusesConditionsThatLeaveTheirParentheses(_ text: String) {
        let fault = #expect(throws: PostgresFault.self) { try QueryText.checkCondition(text, backslashes: false) }
        #expect(fault?.kind == .configuration)
    }

    @Test func knowsOldBackslashes() throws {
        #expect(throws: PostgresFault.self) { try QueryText.checkCondition("a = '\\'' ) or (b", backslashes: true) }
        try QueryText.checkCondition("a = '\\')'", backslashes: true)
    }

    @Test(
        arguments: [
            ("08006", .transient), ("57P01", .transient), ("57P03", .transient), ("53300", .transient),
            ("40001", .transient),
            ("40P01", .transient), ("28P01", .configuration), ("3D000", .configuration), ("42P01", .configuration),
            ("42703", .configuration), ("42501", .permanent), ("57014", .permanent), ("22P02", .permanent),
            ("XX000", .permanent),
            (nil, .transient), ("55P03", .transient),
        ] as [(String?, FaultKind)])
    func classifies(_ sqlstate: String?, _ kind: FaultKind) { #expect(SQLState.kind(sqlstate) == kind) }

    @Test func tellsOurCancellationFromOthers() { #expect(SQLState.kind("57014", weCancelled: true) == .cancelled) }

    @Test func findsTheSQLStateOfARefusedConnection() {
        let said =
            "connection to server at \"h\" (::1), port 5432 failed: FATAL:  28P01: password authentication failed\n"
            + "LOCATION:  auth_failed, auth.c:330"
        let (sqlstate, message) = Connection.splitVerbose(said)
        #expect(sqlstate == "28P01")
        #expect(
            message == "connection to server at \"h\" (::1), port 5432 failed: FATAL: password authentication failed")
        #expect(Connection.splitVerbose("could not translate host name").sqlstate == nil)
        let down = "connection to server at \"h\", port 5432 failed: Connection refused"
        let advice = "\n\tIs the server running on that host and accepting TCP/IP connections?"
        #expect(Connection.splitVerbose(down + advice).message == down)
    }
}
