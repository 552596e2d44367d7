import Ports
import Synchronization
import Testing

@testable import IngestCLI

@Suite("The program")
struct ProgramTests {
    final class Streams: Sendable {
        let out = Mutex("")
        let error = Mutex("")
        var outText: String { out.withLock { $0 } }
        var errorText: String { error.withLock { $0 } }
    }

    private func run(_ arguments: [String], outWorks: Bool = true) -> (code: Int32, streams: Streams) {
        let streams = Streams()
        let console = Console(
            out: { text in
                streams.out.withLock { $0 += text }
                return outWorks
            },
            error: { text in
                streams.error.withLock { $0 += text }
                return true
            })
        let program = Program(
            console: console, terminal: Terminal(repaints: false, colours: false), environment: [:], stop: StopSignal(),
            sources: .standard)
        return (program.run(arguments), streams)
    }

    @Test(
        "answers go to standard output",
        arguments: [
            ["--version"], ["--help"], ["copy", "--help"], ["help", "copy"], ["help"], ["completions", "zsh"],
            ["help", "--man"],
        ])
    func answers(arguments: [String]) {
        let (code, streams) = run(arguments)
        #expect(code == 0)
        #expect(!streams.outText.isEmpty)
        #expect(streams.errorText == "")
    }

    @Test("the version is said in one place")
    func version() {
        #expect(run(["--version"]).streams.outText == "ingest \(Version.number) (build \(Version.build))\n")
        // parquet.thrift: "Application name followed by version and build hash".
        #expect(Version.createdBy == "ingest version \(Version.number) (build \(Version.build))")
        #expect(!Version.build.isEmpty && !Version.build.contains { $0 == "(" || $0 == ")" || $0.isWhitespace })
    }

    @Test(
        "a secret that looks like a number or like JSON leaves JSON whole",
        arguments: ["rows_and_columns", "ca\"b,\\\":1}", "12345678"])
    func secretsInJSON(secret: String) {
        var redactor = Redactor()
        redactor.add(secret: secret)
        let out = Mutex("")
        let console = Console(
            redactor: redactor,
            out: { text in
                out.withLock { $0 += text }
                return true
            }, error: { _ in true })
        console.out(.object([("rows_and_columns", .int(12345678)), ("text", .string("a \(secret) b"))]))
        #expect(out.withLock { $0 } == #"{"rows_and_columns":12345678,"text":"a *** b"}"# + "\n")
    }

    @Test("a password with blanks and quotes in a misplaced URL is masked")
    func misplacedURL() {
        for format in [[], ["--format", "json"]] {
            for arguments in [
                ["postgresql://u:my secret 'pw@h/d"], ["copy", "a", "b", "c", "postgresql://u:my secret 'pw@h"],
            ] {
                let streams = run(arguments + format).streams
                #expect(!(streams.outText + streams.errorText).contains("secret"), "\(streams.errorText)")
            }
        }
    }

    @Test(
        "mistakes go to standard error, with exit code 2 and what to try",
        arguments: [
            (["cpoy"], "did you mean 'copy'", "ingest --help"), (["--versoin"], "Unknown option", "ingest --help"),
            (["copy", "x"], "Missing", "ingest copy --help"),
            (["copy", "--limt", "1"], "--limit", "ingest copy --help"),
            (["completions", "tcsh"], "'tcsh'", "ingest completions --help"),
            (["help", "cp"], "Unknown verb", "ingest --help"),
        ])
    func mistakes(arguments: [String], says: String, offers: String) {
        let (code, streams) = run(arguments)
        #expect(code == 2)
        #expect(streams.outText == "")
        #expect(streams.errorText.hasPrefix("error: "))
        #expect(streams.errorText.contains(says) && streams.errorText.contains(offers), "\(streams.errorText)")
    }

    @Test("without arguments the overview is an error")
    func nothing() {
        let (code, streams) = run([])
        #expect(code == 2)
        #expect(streams.errorText.contains("Usage:"))
    }

    @Test(
        "with --format json errors are JSON on standard output",
        arguments: [["--format", "json"], ["--format=json"], ["--format", "JSON"]])
    func jsonErrors(format: [String]) {
        let (code, streams) = run(["copy", "x"] + format)
        #expect(code == 2)
        #expect(
            streams.outText
                == #"{"error":{"kind":"configuration","message":"Missing: OBJECT","remedy":"Try: ingest copy --help","sqlstate":null}}"#
                + "\n")
        #expect(streams.errorText == "")
    }

    @Test("an answer that can't be written is a failure")
    func fullOutput() { #expect(run(["--version"], outWorks: false).code == 1) }

    @Test(
        "exit codes",
        arguments: [
            (FaultKind.configuration, StopSignal.Reason.none, Int32(2)), (.transient, .none, 1), (.permanent, .none, 1),
            (.cancelled, .interrupt, 130), (.cancelled, .terminate, 143), (.permanent, .interrupt, 1),
        ])
    func exitCodes(kind: FaultKind, reason: StopSignal.Reason, code: Int32) {
        struct Some: Fault {
            var kind: FaultKind
            var message = ""
        }
        #expect(ExitCode.of(Some(kind: kind), stop: reason) == code)
    }

    @Test(
        "unknown sources are refused with what is known",
        arguments: [
            ("nonsense", "no scheme"), ("https://h/db", "not in this version"),
            ("postgers://h", "did you mean 'postgres'"),
            ("host=h dbname=x", "no scheme"), ("://x", "no scheme"),
        ])
    func sources(text: String, says: String) {
        let table = SourceTable(entries: [
            .init(schemes: ["postgresql", "postgres"]) { _, _ in throw UsageFault("opened") }
        ])
        let fault = #expect(throws: UsageFault.self) {
            _ = try table.source(for: text, options: .init(stallTimeoutSeconds: 1))
        }
        #expect(fault?.message.contains(says) == true, "\(fault?.message ?? "")")
        let opened = #expect(throws: UsageFault.self) {
            _ = try table.source(for: "POSTGRES://h", options: .init(stallTimeoutSeconds: 1))
        }
        #expect(opened?.message == "opened")
    }

    @Test(
        "hostile text is shown as escapes",
        arguments: [
            ("a\u{1b}[2Jb", "a\\u{1b}[2Jb"), ("a\nb\t", "a\\nb\\t"), ("\u{202e}x", "\\u{202e}x"),
            ("naïve 漢", "naïve 漢"), ("\u{9b}31m", "\\u{9b}31m"),
        ])
    func hostile(text: String, expected: String) { #expect(PrintableText.escaped(text) == expected) }

    @Test("JSON text")
    func json() {
        let value = JSONText.object([
            ("a\"\\", .array([.int(1), .null, .bool(true), .number(1.25), .number(.nan)])),
            ("b", .string("x\u{1b}\n\u{2028}漢")),
        ])
        #expect(value.text == #"{"a\"\\":[1,null,true,1.25,null],"b":"x\u001b\n\u2028漢"}"#)
    }

    @Test("peak memory from /proc")
    func memory() {
        #expect(ProcessMemory.peak(inStatus: "Name:\tx\nVmHWM:\t   12345 kB\nVmRSS:\t1 kB\n") == 12345 << 10)
        #expect(ProcessMemory.peak(inStatus: "Name:\tx\n") == nil)
        #expect((ProcessMemory.peakBytes ?? 0) > 1 << 20)
    }

    @Test(
        "terminals",
        arguments: [
            (["TERM": "xterm"], true, true, true), (["TERM": "xterm", "NO_COLOR": "1"], true, true, false),
            (["TERM": "xterm", "NO_COLOR": ""], true, true, true), (["TERM": "dumb"], true, false, false),
            ([:], true, false, false),
            (["TERM": "xterm"], false, false, false),
        ])
    func terminals(environment: [String: String], isTerminal: Bool, repaints: Bool, colours: Bool) {
        #expect(
            Terminal(environment: environment, isTerminal: isTerminal) == Terminal(repaints: repaints, colours: colours)
        )
    }
}
