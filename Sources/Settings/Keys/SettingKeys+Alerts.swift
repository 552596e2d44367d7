extension SettingKeys {
    private static let topics = ["failure", "recovery", "drift", "warning", "summary"]

    static let alerts: [SettingKey] = [
        SettingKey(
            "alerts.repeat_after", .duration(0...2_592_000), "4h",
            "A failure that goes on is told again after so long; 0s: after each run. First failures and recoveries are told at "
                + "once."),
        SettingKey(
            "alerts.timeout", .duration(1...600), "20s",
            "How long the end of a run may wait for each mail server and each webhook. What is not sent by then waits for the "
                + "next run."),
    ]

    static let alertsEmail: [SettingKey] = [
        SettingKey(
            "alerts.email.smtp_url", .url(["smtp", "smtps"]), nil,
            "The mail server: smtps://HOST (port 465), or smtp://HOST:587, where STARTTLS is used."
        ),
        SettingKey(
            "alerts.email.starttls", .choice(["required", "off"]), nil,
            "For smtp://: required sends nothing, and no password, to a server that does not protect the connection; off "
                + "does. Unset: off for a server on this machine, else required."),
        SettingKey("alerts.email.username", .text, nil, "The user at the mail server, if it asks for one."),
        SettingKey("alerts.email.password", .secret, nil, "The password of that user."),
        SettingKey(
            "alerts.email.from", .text, nil,
            "The sender: an address, or a name and an address, as in `Data loads <ingest@example.com>`."),
        SettingKey(
            "alerts.email.to", .texts, nil,
            "Addresses that get every alert. The workbook's column `notify` adds addresses for its job."
        ),
        SettingKey(
            "alerts.email.on", .choices(topics), #"["failure", "recovery"]"#,
            "What is worth a mail; summary is a mail after each run, with all its jobs."
        ),
    ]

    static let alertsWebhooks: [SettingKey] = [
        SettingKey(
            "alerts.webhooks.*.kind", .choice(["slack", "teams", "pagerduty", "json"]), nil,
            "Who reads it: Slack, Microsoft Teams (a webhook of its Workflows app), PagerDuty (Events API v2), or a program "
                + "of yours."),
        SettingKey(
            "alerts.webhooks.*.url", .secret, nil,
            "The address that is posted to. Who knows it can post, so it is a secret. For PagerDuty: only where it is "
                + "another than https://events.pagerduty.com/v2/enqueue."),
        SettingKey("alerts.webhooks.*.routing_key", .secret, nil, "PagerDuty's integration key."),
        SettingKey("alerts.webhooks.*.on", .choices(topics), #"["failure", "recovery"]"#, "What is worth a post."),
    ]

    static let metrics: [SettingKey] = [
        SettingKey(
            "metrics.prometheus_file", .path, nil,
            "A file that is replaced after each run, for the textfile collector of Prometheus's node_exporter."
        ).literal,
        SettingKey(
            "metrics.pushgateway_url", .url(["https", "http"]), nil,
            "A Pushgateway of Prometheus, pushed to after each run."),
        SettingKey("metrics.pushgateway_username", .text, nil, "The user at the Pushgateway, if it asks for one."),
        SettingKey("metrics.pushgateway_password", .secret, nil, "The password of that user."),
        SettingKey(
            "metrics.otlp_url", .url(["https", "http"]), nil,
            "A collector of OpenTelemetry that takes OTLP over HTTP, as http://localhost:4318: metrics and a trace of each run."
        ),
        SettingKey(
            "metrics.otlp_headers", .anySecrets, nil,
            "Headers that the collector asks for, as `api-key = \"${env:OTLP_KEY}\"`: secrets, as most of them are."),
        SettingKey(
            "metrics.emf_file", .path, nil,
            "A file that gets a line per job in CloudWatch's embedded metric format, for the CloudWatch agent."
        ).literal,
        SettingKey("metrics.namespace", .text, "ingest", "The namespace of metrics in CloudWatch.").literal,
        SettingKey(
            "metrics.timeout", .duration(1...600), "10s",
            "How long the end of a run may wait for each place that metrics are sent to."),
    ]

    static let network: [SettingKey] = [
        SettingKey(
            "network.ca_file", .path, nil,
            "Certificates of the authorities that are trusted for mail, webhooks and metrics. Unset: the system's."
        ).literal,
        SettingKey(
            "network.proxy", .url(["http", "https"]), nil,
            "A proxy for webhooks and metrics. Unset: https_proxy, http_proxy and no_proxy of the environment."),
    ]
}
