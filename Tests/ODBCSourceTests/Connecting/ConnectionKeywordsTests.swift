import Ports
import Testing

@testable import ODBCSource

@Suite("Keywords of ODBC connections")
struct ConnectionKeywordsTests {
    static let hostile = [
        "plain", "a;b", "a}b", "a}}b", "{a}", "{", "}", "a=b;PWD=c", "a'b\"c", "a%41b+c", "é€😀", "a\\b",
        "};SERVER=other", "a b",
        "a};", "(a)[b]!?*@,",
    ]

    @Test("what is quoted is read as it was", arguments: hostile)
    func roundTrip(value: String) throws {
        for family in [DriverFamily.microsoft, .postgreSQL, .mariaDB, .other] {
            var words = ConnectionKeywords()
            words.set("PWD", value)
            words.set("DRIVER", "x")
            words.set("SERVER", "h")
            let text = try words.text(for: family)
            #expect(text.hasPrefix("DRIVER=x;SERVER=h;PWD="))
            let read = try ConnectionKeywords(parsing: text)
            #expect(read["pwd"] == value)
            #expect(read.pairs.count == 3)
        }
    }

    @Test("what a driver's quotes cannot hold is refused, without being shown")
    func refused() {
        let cases: [(DriverFamily, String)] = [
            (.freeTDS, "se};cret"), (.mariaDB, " secret"), (.mariaDB, "secret "), (.oracle, "se}cret"),
            (.mySQL, "se}cret"),
            (.sqlite, "se;cret"), (.microsoft, "se\0cret"), (.postgreSQL, "se\0cret"),
        ]
        for (family, value) in cases {
            var words = ConnectionKeywords()
            words.set("PWD", value)
            #expect {
                _ = try words.text(for: family)
            } throws: { error in
                guard let fault = error as? ODBCFault else { return false }
                return fault.kind == .configuration && fault.message.contains("password")
                    && !fault.description.contains("cret")
            }
        }
    }

    @Test("FreeTDS keeps a closing brace single")
    func freeTDS() throws {
        var words = ConnectionKeywords()
        words.set("PWD", "a}b;c")
        #expect(try words.text(for: .freeTDS) == "PWD={a}b;c};")
    }

    @Test("texts are taken apart as people write them")
    func parsing() throws {
        let words = try ConnectionKeywords(
            parsing: " Driver = {FreeTDS} ; SERVER=h ;PWD={Pw;{1}&%};;Uid={a}}b};Empty=;")
        #expect(words["DRIVER"] == "FreeTDS")
        #expect(words["server"] == "h")
        #expect(words["pwd"] == "Pw;{1}&%")
        #expect(words["uid"] == "a}b")
        #expect(words["empty"]?.isEmpty == true)
        // The first of two counts, as drivers do it.
        #expect(try ConnectionKeywords(parsing: "A=1;a=2")["A"] == "1")
    }

    @Test("a part without '=' is refused and not shown")
    func partWithoutEquals() {
        #expect {
            _ = try ConnectionKeywords(parsing: "DSN=x;PWD=half;other half")
        } throws: { !"\($0)".contains("half") && ($0 as? ODBCFault)?.kind == .configuration }
    }

    @Test("a keyword is a word", arguments: ["", "a;b", "a=b", "a}b", " a", "a\u{0}"])
    func keys(key: String) {
        var words = ConnectionKeywords()
        words.set(key, "x")
        #expect(throws: ODBCFault.self) { try words.text(for: .other) }
    }
}
