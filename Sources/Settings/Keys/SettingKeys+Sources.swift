import Ports

extension SettingKeys {
    static let sourceConnection: [SettingKey] = [
        SettingKey(
            "sources.*.type", .sourceType, nil,
            "What kind of source it is. Without it, the workbook's column `source_type` says it for each job."),
        SettingKey(
            "sources.*.host", .text, nil,
            "The server's name or address. For PostgreSQL also the folder of a Unix socket (/run/postgresql)."
        ).ofDatabases.earlier,
        SettingKey(
            "sources.*.port", .integer(1...65_535), nil, "The server's port. Unset: what is usual for the type."
        ).ofDatabases.earlier,
        SettingKey("sources.*.database", .text, nil, "The database. For SQLite: the path of the file.").ofDatabases
            .earlier,
        SettingKey("sources.*.username", .text, nil, "The user to connect as.").earlier,
        SettingKey(
            "sources.*.password", .secret, nil,
            "The user's password. PostgreSQL also takes it from PGPASSWORD and ~/.pgpass."
        ).earlier,
        SettingKey(
            "sources.*.sslmode", .choice(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]), nil,
            "How much the connection is protected. Unset: verify-full, or prefer for a server on this machine; a source of "
                + ".dlt/secrets.toml keeps prefer, with a warning."
        ).of(.postgresql, .mysql, .mariadb),
        SettingKey(
            "sources.*.sslrootcert", .path, nil,
            "The certificates of the authorities that are trusted. Unset: ~/.postgresql/root.crt where it exists, else "
                + "the system's bundle."
        ).of(.postgresql, .mysql, .mariadb),
        SettingKey("sources.*.sslcert", .path, nil, "The client's certificate.").of(.postgresql),
        SettingKey("sources.*.sslkey", .path, nil, "The file with the key of the client's certificate.").of(
            .postgresql),
        SettingKey(
            "sources.*.connect_timeout", .duration(1...3600), "15s", "How long one attempt to connect may take."
        ).ofDatabases,
        SettingKey(
            "sources.*.stall_timeout", .duration(0...86_400), "5m",
            "A source that sends nothing for this long counts as gone; 0s waits for ever."),
        SettingKey(
            "sources.*.max_connections", .integer(1...64), "4",
            "How many connections to this source may read at a time, over all jobs."
        ).ofDatabases,
        SettingKey(
            "sources.*.settle", .duration(0...86_400), "5m",
            "For databases that don't show their open transactions: how long after its time a row may still be committed. "
                + "Windows of incremental jobs end so long before the database's clock."
        ).ofDatabases,
        SettingKey(
            "sources.*.settle_ids", .duration(0...3600), "10s",
            "The same for watermarks that are numbers: how long is waited between asking for the greatest and reading."
        ).ofDatabases,
        SettingKey(
            "sources.*.watermark_wait", .duration(0...3600), "30s",
            "How long transactions that are open when a window is fixed are waited for."
        ).ofDatabases,
        SettingKey(
            "sources.*.watermark_max_lag", .duration(0...604_800), "1h",
            "A window that open transactions hold back for longer than this is worth a warning."
        ).ofDatabases,
        SettingKey(
            "sources.*.on_blocked", .choice(["hold", "settle"]), "hold",
            "When transactions stay open for longer than watermark_wait: hold ends the window before the oldest of them; "
                + "settle ends it as if they were not there, and may miss what they commit later."
        ).ofDatabases,
        SettingKey(
            "sources.*.read_only", .boolean, "true",
            "Sources are only read: the session is set read-only, and statements other than SELECT are refused. false "
                + "changes nothing in this version, and is a warning."
        ).ofDatabases,
        SettingKey(
            "sources.*.application_name", .text, "ingest", "What the server's list of sessions shows."
        ).of(.postgresql),
        SettingKey("sources.*.schema", .text, nil, "The schema of jobs that name none.").literal.ofDatabases.earlier,
        SettingKey("sources.*.sid", .text, nil, "Oracle's system identifier.").of(.oracle).earlier,
        SettingKey("sources.*.service_name", .text, nil, "Oracle's service name.").of(.oracle).earlier,
        SettingKey(
            "sources.*.driver", .text, nil,
            "The name of the ODBC driver, as `odbcinst -q -d` lists it, or its library's path. Unset: the best that is "
                + "installed for the type."
        ).ofDatabases.earlier,
        SettingKey(
            "sources.*.dsn", .text, nil, "A data source of odbc.ini, which then says the rest."
        ).ofDatabases,
        SettingKey(
            "sources.*.authentication", .text, nil,
            "How Azure SQL is told who connects: ActiveDirectoryMsi, ActiveDirectoryServicePrincipal… Unset: by password."
        ).of(.mssql, .azureSQL),
        SettingKey(
            "sources.*.encrypt", .texts, nil, "Whether the ODBC driver encrypts: yes, no, strict, true or false."
        ).of(.mssql, .azureSQL).earlier,
        SettingKey(
            "sources.*.trust_server_certificate", .texts, nil,
            "Whether the ODBC driver accepts any certificate: yes, no, true or false."
        ).of(.mssql, .azureSQL).earlier,
        SettingKey(
            "sources.*.odbc", .anyKeys, nil, "Further keywords that go to the ODBC driver as they are."
        ).ofDatabases,
        SettingKey("sources.*.query", .anyKeys, nil, "The same, in the earlier framework.")
            .same(as: "sources.*.odbc"),
        SettingKey("sources.*.user", .text, nil, "The user to connect as.").same(as: "sources.*.username"),
        SettingKey("sources.*.user_name", .text, nil, "The user to connect as.").same(as: "sources.*.username"),
    ]

    static let sourceAPI: [SettingKey] = [
        SettingKey(
            "sources.*.base_url", .url(["https", "http"]), nil,
            "What the paths of the workbook's column `api_endpoint` are added to."
        ).of(.api).later.earlier,
        SettingKey(
            "sources.*.auth_type", .choice(["none", "api_key", "bearer", "basic", "oauth2", "hmac", "aws_sigv4"]),
            "none",
            "How requests prove who sends them."
        ).of(.api).later.earlier,
        SettingKey("sources.*.api_key", .secret, nil, "The key for auth_type api_key.").of(.api).later.earlier,
        SettingKey("sources.*.api_key_name", .text, "X-API-Key", "The header or parameter that carries the key.").of(
            .api
        ).later.earlier,
        SettingKey(
            "sources.*.api_key_location", .choice(["header", "query"]), "header",
            "Whether the key goes into a header or into the query."
        ).of(.api).later.earlier,
        SettingKey("sources.*.token", .secret, nil, "The token for auth_type bearer.").of(.api).later.earlier,
        SettingKey(
            "sources.*.oauth_url", .url(["https", "http"]), nil, "Where auth_type oauth2 gets its tokens."
        ).of(.api).later.earlier,
        SettingKey("sources.*.client_id", .text, nil, "The client for auth_type oauth2.").of(.api).later.earlier,
        SettingKey("sources.*.client_secret", .secret, nil, "The secret of that client.").of(.api).later.earlier,
        SettingKey("sources.*.scope", .texts, nil, "What the token is asked for.").of(.api).later.earlier,
        SettingKey("sources.*.hmac_secret", .secret, nil, "The key for auth_type hmac.").of(.api).later,
        SettingKey("sources.*.aws_access_key_id", .text, nil, "The key id for auth_type aws_sigv4.").of(.api).later,
        SettingKey("sources.*.aws_secret_access_key", .secret, nil, "The key for auth_type aws_sigv4.").of(.api).later,
        SettingKey("sources.*.region", .text, nil, "The region for auth_type aws_sigv4.").of(.api).later,
        SettingKey("sources.*.service", .text, nil, "The service for auth_type aws_sigv4.").of(.api).later,
        SettingKey("sources.*.method", .choice(["GET", "POST"]), "GET", "The method of jobs that name none.").of(.api)
            .later.earlier,
        SettingKey("sources.*.params", .anyKeys, nil, "Parameters that every request gets.").of(.api).later.earlier,
        SettingKey(
            "sources.*.headers", .anyKeys, nil, "Headers that every request gets. Not for credentials."
        ).of(.api).later.earlier,
        SettingKey("sources.*.data_selector", .text, nil, "The path to the records in an answer: data.items.").of(.api)
            .later.earlier,
        SettingKey(
            "sources.*.pagination_type",
            .choice([
                "single_page", "none", "offset", "cursor", "page_number", "page", "header_link", "json_link",
                "header_cursor",
            ]), "single_page", "How the next page is found. `page` is page_number, `none` is single_page."
        ).of(.api).later.earlier,
        SettingKey("sources.*.page_size", .integer(1...1_000_000), nil, "Records per page.").of(.api).later.earlier,
        SettingKey("sources.*.offset_param", .text, "offset", "The parameter with the offset.").of(.api).later.earlier,
        SettingKey("sources.*.limit_param", .text, "limit", "The parameter with the page's size.").of(.api).later
            .earlier,
        SettingKey("sources.*.maximum_offset", .integer(0...Int.max), nil, "Where offset paging ends.").of(.api).later
            .earlier,
        SettingKey("sources.*.cursor_param", .text, "cursor", "The parameter with the cursor.").of(.api).later.earlier,
        SettingKey("sources.*.cursor_path", .text, nil, "The path to the next cursor in an answer.").of(.api).later
            .earlier,
        SettingKey("sources.*.page_param", .text, "page", "The parameter with the page's number.").of(.api).later
            .earlier,
        SettingKey("sources.*.per_page_param", .text, "per_page", "The parameter with the page's size.").of(.api).later
            .earlier,
        SettingKey("sources.*.base_page", .integer(0...1), "1", "The number of the first page.").of(.api).later
            .earlier,
        SettingKey("sources.*.total_path", .text, nil, "The path to the number of pages in an answer.").of(.api).later
            .earlier,
        SettingKey("sources.*.next_url_path", .text, nil, "The path to the next page's URL in an answer.").of(.api)
            .later.earlier,
        SettingKey("sources.*.rate_limit", .number(0.001...1_000_000), nil, "Requests per minute.").of(.api).later
            .earlier,
        SettingKey(
            "sources.*.timeout", .duration(0.001...86_400), "60s", "How long one request may take."
        ).of(.api).later.earlier,
        SettingKey("sources.*.url", .url(["https", "http"]), nil, "The API's address.").of(.api).later
            .same(as: "sources.*.base_url"),
        SettingKey("sources.*.bearer_token", .secret, nil, "The token.").of(.api).later.same(as: "sources.*.token"),
        SettingKey("sources.*.auth_token", .secret, nil, "The token.").of(.api).later.same(as: "sources.*.token"),
        SettingKey("sources.*.api_key_header", .text, nil, "The header with the key.").of(.api).later
            .same(as: "sources.*.api_key_name"),
    ]
}
