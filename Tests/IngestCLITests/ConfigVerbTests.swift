import Glibc
import Ports
import Synchronization
import TestSupport
import Testing

@testable import IngestCLI
@testable import Settings

@Suite("ingest config show, and sources of the settings") struct ConfigVerbTests {
    private let folder = TemporaryFolder()

    private final class Texts: Sendable {
        private let text = Mutex("")
        func add(_ more: String) -> Bool {
            text.withLock { $0 += more }
            return true
        }
        var all: String { text.withLock { $0 } }
    }

    private func run(_ arguments: String..., environment: [String: String] = [:]) -> (
        code: Int32, out: String, error: String
    ) {
        let out = Texts()
        let error = Texts()
        let program = program(environment, out: out, error: error)
        let code = program.run(arguments + ["--project", folder.path])
        return (code, out.all, error.all)
    }

    private func program(_ environment: [String: String], out: Texts = Texts(), error: Texts = Texts()) -> Program {
        Program(
            console: Console(out: { out.add($0) }, error: { error.add($0) }),
            terminal: Terminal(repaints: false, colours: false), environment: environment, stop: StopSignal(),
            sources: .standard)
    }

    private func write(_ text: String, secrets: String? = nil) {
        folder.write(text, to: "ingest.toml")
        if let secrets {
            folder.write(secrets, to: "secrets.toml")
            chmod(folder.file("secrets.toml"), 0o600)
        }
    }

    @Test("every value with its origin, secrets masked")
    func show() {
        write(
            "[sources.erp]\ntype = 'postgresql'\nhost = 'db'\npassword = '${env:P}'\n",
            secrets: "[sources.old]\ntype = 'odbc'\npassword = 'hunter2hunter2'\n")
        let (code, out, error) = run("config", "show", environment: ["SOURCES__ERP__USERNAME": "hunter2hunter2"])
        #expect(code == 0 && error == "")
        #expect(out.contains("sources.erp.host ") && out.contains("db ") && out.contains("ingest.toml:3"))
        #expect(out.contains("${env:P}") && out.contains("secrets.toml:3") && out.contains("run.max_workers"))
        #expect(out.contains("environment (SOURCES__ERP__USERNAME)"))
        #expect(!out.contains("hunter2"))
    }

    @Test("as JSON, findings included")
    func json() {
        write("[run]\nmax_worker = 1\n[env.dev.run]\nmax_workers = 9\n")
        let (code, out, error) = run("config", "show", "--env", "dev", "--format", "json")
        #expect(code == 2 && error == "")
        #expect(
            out.contains(
                #"{"key":"run.max_workers","value":9,"origin":"file","file":"ingest.toml","line":4,"overlay":"env.dev"}"#
            ))
        #expect(out.contains(#"{"key":"run.timezone","value":"UTC","origin":"default"}"#))
        #expect(
            out.contains(
                #"{"severity":"error","place":"ingest.toml:2","row":2,"column":"run.max_worker","value":null,"message":"run.max_worker is not a setting; did you mean 'max_workers'?"}"#
            ))
        #expect(out.contains(#""environment":"dev""#))
    }

    @Test("mistakes are printed like a compiler's, with exit code 2")
    func mistakes() {
        write("[run]\nmax_workers = 'x'\n")
        let (code, out, error) = run("config", "show")
        #expect(code == 2 && out.contains("run.max_workers"))
        #expect(error == "ingest.toml:2: error: run.max_workers: \"x\" is not a whole number from 1 to 256\n")
        #expect(run("config", "hide").code == 2)
    }

    @Test("copy by the name of a source: unknown names, types, secrets and settings with mistakes")
    func copy() {
        write("[sources.erp]\ntype = 'postgresql'\npassword = '${env:NOT_SET}'\n[sources.shop]\ntype = 'file'\n")
        let cases = [
            ("erq", "did you mean 'erp'?"), ("shop", "[sources.shop] is of the type file"),
            ("erp", "${env:NOT_SET}: the environment has no variable \"NOT_SET\""),
        ]
        for (name, says) in cases {
            let (code, _, error) = run("copy", name, "t", folder.file("lake"))
            #expect(code == 2 && error.contains(says), "\(error)")
        }
        #expect(run("copy", "postgresql://h/d", "t", folder.file("lake")).error.contains("--project and --env"))
        write("[sources.erp]\ntype = 'postgresql'\nprot = 5\n")
        #expect(run("copy", "erp", "t", folder.file("lake")).error.contains("ingest.toml:3: sources.erp.prot"))
    }

    private func keywords(_ text: String, _ environment: [String: String] = [:]) throws -> [String: String] {
        write("[sources.x]\ntype = 'postgresql'\n" + text)
        let project = try ProjectSettings(project: folder.path, env: nil, program: program(environment))
        let source = try #require(try project.checked().source("x"))
        return try SourceConnection.keywords(source, project: project, environment: environment)
    }

    @Test("what libpq is told")
    func connecting() throws {
        let environment = ["P": "p'w \\ =x", "HOME": folder.path]
        let all = try keywords(
            """
            host = "db.internal"
            port = 5433
            database = "sa les"
            username = "u"
            password = "${env:P}"
            connect_timeout = "1500ms"
            sslcert = "client.crt"
            """, environment)
        let roots = access(SourceConnection.systemRoots, R_OK) == 0 ? SourceConnection.systemRoots : nil
        #expect(
            all
                == [
                    "host": "db.internal", "port": "5433", "dbname": "sa les", "user": "u", "password": "p'w \\ =x",
                    "connect_timeout": "2", "sslmode": "verify-full", "sslrootcert": roots,
                    "sslcert": folder.file("client.crt"),
                ].compactMapValues { $0 })
        let local = try keywords("host = 'localhost'", environment)
        #expect(local["sslmode"] == "prefer" && local["sslrootcert"] == nil && local["password"] == nil)
        #expect(try keywords("host = 'db'\nsslmode = 'require'", environment)["sslrootcert"] == nil)
        #expect(
            try keywords("host = 'db'\nsslrootcert = 'ca.pem'", environment)["sslrootcert"] == folder.file("ca.pem"))
        #expect(try keywords("host = 'db'", ["PGSSLROOTCERT": "/x", "HOME": folder.path])["sslrootcert"] == nil)
        mkdir(folder.file(".postgresql"), 0o755)
        folder.write("", to: ".postgresql/root.crt")
        #expect(try keywords("host = 'db'", environment)["sslrootcert"] == nil)
    }

    @Test("a secret that was fetched is masked in all output from then on")
    func masked() throws {
        let out = Texts()
        let program = program(["P": "hunter2hunter2"], out: out)
        write("[sources.x]\ntype = 'postgresql'\npassword = '${env:P}'\n")
        let project = try ProjectSettings(project: folder.path, env: nil, program: program)
        let source = try #require(project.settings.source("x"))
        program.console.out(masking: "before hunter2hunter2\n")
        #expect(try source.text("password", secrets: project.secrets) == "hunter2hunter2")
        program.console.out(masking: "after hunter2hunter2\n")
        #expect(out.all == "before hunter2hunter2\nafter ***\n")
    }
}
