import Ports
import Testing

@testable import PostgresSource

@Suite("Connection settings")
struct ConnectionSettingsTests {
    @Test(arguments: [
        "postgresql://reader:s3cret%40x@db:5433/sales?sslmode=require",
        "postgres://reader:s3cret%40x@db:5433/sales?sslmode=require",
        "host=db port=5433 user=reader password='s3cret@x' dbname=sales sslmode=require",
    ]) func takesEveryForm(_ text: String) throws {
        let settings = try ConnectionSettings(text)
        #expect(settings["host"] == "db" && settings["port"] == "5433" && settings["user"] == "reader")
        #expect(settings["dbname"] == "sales" && settings["password"] == "s3cret@x" && settings["sslmode"] == "require")
    }

    @Test func masksSecrets() throws {
        let settings = try ConnectionSettings("host=db password=s3cret sslpassword=other", overrides: ["dbname": "x"])
        for text in [settings.description, settings.debugDescription, "\(settings)", String(reflecting: settings)] {
            #expect(!text.contains("s3cret") && !text.contains("other"))
            #expect(text.contains("host=db") && text.contains("password=***"))
        }
        #expect(settings.redacted("failed with s3cret and other") == "failed with *** and ***")
    }

    @Test(arguments: [
        "host=db s3cret", "postgresql://u:s3cret@[db/x", "password = 's3cret", "postgresql://u:s3cret@h:1/db?x",
        "postgresql://u:x@s3cret@h/db", "postgresql://u:x/s3cret@h/db", "postgresql://u:s3cret/x@h/db",
        "host=db password=x s3cret=y", "host=db \"s3cret\" x", "postgresql://u@h/db?s3cret=1",
    ])
    func refusesWithoutQuotingSecrets(_ text: String) {
        let fault = #expect(throws: PostgresFault.self) { try ConnectionSettings(text) }
        #expect(fault?.kind == .configuration)
        #expect(fault?.description.contains("s3cret") == false, "\(fault as Any)")
    }

    @Test func namesUnknownSettings() {
        let fault = #expect(throws: PostgresFault.self) { try ConnectionSettings("hosst=db") }
        #expect(fault?.message.contains("hosst") == true)
        #expect(throws: PostgresFault.self) { try ConnectionSettings("host=db\0 user=x") }
        #expect(throws: PostgresFault.self) { try ConnectionSettings("", overrides: ["nonsense": "1"]) }
    }

    @Test(arguments: ["postgresql://u@h/db@name", "postgresql://u@h:5432/a@b", "postgresql://h1:1,h2:2/db"])
    func takesOddURLs(_ text: String) throws { _ = try ConnectionSettings(text) }

    @Test func overridesWin() throws {
        let settings = try ConnectionSettings("host=a dbname=x", overrides: ["host": "b", "user": "u"])
        #expect(settings["host"] == "b" && settings["dbname"] == "x" && settings["user"] == "u")
    }

    @Test func takesABareWordAsADatabase() throws {
        #expect(try ConnectionSettings("sales")["dbname"] == "sales")
    }

    @Test func addsOnlyWhatIsUnset() throws {
        let parameters = try ConnectionSettings("host=a application_name=mine client_encoding=LATIN1").parameters
        #expect(parameters.filter { $0.keyword == "client_encoding" }.map(\.value) == ["UTF8"])
        #expect(parameters.contains { $0.keyword == "application_name" && $0.value == "mine" })
        #expect(parameters.contains { $0.keyword == "fallback_application_name" && $0.value == "ingest" })
    }

    @Test func goesOnBehindASilentHost() {
        let list = HostList(hosts: "a,b,c", addresses: nil, ports: "1,2,3")
        #expect(list.rest(after: "a", port: "1") == ["host": "b,c", "port": "2,3"])
        #expect(list.rest(after: "b", port: "2") == ["host": "c", "port": "3"])
        #expect(list.rest(after: "c", port: "3") == nil && list.rest(after: "x", port: "1") == nil)
        let same = HostList(hosts: "a,a", addresses: nil, ports: "1,2")
        #expect(
            same.rest(after: "a", port: "1") == ["host": "a", "port": "2"] && same.rest(after: "a", port: "2") == nil)
        #expect(HostList(hosts: "a,b", addresses: nil, ports: "5").rest(after: "a", port: "5") == ["host": "b"])
        #expect(
            HostList(hosts: nil, addresses: "::1,::2", ports: nil).rest(after: "::1", port: "5432") == [
                "hostaddr": "::2"
            ])
        #expect(HostList(hosts: "a", addresses: nil, ports: nil).rest(after: "a", port: "5432") == nil)
    }
}
