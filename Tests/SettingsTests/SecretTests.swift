import Glibc
import Ports
import Synchronization
import TestSupport
import Testing

@testable import Settings

@Suite("Secrets") struct SecretTests {
    @Test(
        "references",
        arguments: [
            ("${env:NAME}", "env", "NAME"), ("${file:/run/secrets/x}", "file", "/run/secrets/x"),
            ("${vault:a/b#c}", "vault", "a/b#c"), ("${AWS-SM:x#y}", "aws-sm", "x#y"), ("${env:a b}", "env", "a b"),
            ("${azure-kv:v/n}", "azure-kv", "v/n"),
        ])
    func references(text: String, scheme: String, name: String) {
        #expect(SecretReference(text) == SecretReference(scheme: scheme, name: name))
    }

    @Test(
        "what is none",
        arguments: [
            "", "x", "${}", "${env}", "${env:}", "${:x}", "${env:a}b", "a${env:b}", "${env:a}}", "${1x:a}", "${e v:a}",
            "$env:a", "${env:a\nb}",
        ])
    func noReferences(text: String) { #expect(SecretReference(text) == nil) }

    @Test("variables and files")
    func resolving() throws {
        let project = LoadedProject(["pw": "from a file\n", "crlf": "x\r\n", "empty": "\n", "two": "a\nb\n"])
        let resolvers = project.resolvers(["A": "from a variable", "E": ""])
        func text(_ reference: String) throws -> String {
            try resolvers.resolve(#require(SecretReference(reference))).reveal()
        }
        #expect(try text("${env:A}") == "from a variable")
        #expect(try text("${file:pw}") == "from a file" && text("${file:crlf}") == "x" && text("${file:two}") == "a\nb")
        #expect(try text("${file:\(project.folder.file("pw"))}") == "from a file")
        for wrong in ["${env:B}", "${env:E}", "${file:nothing}", "${file:empty}", "${file:.}", "${vault:x}"] {
            let fault = #expect(throws: SecretFault.self) { _ = try text(wrong) }
            #expect(fault?.kind == .configuration && fault?.message.contains(wrong) == true)
        }
    }

    @Test("files that are no secrets")
    func wrongFiles() throws {
        let project = LoadedProject(["long": String(repeating: "x", count: 70_000)])
        mkfifo(project.folder.file("pipe"), 0o644)
        project.folder.write("a\u{0}b", to: "nul")
        for name in ["long", "pipe", "nul"] {
            let fault = #expect(throws: SecretFault.self) {
                _ = try project.resolvers().resolve(SecretReference(scheme: "file", name: name))
            }
            #expect(fault?.message.contains("xxxx") == false)
        }
    }

    @Test("an unknown place says which there are; what is resolved is learned before it is used")
    func learning() throws {
        let learned = Mutex<[String]>([])
        let resolvers = SecretResolvers(
            [EnvironmentSecrets(["A": "12345678"])], learn: { text in learned.withLock { $0.append(text) } })
        let fault = #expect(throws: SecretFault.self) {
            _ = try resolvers.resolve(SecretReference(scheme: "gcp-sm", name: "x"))
        }
        #expect(
            fault?.message == "${gcp-sm:x}: 'gcp-sm' is not a place that secrets can come from; known are env")
        #expect(try resolvers.resolve(SecretReference(scheme: "env", name: "A")).reveal() == "12345678")
        #expect(learned.withLock { $0 } == ["12345678"])
    }

    @Test("validate says which references lead nowhere and which secrets are short")
    func findings() {
        let project = LoadedProject([
            "ingest.toml": """
            [sources.a]
            type = "odbc"
            host = "${env:HOST}"
            password = "${env:SHORT}"
            [sources.b]
            type = "odbc"
            password = "${env:MISSING}"
            """
        ])
        let findings = project.load().settings.secretFindings(project.resolvers(["HOST": "h", "SHORT": "abc"]))
        #expect(findings.map(\.place) == ["ingest.toml:4", "ingest.toml:7"])
        #expect(findings.map(\.severity) == [.warning, .note] && findings.allSatisfy { !$0.message.contains("abc") })
    }

    @Test("a source hands out values with references resolved")
    func text() throws {
        let project = LoadedProject([
            "ingest.toml": "[sources.a]\ntype = 'odbc'\nhost = '${env:H}'\npassword = '${env:P}'\nport = 5\n"
        ])
        let source = try #require(project.load().settings.source("a"))
        let resolvers = project.resolvers(["H": "host", "P": "12345678"])
        #expect(try source.text("host", secrets: resolvers) == "host")
        #expect(try source.text("password", secrets: resolvers) == "12345678")
        #expect(try source.text("port", secrets: resolvers) == "5")
        #expect(try source.text("username", secrets: resolvers) == nil)
        #expect(source.seconds("connect_timeout") == 15 && source.integer("max_connections") == 4)
        #expect(throws: SecretFault.self) { _ = try source.text("host", secrets: project.resolvers()) }
    }
}
