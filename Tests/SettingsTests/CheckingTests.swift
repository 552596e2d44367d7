import Glibc
import Ports
import TestSupport
import Testing

@testable import Settings

@Suite("What is wrong with the settings, by line") struct CheckingTests {
    @Test(
        "mistakes in ingest.toml",
        arguments: [
            ("[run]\nmax_worker = 3", "2 run.max_worker is not a setting; did you mean 'max_workers'?"),
            ("[runs]\nx = 1", "1 runs is not a setting; did you mean 'run'?"),
            // What other programs call it.
            (
                "[sources.s]\ntype = \"sqlite\"\npath = \"a.db\"",
                "3 sources.s.path is not a setting; did you mean 'database'?"
            ),
            (
                "[retry]\nfoo = 1",
                "2 retry.foo is not a setting; [retry] knows initial_delay, max_attempts, max_delay, multiplier"
            ),
            (
                "x = 1",
                "1 x is not a setting; known tables are alerts, destination, destinations, env, masks, metrics, network, quality, retry, run, sources"
            ),
            ("run = 3", "1 'run' is a whole number, but must be a table"),
            ("[[sources.x]]\ntype = 'api'", "1 'sources.x' stands in double brackets; write [sources.x], once"),
            ("sources.x = 'y'", "1 'sources.x' is text, but must be a table"),
            ("[run]\nmax_workers = 0", "2 run.max_workers: 0 is not a whole number from 1 to 256"),
            ("[run]\nmax_workers = 2.5", "2 run.max_workers: is a number, but must be a whole number from 1 to 256"),
            ("[run]\nmax_workers = []", "2 run.max_workers: is a list, but must be a whole number from 1 to 256"),
            (
                "[run]\nmemory_budget = \"512MBi\"",
                "2 run.memory_budget: \"512MBi\" is not a size such as \"512MiB\" (64MiB to 1TiB)"
            ),
            (
                "[run]\nmemory_budget = 5", "2 run.memory_budget: 5 is not a size such as \"512MiB\" (64MiB to 1TiB)"
            ),
            (
                "[retry]\nmax_delay = \"5 minutes\"",
                "2 retry.max_delay: \"5 minutes\" is not a time such as \"2s\", \"5m\" or \"24h\" (0s to 7d)"
            ),
            ("[retry]\nmultiplier = nan", "2 retry.multiplier: nan is not a number from 1 to 100"),
            (
                "[retry]\ninitial_delay = \"10m\"",
                "2 retry.initial_delay: 10m is longer than retry.max_delay (5m)"
            ),
            (
                "[run]\nwrite_back = \"worbook\"",
                "2 run.write_back: \"worbook\" is not one of workbook, status_file, off; did you mean \"workbook\"?"
            ),
            (
                "[run]\ntimezone = \"now\"",
                "2 run.timezone: \"now\" is not UTC or a zone of the tz database such as Europe/Berlin"
            ),
            (
                "[destination]\nurl = \"S4://x\"",
                "2 destination.url: \"S4://x\" is not a URL that begins with file://, s3://, abfss://, az://, gs://; did you mean s3://?"
            ),
            (
                "[destination]\nurl = \"lake\"",
                "2 destination.url: \"lake\" is not a URL that begins with file://, s3://, abfss://, az://, gs://"
            ),
            (
                "[destinations.cold]\nurl = 5",
                "2 destinations.cold.url: is a whole number, but must be a URL that begins with file://, s3://, abfss://, az://, gs://"
            ),
            (
                "[destination]\ncompression = \"zstd:23\"",
                "2 destination.compression: \"zstd:23\" is not zstd, zstd:LEVEL (1 to 22), snappy, gzip, gzip:LEVEL (1 to 9), lz4 or none"
            ),
            (
                "[sources.x]\ntype = 'postgres'\nsslmode = 'verify-fully'",
                "3 sources.x.sslmode: \"verify-fully\" is not one of disable, allow, prefer, require, verify-ca, verify-full; did you mean \"verify-full\"?"
            ),
            (
                "[sources.x]\ntype = 'api'\nbase_url = 'https://u:secretsecret@h/'",
                "3 sources.x.base_url contains a password or token; take it out and give it by reference in a key of its own"
            ),
            (
                "[sources.x]\ntype = 'odbc'\nhost = '${X}'",
                "3 sources.x.host: \"${X}\" is no reference; write ${env:NAME} or ${file:PATH}"
            ),
            (
                "[run]\nlogs = '${env:LOGS}'",
                "2 run.logs: \"${env:LOGS}\" is a reference, which cannot stand here: write the value itself"
            ),
            (
                "[network]\nca_file = '${file:ca}'",
                "2 network.ca_file: \"${file:ca}\" is a reference, which cannot stand here: write the value itself"
            ),
            ("[sources.'']\ntype = 'odbc'", "1 a name in [sources.NAME] must not be empty nor have blanks"),
            ("env = 3", "1 'env' must be tables: [env.dev], [env.prod.sources.erp]"),
            ("env.dev = 3", "1 'env.dev' must be a table: [env.dev.run]"),
            ("[env.dev.runs]\nx = 1", "1 runs is not a setting; did you mean 'run'?"),
            (
                "[alerts.email]\non = [\"failure\", \"success\"]",
                "2 alerts.email.on: \"success\" is not a list of failure, recovery, drift, warning, summary"
            ),
            (
                "[alerts.email]\nto = [1]",
                "2 alerts.email.to: has a whole number in its list, but must be text or a list of texts"
            ),
        ])
    func mistakes(text: String, expected: String) {
        let errors = LoadedProject(["ingest.toml": text]).load().findings.filter { $0.severity == .error }
        #expect(errors.map { "\($0.place.dropFirst("ingest.toml:".count)) \($0.message)" } == [expected])
        #expect(errors.first?.row != nil)
    }

    @Test("secrets in ingest.toml are refused with the remedy, and never shown")
    func plainSecrets() {
        let project = LoadedProject([
            "ingest.toml": """
            [sources.erp]
            type = "postgresql"
            password = "hunter2hunter2"
            [sources.shop]
            type = "api"
            base_url = "https://a.example"
            token = 12345678
            api_key = "x${env:KEY}"
            client_secret = ["hunter3hunter3"]
            """
        ])
        let lines = project.lines().filter { $0.hasPrefix("error") }
        #expect(lines.count == 4)
        #expect(
            lines.first
                == "error ingest.toml:3 sources.erp.password is a secret and must not stand in ingest.toml: write password = "
                + "\"${env:ERP_PASSWORD}\" and set that variable, or move the line to secrets.toml (mode 0600, not in Git)"
        )
        #expect(lines.contains { $0.contains("ingest.toml:8") && $0.contains("must be one whole reference") })
        #expect(!project.lines().contains { $0.contains("hunter") || $0.contains("12345678") })
        #expect(project.load().settings.secretsHeld == [])
    }

    @Test("references to places that do not exist")
    func schemes() {
        let project = LoadedProject([
            "ingest.toml":
                "[sources.e]\ntype = 'odbc'\npassword = '${vault:a/b#c}'\n[destination]\nazure_storage_account_key = '${evn:X}'"
        ])
        let lines = project.lines().filter { $0.hasPrefix("error") }
        #expect(lines.count == 2)
        #expect(
            lines.first
                == "error ingest.toml:3 sources.e.password: 'vault' in ${vault:a/b#c} is not a place that secrets can come "
                + "from in this version; known are env, file")
    }

    @Test("mode, short secrets and empty ones in secrets.toml")
    func secretsFile() {
        let project = LoadedProject([
            "secrets.toml": "[sources.e]\ntype = 'odbc'\npassword = 'short'\ntoken = ''"
        ])
        #expect(!project.lines().contains { $0.contains("chmod") })
        #expect(project.lines().contains { $0.hasPrefix("warning secrets.toml:3 sources.e.password has fewer than 8") })
        #expect(project.lines().contains { $0.hasPrefix("note secrets.toml:4 sources.e.token is empty") })
        chmod(project.folder.file("secrets.toml"), 0o640)
        #expect(
            project.lines().first
                == "warning secrets.toml other users of this machine can read the secrets in it (mode 0640): "
                + "chmod 600 secrets.toml")
    }

    @Test(
        "a mistake in a file: the line, what stands there, and what is likely",
        arguments: [
            ("a = \"x\nb = 1", "in: a = \"x; the closing \" is missing"),
            ("a = x", "in: a = x; text stands between quotes: \"…\""),
            ("a = \"C:\\data\"", "single quotes take a Windows path as it is"),
            ("a = “x”", "only \" and ' are quotes"),
            ("a = True", "write true or false, in small letters"),
            ("a = 05432", "a number has no zeros in front"),
            ("a =", "the value is missing"),
            ("a: 1", "a key and its value have = between them"),
            ("// a", "a comment begins with #"),
            ("[run]\na = 1\na = 2", "in: a = 2; the key stands in line 2 already"),
            ("[run]\n[retry]\n[run]", "in: [run]; the section stands in line 1 already"),
            ("[run\na = 1", "in: [run; the name of a section ends with ]"),
            ("[sources.my shop]", "a name with blanks stands between quotes"),
            ("a = [1\n[run]", "a list that begins above is not closed"),
            ("a = [1 2]", "with commas between them"),
        ])
    func mistakes(text: String, advice: String) {
        let lines = LoadedProject(["ingest.toml": text]).lines()
        #expect(lines.count { $0.contains(advice) } == 1, "\(lines)")
    }

    @Test("a line that may hold a secret is not shown")
    func secretMistakes() {
        for text in ["password = \"hunter2hunter2", "password \"hunter2hunter2\"", "x = { pwd = hunter2hunter2 }"] {
            for file in ["ingest.toml", "secrets.toml"] {
                let lines = LoadedProject([file: text]).lines()
                #expect(lines.count == 1 && lines[0].contains("line 1, column"))
                #expect(!lines[0].contains("hunter2"), "\(lines)")
            }
        }
    }

    @Test("files that cannot be read are one error, and the rest is still checked")
    func unreadable() {
        let project = LoadedProject(["ingest.toml": "[run]\nmax_workers =\n", "secrets.toml": "[runs]"])
        #expect(project.lines().count { $0.hasPrefix("error ingest.toml:2 line 2, column ") } == 1)
        #expect(project.lines().contains { $0.hasPrefix("error secrets.toml:1") })
        let folder = LoadedProject()
        mkdir(folder.folder.file("ingest.toml"), 0o755)
        #expect(folder.lines() == ["error ingest.toml the file cannot be read: it is not an ordinary file"])
        let pipe = LoadedProject()
        mkfifo(pipe.folder.file("ingest.toml"), 0o644)
        #expect(pipe.lines() == ["error ingest.toml the file cannot be read: it is not an ordinary file"])
        let huge = LoadedProject(["ingest.toml": String(repeating: "# \n", count: 2_000_000)])
        #expect(huge.lines() == ["error ingest.toml the file has more than 4MiB"])
    }

    @Test("a mistake in the line of a secret does not show it")
    func syntaxNearSecrets() {
        for value in ["\"hunter2\\hunter2\"", "hunter2", "\"hunter2", "123hunter2", "99999999999999999999"] {
            let lines = LoadedProject(["secrets.toml": "[sources.e]\npassword = \(value)\n"]).lines()
            #expect(lines.count == 1 && lines[0].hasPrefix("error secrets.toml:"), "\(lines)")
            #expect(!lines[0].contains("hunter") && !lines[0].contains("99999"), "\(lines)")
        }
    }

    @Test("keys that do not belong to the type")
    func scopes() {
        let lines = LoadedProject([
            "ingest.toml": """
            [sources.a]
            type = "postgresql"
            host = "localhost"
            base_url = "https://x.example"
            [sources.b]
            type = "api"
            host = "x"
            [sources.c]
            host = "x"
            """
        ]).lines()
        #expect(
            lines.contains("warning ingest.toml:4 sources.a.base_url has no effect on a source of the type postgresql"))
        #expect(lines.contains("warning ingest.toml:7 sources.b.host has no effect on a source of the type api"))
        #expect(lines.contains { $0.hasPrefix("warning ingest.toml:5 [sources.b] has no base_url") })
        #expect(lines.contains { $0.hasPrefix("note ingest.toml:8 [sources.c] has no type") })
    }

    @Test("what is wrong with an overlay that is not in force names it; what holds anyway is said once")
    func overlays() {
        let project = LoadedProject([
            "ingest.toml": """
            [retry]
            max_delay = "1m"
            [sources.a]
            type = "postgresql"
            host = "localhost"
            rate_limit = 3
            [env.prod.retry]
            initial_delay = "5m"
            [env.prod.sources.b]
            type = "api"
            [env.dev.sources.a]
            read_only = false
            """
        ])
        let always = "warning ingest.toml:6 sources.a.rate_limit has no effect on a source of the type postgresql"
        let longer = "retry.initial_delay: 5m is longer than retry.max_delay (1m)"
        let url = "[sources.b] has no base_url; write for instance base_url = \"https://api.example.com/v1\""
        let effect = "sources.a.read_only = false has no effect: sources are always read in read-only sessions"
        func lines(_ env: String?) -> [String] {
            project.load(env: env).findings.filter { $0.severity > .note }.map {
                "\($0.severity) \($0.place) \($0.message)"
            }
        }
        #expect(
            lines(nil) == [
                always, "error ingest.toml:8 with --env prod: \(longer)",
                "warning ingest.toml:9 with --env prod: \(url)",
                "warning ingest.toml:12 with --env dev: \(effect)",
            ])
        #expect(
            lines("prod") == [
                always, "error ingest.toml:8 \(longer)", "warning ingest.toml:9 \(url)",
                "warning ingest.toml:12 with --env dev: \(effect)",
            ])
    }

    @Test("10,000 keys, and 10,000 mistakes")
    func many() {
        let good = (0..<2500).map {
            "[sources.s\($0)]\ntype = 'postgresql'\nhost = 'localhost'\nport = \($0 + 1)\nusername = 'u'"
        }
        let (settings, findings) = LoadedProject(["ingest.toml": good.joined(separator: "\n")]).load()
        #expect(settings.sources.count == 2500 && findings.isEmpty)
        #expect(settings.source("s2499")?.value("port") == .integer(2500))
        let bad = "[run]\n" + (0..<10_000).map { "max_workerz\($0) = 1" }.joined(separator: "\n")
        #expect(LoadedProject(["ingest.toml": bad]).load().findings.count == 10_000)
    }
}
