import Testing

@testable import Ports

@Suite("Secrets stay secret")
struct RedactorTests {
    @Test(
        "passwords by their place",
        arguments: [
            ("postgresql://u:s3cret@h/db", "postgresql://u:***@h/db"),
            ("see 'postgresql://u:s3cret@h/db' and x", "see 'postgresql://u:***@h/db' and x"),
            ("postgresql://u:p@ss@h/db", "postgresql://u:***@h/db"), ("postgresql://u@h/db", "postgresql://u@h/db"),
            ("postgresql://h:5432/db", "postgresql://h:5432/db"), ("postgresql://u:@h/db", "postgresql://u:@h/db"),
            ("postgresql://h/db?password=abc&x=1", "postgresql://h/db?password=***&x=1"),
            ("host=h password=abc user=u", "host=h password=*** user=u"),
            ("host=h PASSWORD = 'a b\\'c' user=u", "host=h PASSWORD = '***' user=u"),
            ("password", "password"), ("password=", "password="), ("sslpassword=x", "sslpassword=***"),
            ("postgresql://u:a/b@h/db", "postgresql://u:***@h/db"),
        ])
    func places(text: String, expected: String) { #expect(Redactor().redact(text) == expected) }

    @Test("known secrets wherever they occur, decoded or not")
    func known() {
        let redactor = Redactor(source: "postgresql://u:s3cr%40t@h/db?sslpassword=keypass")
        #expect(redactor.redact("server says: s3cr@t, s3cr%40t, keypass") == "server says: ***, ***, ***")
        #expect(redactor.redact("nothing here") == "nothing here")
    }

    @Test("a secret that contains another goes whole")
    func nested() {
        var redactor = Redactor()
        redactor.add(secret: "abcd")
        redactor.add(secret: "abcdefgh")
        #expect(redactor.redact("x abcdefgh y abcd") == "x *** y ***")
    }
}
