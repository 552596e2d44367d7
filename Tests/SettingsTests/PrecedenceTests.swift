import Ports
import Testing

@testable import Settings

@Suite("Which value holds, and where it comes from") struct PrecedenceTests {
    private static let files = [
        "ingest.toml": """
        [run]
        max_workers = 1
        [sources.erp]
        type = "postgresql"
        host = "main"
        username = "main"
        [sources.my-shop]
        type = "api"
        base_url = "https://a.example"
        [env.dev.run]
        max_workers = 2
        [env.dev.sources.erp]
        host = "dev"
        [env.prod]
        """,
        "secrets.toml": """
        [sources.erp]
        username = "secret file"
        password = "from the secrets"
        """,
    ]

    private func origin(_ entry: SettingEntry?) -> String { entry.map { "\($0.value.shown) \($0.origin.text)" } ?? "" }

    @Test("command line, environment, overlay, secrets.toml, ingest.toml, default: one step at a time")
    func steps() throws {
        let project = LoadedProject(Self.files)
        func workers(
            _ variables: [String: String] = [:], env: String? = nil, overrides: [EffectiveSettings.Override] = []
        ) -> String {
            origin(project.load(variables, env: env, overrides: overrides).settings.entry(["run", "max_workers"]))
        }
        #expect(workers() == "1 ingest.toml:2")
        #expect(workers(env: "dev") == "2 ingest.toml:11")
        #expect(workers(["INGEST_ENV": "dev"]) == "2 ingest.toml:11")
        #expect(workers(["INGEST_ENV": "dev"], env: "prod") == "1 ingest.toml:2")
        #expect(workers(["INGEST_RUN__MAX_WORKERS": "3"], env: "dev") == "3 environment (INGEST_RUN__MAX_WORKERS)")
        let override = EffectiveSettings.Override(["run", "max_workers"], "4", option: "--max-workers")
        #expect(
            workers(["INGEST_RUN__MAX_WORKERS": "3"], env: "dev", overrides: [override])
                == "4 command line (--max-workers)")
        let settings = project.load().settings
        #expect(origin(settings.entry(["sources", "erp", "username"])) == "secret file secrets.toml:2")
        #expect(origin(settings.entry(["sources", "erp", "password"])) == "*** secrets.toml:3")
        #expect(origin(settings.entry(["sources", "erp", "host"])) == "main ingest.toml:5")
        #expect(origin(settings.entry(["retry", "max_attempts"])) == "4 default")
        #expect(settings.entry(["sources", "erp", "port"]) == nil)
    }

    @Test("an overlay lies over everything in the files, also over secrets.toml")
    func overlay() throws {
        var files = Self.files
        files["ingest.toml"]? +=
            "\n[env.stage.sources.erp]\nusername = \"stage\"\n[env.stage.sources.extra]\ntype = \"api\"\n"
        let project = LoadedProject(files)
        let (settings, _) = project.load(env: "stage")
        #expect(settings.source("erp")?.entry("username")?.value == .text("stage"))
        #expect(settings.sources.map(\.name) == ["erp", "my-shop", "extra"])
        #expect(project.load().settings.sources.map(\.name) == ["erp", "my-shop"])
    }

    @Test("an environment that is not there is an error with the nearest name")
    func unknownEnvironment() {
        let project = LoadedProject(Self.files)
        #expect(
            project.lines(env: "prd").first { $0.hasPrefix("error") }
                == "error --env there is no table [env.prd] in the settings (there are dev, prod); did you mean 'prod'?"
        )
        #expect(project.lines(["INGEST_ENV": "x"]).contains { $0.hasPrefix("error INGEST_ENV ") })
        #expect(!project.lines(env: "prod").contains { $0.hasPrefix("error") })
        #expect(!project.lines(["INGEST_ENV": ""]).contains { $0.hasPrefix("error") })
    }

    @Test(
        "names of variables",
        arguments: [
            "INGEST_SOURCES__ERP__PASSWORD", "SOURCES__ERP__PASSWORD", "DLT_ERP_PASSWORD",
        ])
    func variables(name: String) throws {
        let (settings, findings) = LoadedProject(Self.files).load([name: "by variable"])
        #expect(settings.source("erp")?.entry("password")?.value == .secret("by variable"))
        #expect(settings.source("erp")?.entry("password")?.origin == .variable(name))
        #expect(settings.secretsHeld == ["by variable"])
        #expect(!findings.contains { $0.severity > .note })
    }

    @Test("ours before dlt's before the framework's; an empty variable is none")
    func spellings() {
        let project = LoadedProject(Self.files)
        var variables = ["DLT_ERP_HOST": "1", "SOURCES__ERP__HOST": "2", "INGEST_SOURCES__ERP__HOST": "3"]
        func host() -> SettingValue? { project.load(variables).settings.source("erp")?.value("host") }
        #expect(host() == .text("3"))
        variables["INGEST_SOURCES__ERP__HOST"] = ""
        #expect(host() == .text("2"))
        variables["SOURCES__ERP__HOST"] = nil
        #expect(host() == .text("1"))
    }

    @Test("a source's name with a dash is an underscore in variables; values are read by kind")
    func dashes() {
        let (settings, findings) = LoadedProject(Self.files).load([
            "INGEST_SOURCES__MY_SHOP__RATE_LIMIT": "2.5", "SOURCES__MY_SHOP__TOKEN": "${env:T}",
            "INGEST_SOURCES__ERP__PORT": "5433", "INGEST_ALERTS__EMAIL__TO": "a@x.test, b@x.test",
            "INGEST_DESTINATION__TARGET_FILE_SIZE": "1GiB", "INGEST_RETRY__MAX_DELAY": "90",
            "INGEST_SOURCES__ERP__READ_ONLY": "no",
        ])
        // Understood, and of no effect; nor are addresses without a server.
        #expect(
            Set(findings.filter { $0.severity > .note }.map(\.place))
                == ["INGEST_SOURCES__ERP__READ_ONLY", "INGEST_ALERTS__EMAIL__TO"])
        #expect(settings.source("my-shop")?.value("rate_limit") == .number(2.5))
        #expect(settings.source("my-shop")?.value("token") == .reference(SecretReference(scheme: "env", name: "T")))
        #expect(settings.source("erp")?.value("port") == .integer(5433))
        #expect(settings.source("erp")?.value("read_only") == .boolean(false))
        #expect(settings["alerts", "email", "to"] == .texts(["a@x.test", "b@x.test"]))
        #expect(settings["destination", "target_file_size"] == .size(bytes: 1 << 30))
        #expect(settings["retry", "max_delay"] == .duration(seconds: 90))
    }

    @Test("variables that name nothing, or hold what cannot be")
    func wrongVariables() {
        let lines = LoadedProject(Self.files).lines([
            "INGEST_RUN__MAX_WORKER": "3", "INGEST_RETRY__MAX_ATTEMPTS": "many", "SOURCES__ERP__NONSENSE": "x",
            "INGEST_HOME": "/x", "DLT_DATA_DIR": "/y", "INGEST_SOURCES__ERP__PASSWORD": "${vault:a#b}",
        ])
        #expect(
            lines.contains(
                "warning INGEST_RUN__MAX_WORKER the variable INGEST_RUN__MAX_WORKER names no setting; did you mean "
                    + "INGEST_RUN__MAX_WORKERS?"))
        #expect(
            lines.contains(
                "error INGEST_RETRY__MAX_ATTEMPTS the variable INGEST_RETRY__MAX_ATTEMPTS: \"many\" is not a whole number "
                    + "from 1 to 100"))
        #expect(lines.contains { $0.hasPrefix("note SOURCES__ERP__NONSENSE") })
        #expect(lines.contains { $0.hasPrefix("error INGEST_SOURCES__ERP__PASSWORD") && $0.contains("env, file") })
        #expect(!lines.contains { $0.contains("INGEST_HOME") || $0.contains("DLT_DATA_DIR") })
    }

    @Test("sources that only the environment knows")
    func environmentOnly() throws {
        let (settings, findings) = LoadedProject().load([
            "DLT_POSTGRESQL_HOST": "db", "DLT_POSTGRESQL_PASSWORD": "long enough", "DLT_OTHER_SCHEMA": "x",
            "SOURCES__SHOP__BASE_URL": "https://a.example", "INGEST_SOURCES__ERP__TYPE": "postgres",
        ])
        #expect(settings.sources.map(\.name).sorted() == ["erp", "postgresql", "shop"])
        #expect(settings.source("postgresql")?.isEarlier == true && settings.source("erp")?.isEarlier == false)
        #expect(settings.source("erp")?.type == .postgresql)
        #expect(!findings.contains { $0.severity == .error })
    }

    @Test("known sources and the listing")
    func listing() {
        let settings = LoadedProject(Self.files).load().settings
        #expect(
            settings.knownSources == [
                KnownSource(name: "erp", type: .postgresql), KnownSource(name: "my-shop", type: .api),
            ])
        let listing = settings.listing
        #expect(listing.first?.key == "run.workbook")
        #expect(listing.contains { $0.key == "sources.erp.password" && $0.value.shown == "***" })
        #expect(listing.contains { $0.key == "sources.erp.sslmode" && $0.value == .text("verify-full") })
        #expect(listing.contains { $0.key == "sources.my-shop.auth_type" && $0.origin == .fallback })
        #expect(!listing.contains { $0.key.hasPrefix("sources.erp.auth_type") || $0.key.hasPrefix("alerts") })
        #expect(Set(listing.map(\.key)).count == listing.count)
        // Nothing of it is set, and it holds all the same.
        #expect(listing.contains { $0.key == "quality.max_quarantined_pct" })
    }

    @Test("the listing has every section's keys")
    func wholeListing() {
        let text = """
            [sources.a]
            type = "api"
            token = "${env:T}"
            [destinations.cold]
            url = "file://./cold"
            [masks]
            salt = "${env:S}"
            [alerts.email]
            from = "a@example.com"
            [alerts.webhooks.chat]
            kind = "slack"
            [metrics]
            otlp_headers = { a = "${env:H}" }
            [network]
            proxy = "http://proxy:3128"
            """
        let listed = Set(
            LoadedProject(["ingest.toml": text]).load().settings.listing.map { SettingKeys.pattern(of: $0.path) })
        for key in SettingKeys.all where key.canonical == nil && key.fallback != nil {
            guard key.scope.includes(.api) || !key.pattern.hasPrefix("sources") else { continue }
            #expect(listed.contains(key.pattern))
        }
        for section in SettingKeys.sections {
            #expect(section.keys.contains { key in listed.contains { $0.hasPrefix(key.pattern) } }, "\(section.header)")
        }
    }
}
