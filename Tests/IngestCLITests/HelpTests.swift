import Glibc
import TestSupport
import Testing

@testable import IngestCLI

@Suite("Help and completions")
struct HelpTests {
    @Test("every verb is listed, every option and argument explained", arguments: VerbTable.verbs.map(\.name))
    func complete(name: String) throws {
        let verb = try #require(VerbTable.verb(name))
        #expect(HelpText.overview().contains("  \(name) "))
        let manual = HelpText.manual(for: verb)
        for option in verb.options {
            #expect(manual.contains("\n  --\(option.name)"))
            #expect(option.help.hasSuffix(".") && option.help.count > 10, "--\(option.name)")
        }
        for operand in verb.operands { #expect(manual.contains("\n  \(operand.name)\n")) }
        #expect(Set(verb.options.map(\.name)).count == verb.options.count)
        #expect(!verb.examples.isEmpty)
        #expect(verb.option("help") != nil)
    }

    @Test("the manual page is ASCII, has every option, and no text is taken for a request")
    func manual() {
        for verb in VerbTable.verbs {
            for option in verb.options {
                let name = option.name.split(separator: "-").joined(separator: "\\-")
                #expect(ManPage.text.contains("\n\\fB\\-\\-\(name)\\fR"), "--\(option.name)")
            }
        }
        let requests = [
            ".\\\"", ".TH", ".SH", ".PP", ".TP", ".nf", ".fi", ".RS", ".RE", ".br",
        ]
        for line in ManPage.text.split(separator: "\n") {
            #expect(line.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }, "\(line)")
            #expect(line.first != "'" && (line.first != "." || requests.contains { line.hasPrefix($0) }), "\(line)")
        }
    }

    @Test("what shells show beside an option is whole", arguments: VerbTable.verbs.flatMap(\.options).map(\.help))
    func firstSentences(help: String) {
        let first = CompletionScript.firstSentence(help)
        #expect(first.count { $0 == "(" } == first.count { $0 == ")" }, "\(first)")
    }

    @Test("prose fits the width", arguments: [60, 80, 100])
    func width(columns: Int) {
        for verb in VerbTable.verbs {
            for line in HelpText.manual(for: verb, width: columns).split(separator: "\n")
            where line.contains("  ingest ") == false {
                #expect(line.count <= columns, "\(line)")
            }
        }
    }

    @Test("every example is a command line that we accept")
    func examples() throws {
        for verb in VerbTable.verbs {
            for example in verb.examples {
                var words = try words(of: example.command)
                #expect(words.removeFirst() == "ingest")
                #expect(words.removeFirst() == verb.name)
                let parsed = try ParsedArguments(words, for: verb)
                if verb.name == "copy" { _ = try CopyOptions(parsed) }
            }
        }
    }

    /// As a shell takes them apart, up to a redirection.
    private func words(of command: String) throws -> [String] {
        var command = command
        if command.hasPrefix("source <(") { command = String(command.dropFirst("source <(".count).dropLast()) }
        var words: [String] = []
        var word = ""
        var quoted = false
        for character in command {
            switch character {
            case "\"": quoted.toggle()
            case " " where !quoted:
                words.append(word)
                word = ""
            default: word.append(character)
            }
        }
        #expect(!quoted)
        words.append(word)
        return words.firstIndex(of: ">").map { Array(words[..<$0]) } ?? words
    }

    @Test("completions name every verb and option", arguments: CompletionScript.allCases)
    func completions(shell: CompletionScript) {
        for verb in VerbTable.verbs {
            #expect(shell.text.contains(verb.name))
            for option in verb.options { #expect(shell.text.contains((shell == .fish ? "-l " : "--") + option.name)) }
        }
    }

    @Test(
        "what bash offers",
        arguments: [
            (["copy", "--wide-numeric", "d"], #"decimal\(38,10\) double"#),
            (["copy", "--profile", "=", "m"], "modern"),
            (["copy", "--profile", "="], "standard legacy modern"), (["co"], "copy config completions"),
            (["copy", "--limit", ""], ""),
            (["completions", "f"], "fish"), (["inspect", "--p"], "--pages"),
        ])
    func bashOffers(words: [String], offered: String) throws {
        let folder = TemporaryFolder()
        let list = (["ingest"] + words).map { CompletionScript.quoted($0) }.joined(separator: " ")
        let call = "COMP_WORDS=(\(list)); COMP_CWORD=\(words.count); _ingest; printf %s \"${COMPREPLY[*]}\""
        folder.write(CompletionScript.bash.text + call + " > \(folder.file("offered"))\n", to: "script")
        #expect(try run("/bin/bash", folder.file("script")) == 0)
        #expect(folder.text(of: "offered") == offered)
    }

    @Test("shells accept their scripts", arguments: [("bash", CompletionScript.bash), ("zsh", .zsh), ("fish", .fish)])
    func accepted(program: String, shell: CompletionScript) throws {
        guard let path = ["/bin/", "/usr/bin/"].map({ $0 + program }).first(where: { access($0, X_OK) == 0 }) else {
            try Test.cancel("\(program) is not installed")
        }
        let folder = TemporaryFolder()
        folder.write(shell.text, to: "script")
        #expect(try run(path, "-n", folder.file("script")) == 0)
    }

    /// The wait status of a program.
    private func run(_ path: String, _ more: String...) throws -> Int32 {
        var child = pid_t()
        let arguments: [UnsafeMutablePointer<CChar>?] = ([path] + more).map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        try #require(posix_spawn(&child, path, nil, nil, arguments, environ) == 0)
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status
    }
}
