import Ports
import TestSupport
import Testing

@testable import Settings

@Suite("What the earlier framework's projects have") struct EarlierFrameworkTests {
    /// Every key that its sources may have, as it is written there, with what it is called now.
    private static let sourceKeys: [(line: String, key: String, shown: String)] = [
        ("host = \"db\"", "host", "db"), ("port = 5432", "port", "5432"), ("port = \"5432\"", "port", "5432"),
        ("database = \"d\"", "database", "d"), ("username = \"u\"", "username", "u"),
        ("password = \"pw12345678\"", "password", "***"), ("password = 12345678", "password", "***"),
        ("sid = \"ORCL\"", "sid", "ORCL"), ("service_name = \"svc\"", "service_name", "svc"),
        ("driver = \"ODBC Driver 18 for SQL Server\"", "driver", "ODBC Driver 18 for SQL Server"),
        ("encrypt = \"yes\"", "encrypt", "yes"), ("encrypt = true", "encrypt", "true"),
        ("trust_server_certificate = \"no\"", "trust_server_certificate", "no"),
        ("trust_server_certificate = false", "trust_server_certificate", "false"),
        ("auth_type = \"bearer\"", "auth_type", "bearer"), ("auth_type = \"none\"", "auth_type", "none"),
        ("auth_type = \"api_key\"", "auth_type", "api_key"), ("auth_type = \"basic\"", "auth_type", "basic"),
        ("auth_type = \"oauth2\"", "auth_type", "oauth2"),
        ("token = \"ghp_12345678\"", "token", "***"), ("bearer_token = \"ghp_12345678\"", "token", "***"),
        ("auth_token = \"ghp_12345678\"", "token", "***"), ("api_key = \"CG-12345678\"", "api_key", "***"),
        ("api_key_name = \"X-API-Key\"", "api_key_name", "X-API-Key"),
        ("api_key_header = \"X-API-Key\"", "api_key_name", "X-API-Key"),
        ("api_key_location = \"query\"", "api_key_location", "query"),
        ("oauth_url = \"https://a.example/token\"", "oauth_url", "https://a.example/token"),
        ("client_id = \"c\"", "client_id", "c"), ("client_secret = \"cs12345678\"", "client_secret", "***"),
        ("scope = \"read:data\"", "scope", "read:data"),
        ("base_url = \"https://a.example/v1\"", "base_url", "https://a.example/v1"),
        ("url = \"https://a.example/v1\"", "base_url", "https://a.example/v1"),
        ("method = \"GET\"", "method", "GET"), ("method = \"post\"", "method", "POST"),
        ("data_selector = \"data.items\"", "data_selector", "data.items"),
        ("pagination_type = \"offset\"", "pagination_type", "offset"),
        ("pagination_type = \"cursor\"", "pagination_type", "cursor"),
        ("pagination_type = \"page_number\"", "pagination_type", "page_number"),
        ("pagination_type = \"header_link\"", "pagination_type", "header_link"),
        ("pagination_type = \"json_link\"", "pagination_type", "json_link"),
        ("pagination_type = \"single_page\"", "pagination_type", "single_page"),
        ("page_size = 250", "page_size", "250"), ("offset_param = \"offset\"", "offset_param", "offset"),
        ("limit_param = \"limit\"", "limit_param", "limit"), ("maximum_offset = 10000", "maximum_offset", "10000"),
        ("cursor_param = \"starting_after\"", "cursor_param", "starting_after"),
        ("cursor_path = \"data[-1].id\"", "cursor_path", "data[-1].id"),
        ("page_param = \"_page\"", "page_param", "_page"),
        ("per_page_param = \"_limit\"", "per_page_param", "_limit"), ("base_page = 0", "base_page", "0"),
        ("total_path = \"meta.total_pages\"", "total_path", "meta.total_pages"),
        ("next_url_path = \"links.next\"", "next_url_path", "links.next"), ("rate_limit = 30", "rate_limit", "30"),
        ("timeout = 30", "timeout", "30s"), ("schema = \"public\"", "schema", "public"),
        ("query = { driver = \"d\", Encrypt = \"yes\" }", "odbc.Encrypt", "yes"),
        ("[sources.x.query]\nTrustServerCertificate = true", "odbc.TrustServerCertificate", "true"),
        ("[sources.x.query]\ndriver = \"ODBC Driver 17\"", "odbc.driver", "ODBC Driver 17"),
        ("[sources.x.params]\nvs_currency = \"usd\"\nper_page = 10", "params.per_page", "10"),
        ("[sources.x.headers]\nAccept = \"application/json\"", "headers.Accept", "application/json"),
    ]

    @Test("keys of a source", arguments: sourceKeys.map { ($0.line, $0.key, $0.shown) })
    func source(line: String, key: String, shown: String) throws {
        for file in [".dlt/secrets.toml", "secrets.toml"] {
            let project = LoadedProject([file: "[sources.x]\n\(line)\n"])
            let (settings, findings) = project.load()
            #expect(!findings.contains { $0.severity > .note }, "\(findings)")
            #expect(settings.source("x")?.entry(key)?.value.shown == shown)
        }
    }

    @Test(
        "keys of the destination",
        arguments: [
            ("[destination.filesystem]\nbucket_url = \"az://lake\"", "url", "az://lake"),
            ("[destination.filesystem]\nbucket_url = \"file:///data\"", "url", "file:///data"),
            (
                "[destination.filesystem.credentials]\nazure_storage_account_name = \"acc\"",
                "azure_storage_account_name", "acc"
            ),
            (
                "[destination.filesystem.credentials]\nazure_storage_account_key = \"12345678\"",
                "azure_storage_account_key", "***"
            ),
            (
                "[destination.filesystem.credentials]\nazure_storage_sas_token = \"sv=1\"", "azure_storage_sas_token",
                "***"
            ),
            ("[destination.filesystem]\nazure_storage_sas_token = \"sv=1\"", "azure_storage_sas_token", "***"),
            ("[destination.filesystem.credentials]\naws_access_key_id = \"AKIA\"", "aws_access_key_id", "AKIA"),
            (
                "[destination.filesystem.credentials]\naws_secret_access_key = \"12345678\"", "aws_secret_access_key",
                "***"
            ),
            ("[destination.filesystem.credentials]\nregion_name = \"eu-central-1\"", "region", "eu-central-1"),
            (
                "[destination.filesystem.credentials]\nendpoint_url = \"https://s3.example\"", "endpoint_url",
                "https://s3.example"
            ),
        ])
    func destination(text: String, key: String, shown: String) {
        let (settings, findings) = LoadedProject([".dlt/secrets.toml": text]).load()
        #expect(settings.entry(["destination", key])?.value.shown == shown)
        #expect(!findings.contains { $0.severity == .error })
    }

    @Test("keys that have no effect any more are notes; so are unknown ones, in its files only")
    func notes() {
        let text =
            "[destination]\ntype = \"filesystem\"\n[destination.filesystem]\nlayout = \"{table_name}\"\n[sources.x]\nfoo = 1\n"
        let lines = LoadedProject([".dlt/secrets.toml": text, ".dlt/config.toml": "[runtime]\nlog_level = \"INFO\"\n"])
            .lines()
        #expect(lines.count { $0.contains("is accepted and has no effect") } == 2)
        #expect(lines.contains("note .dlt/secrets.toml:6 sources.x.foo is not a setting that ingest uses"))
        #expect(lines.contains("note .dlt/config.toml:1 runtime is not a setting that ingest uses"))
        #expect(lines.allSatisfy { $0.hasPrefix("note") })
        #expect(LoadedProject(["secrets.toml": text]).lines().contains { $0.hasPrefix("error secrets.toml:6") })
    }

    @Test("a source without a type takes the row's; PostgreSQL keeps its sslmode, with a warning")
    func types() throws {
        let text = "[sources.a]\nhost = \"db\"\n[sources.b]\ntype = \"postgresql\"\nhost = \"db\"\n"
        let project = LoadedProject([".dlt/secrets.toml": text])
        let (settings, findings) = project.load()
        #expect(settings.knownSources.map(\.type) == [nil, .postgresql])
        #expect(settings.sources.map(\.isEarlier) == [true, true])
        #expect(findings.map(\.severity) == [.warning])
        #expect(findings.first?.place == ".dlt/secrets.toml:3")
        #expect(ConnectionProtection(host: "db", source: settings.sources[1]).mode == "prefer")
    }

    @Test("our files win, and the workbook is found in config/")
    func together() {
        let project = LoadedProject([
            "ingest.toml": "[sources.a]\ntype = \"mssql\"\nhost = \"ours\"\n",
            ".dlt/secrets.toml": "[sources.a]\nhost = \"theirs\"\npassword = \"12345678\"\n",
            ".dlt/config.toml": "[sources.a]\nhost = \"config\"\ndatabase = \"d\"\n",
        ])
        let source = project.load().settings.source("a")
        #expect(source?.value("host") == .text("ours") && source?.value("database") == .text("d"))
        #expect(source?.value("password") == .secret("12345678") && source?.isEarlier == false)
        #expect(project.load().settings.workbook == project.folder.file("ingestion_config.xlsx"))
        project.folder.write("", to: "config/ingestion_config.xlsx")
        #expect(project.load().settings.workbook == project.folder.file("config/ingestion_config.xlsx"))
        #expect(project.load().settings.listing.first?.value == .text("config/ingestion_config.xlsx"))
        project.folder.write("", to: "ingestion_config.xlsx")
        #expect(project.load().settings.workbook == project.folder.file("ingestion_config.xlsx"))
    }

    @Test("a source without type is told how it is protected once a row says that it is PostgreSQL")
    func untyped() {
        let settings = LoadedProject([
            ".dlt/secrets.toml": "[sources.a]\nhost = \"db\"\n[sources.b]\nhost = \"localhost\"\n"
        ])
        .load().settings
        #expect(settings.findings(ofUntyped: [("a", .mssql), ("b", .postgresql)]).isEmpty)
        let said = settings.findings(ofUntyped: [("a", .postgresql), ("a", .postgresql)])
        #expect(said.map(\.place) == [".dlt/secrets.toml:1"])
        #expect(said.first?.message.hasPrefix("[sources.a] has no sslmode and keeps") == true)
    }

    @Test("a name with a dot in quotes")
    func dotted() {
        let settings = LoadedProject([
            ".dlt/secrets.toml": "[sources.\"api.coingecko\"]\nbase_url = \"https://a.example\"\n"
        ])
        .load().settings
        #expect(settings.source("api.coingecko")?.entry("base_url")?.key == "sources.\"api.coingecko\".base_url")
    }

    @Test("a password in .dlt/config.toml is used, with a warning")
    func passwordInConfig() {
        let project = LoadedProject([".dlt/config.toml": "[sources.a]\npassword = \"12345678\"\n"])
        #expect(project.load().settings.source("a")?.value("password") == .secret("12345678"))
        #expect(project.lines().contains { $0.hasPrefix("warning .dlt/config.toml:2") })
    }
}
