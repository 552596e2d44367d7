import Ports
import Testing

@testable import Settings

@Suite("Settings of alerts that would not arrive")
struct AlertsCheckTests {
    private static let mail = "[alerts.email]\nsmtp_url = \"smtp://mail.x.test:587\"\n"

    @Test(
        "what is wrong, by line",
        arguments: [
            (
                mail + "to = ['a@x.test']",
                ["error ingest.toml:2 alerts.email.from is missing; write for instance from = \"ingest@example.com\""]
            ),
            (
                mail + "from = 'i@x.test'",
                [
                    "warning ingest.toml:2 alerts.email.to is missing: only the addresses of the workbook's column notify get mail"
                ]
            ),
            (
                mail + "from = 'nobody'\nto = ['a@x.test', 'b']",
                [
                    "error ingest.toml:3 alerts.email.from: \"nobody\" is no mail address; write ana@example.com, or Ana <ana@example.com>",
                    "error ingest.toml:4 alerts.email.to: \"b\" is no mail address; write ana@example.com, or Ana <ana@example.com>",
                ]
            ),
            (
                mail + "from = 'Zoë <i@x.test>'\nto = 'zoë@x.test'",
                [
                    "error ingest.toml:4 alerts.email.to: \"zoë@x.test\" has letters beyond ASCII in the address itself, which most mail "
                        + "servers refuse; a domain can be written as xn--…"
                ]
            ),
            (
                "[alerts.email]\nto = 'a@x.test'",
                ["warning ingest.toml:2 no mail is sent: alerts.email.smtp_url is not set"]
            ),
            (
                mail + "from = 'i@x.test'\nto = 'a@x.test'\nusername = 'u'\npassword = '${env:P}'\nstarttls = 'off'",
                [
                    "warning ingest.toml:7 alerts.email.starttls = \"off\": the password and mails go over the network unprotected"
                ]
            ),
            (
                mail.replacing("mail.x.test", with: "127.0.0.1")
                    + "from = 'i@x.test'\nto = 'a@x.test'\nstarttls = 'off'", []
            ),
            (
                mail + "from = 'i@x.test'\nto = 'a@x.test'\npassword = '${env:P}'",
                ["warning ingest.toml:5 alerts.email.password has no effect without alerts.email.username"]
            ),
            (
                "[alerts.webhooks.x]\nurl = '${env:U}'",
                ["error ingest.toml:2 [alerts.webhooks.x] has no kind; it must be one of slack, teams, pagerduty, json"]
            ),
            (
                "[alerts.webhooks.x]\nkind = 'slack'",
                [
                    "error ingest.toml:2 [alerts.webhooks.x] has no url; write url = \"${env:NAME}\" and set that variable"
                ]
            ),
            (
                "[alerts.webhooks.x]\nkind = 'pagerduty'",
                [
                    "error ingest.toml:2 [alerts.webhooks.x] has no routing_key: the integration key of PagerDuty's Events API v2"
                ]
            ),
            ("[alerts.webhooks.x]\nkind = 'pagerduty'\nrouting_key = '${env:K}'", []),
            (
                "[alerts.webhooks.x]\nkind = 'slacks'",
                [
                    "error ingest.toml:2 alerts.webhooks.x.kind: \"slacks\" is not one of slack, teams, pagerduty, json; did you mean \"slack\"?"
                ]
            ),
            (
                "[alerts.webhooks.x]\nkind = 'json'\nurl = 'https://x.test/secret'",
                [
                    "error ingest.toml:3 alerts.webhooks.x.url is a secret and must not stand in ingest.toml: write url = "
                        + "\"${env:X_URL}\" and set that variable, or move the line to secrets.toml (mode 0600, not in Git)"
                ]
            ),
            (
                "[alerts]\nwebhooks = 3",
                ["error ingest.toml:2 'alerts.webhooks' is a whole number, but must be a table"]
            ),
            (
                "[alerts.webhooks.'a b']\nkind = 'json'\nurl = '${env:U}'",
                ["error ingest.toml:1 a name in [alerts.webhooks.NAME] must not be empty nor have blanks"]
            ),
            (
                "[alerts.webhooks.x]\nkid = 'json'",
                ["error ingest.toml:2 alerts.webhooks.x.kid is not a setting; did you mean 'kind'?"]
            ),
        ])
    func findings(text: String, wanted: [String]) {
        #expect(LoadedProject(["ingest.toml": text]).lines() == wanted)
    }

    @Test("webhooks are known by their names, and shown")
    func names() {
        let text =
            "[alerts.webhooks.b]\nkind = 'json'\nurl = '${env:U}'\n[alerts.webhooks.a]\nkind = 'slack'\nurl = '${env:U}'\n"
            + "[metrics]\notlp_url = 'http://x'\n[metrics.otlp_headers]\nkey = '${env:K}'"
        let (settings, findings) = LoadedProject(["ingest.toml": text]).load()
        #expect(findings.isEmpty && settings.webhookNames == ["a", "b"])
        #expect(
            settings.table(["metrics", "otlp_headers"]) == [
                "key": .reference(SecretReference(scheme: "env", name: "K"))
            ])
        let keys = settings.listing.map(\.key)
        for key in ["alerts.webhooks.a.kind", "alerts.webhooks.b.url", "alerts.timeout", "metrics.otlp_headers.key"] {
            #expect(keys.contains(key), "\(key)")
        }
        #expect(!keys.contains { $0.hasPrefix("network") })
    }

    @Test("headers of a collector are secrets: no plain text in ingest.toml, and none is shown")
    func headers() {
        let plain = LoadedProject(["ingest.toml": "[metrics.otlp_headers]\napi-key = 'plain-collector-key'"])
        let lines = plain.lines()
        #expect(lines.count == 1 && lines[0].contains("metrics.otlp_headers.api-key is a secret"), "\(lines)")
        let (settings, _) = LoadedProject([
            "ingest.toml": "", "secrets.toml": "[metrics.otlp_headers]\napi-key = 'plain-collector-key'",
        ]).load()
        #expect(settings.entry(["metrics", "otlp_headers", "api-key"])?.value.shown == "***")
        #expect(settings.secretsHeld == ["plain-collector-key"])
    }
}
