/// The ingest.toml that a new project begins with, and templates/ingest.toml: a commented example. A test checks every
/// line of it, also those behind a `#`, against the table of keys.
package enum SettingsTemplate {
    package static let text = """
        # The settings of this project: where data comes from and where it goes. Engineers edit this file, analysts edit
        # ingestion_config.xlsx. "ingest config show" prints every value in force and where it came from. Lines behind a #
        # show the defaults or an example; docs/settings-keys.md explains every key.

        [run]
        workbook = "ingestion_config.xlsx"      # or a .csv, or a folder with SourceConfig.csv, QualityRules.csv …
        # max_workers = 5                       # tables, or parts of big tables, read at the same time
        # memory_budget = "512MiB"              # what all workers together may hold
        # timezone = "UTC"                      # of the date that names the day's folder in the lake
        # write_back = "workbook"               # results into the workbook, or "status_file", or "off"

        [retry]
        # max_attempts = 4                      # 1 try + 3 more after 2 s, 4 s, 8 s
        # initial_delay = "2s"
        # multiplier = 2.0
        # max_delay = "5m"

        [quality]
        # max_quarantined_pct = 5               # more rows set aside by quality rules: exit code 1

        [destination]
        url = "file://./lake"                   # or s3://bucket/prefix, abfss://container@account.dfs.core.windows.net/prefix …
        # compression = "zstd"                  # zstd, snappy, gzip, lz4 or none
        # target_file_size = "256MiB"

        # One table per source. The workbook's column source_name offers these names. Passwords, keys and tokens never
        # stand in this file: "${env:NAME}" takes one from the environment, "${file:/run/secrets/sales}" from a file, and
        # secrets.toml (mode 0600), which Git ignores, may hold them itself.

        [sources.postgres_source]
        type = "postgresql"
        host = "localhost"
        port = 5432
        database = "sales"
        username = "reader"
        password = "${env:SALES_DB_PASSWORD}"
        # sslmode = "verify-full"               # the default, except for a server on this machine
        # max_connections = 4                   # what the server can spare

        # [sources.erp]
        # type = "mssql"                        # mssql, azure_sql, oracle, mysql, mariadb, sqlite, odbc
        # host = "erp.example.com"
        # database = "erp"
        # username = "reader"
        # password = "${file:/run/secrets/erp}"
        # odbc = { driver = "ODBC Driver 18 for SQL Server", Encrypt = "yes" }

        # [sources.shop]
        # type = "api"
        # base_url = "https://api.example.com/v1"
        # auth_type = "bearer"                  # none, api_key, bearer, basic, oauth2, hmac, aws_sigv4
        # token = "${env:SHOP_TOKEN}"
        # rate_limit = 30                       # requests per minute

        # Who is told when something fails, and when it works again. `ingest alert test` tries it.

        # [alerts.email]
        # smtp_url = "smtp://mail.example.com:587"
        # username = "ingest"
        # password = "${env:SMTP_PASSWORD}"
        # from = "Data loads <ingest@example.com>"
        # to = ["data-team@example.com"]
        # on = ["failure", "recovery"]          # failure, recovery, drift, warning, summary

        # [alerts.webhooks.team]
        # kind = "slack"                        # slack, teams, pagerduty, json
        # url = "${env:SLACK_WEBHOOK}"

        # [metrics]
        # prometheus_file = "/var/lib/node_exporter/textfile/ingest.prom"

        # What differs elsewhere: `ingest --env dev …`, or INGEST_ENV=dev.

        # [env.dev.sources.postgres_source]
        # host = "db.dev.example.com"

        """
}
