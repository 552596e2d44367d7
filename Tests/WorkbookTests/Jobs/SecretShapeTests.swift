import Ports
import Testing

@testable import Workbook

@Suite("Secrets in cells")
struct SecretShapeTests {
    /// Put together here, so that no scanner takes this file for a leak.
    static let secrets: [(column: String, text: String)] = [
        ("api_endpoint", "https://ana:hunter22@api.example.com/v1"), ("query_filter", "postgresql://u:p@h/db"),
        ("description", "https://" + "abcdef0123@api.example.com"), ("params", "api_key=" + "4f8a9c2b11"),
        ("params", #"{"access_token": "4f8a9c2b"}"#),
        ("headers", "Authorization=Bearer " + "abcdefghijklmnopqrst"), ("headers", "X-Api-Key: " + "abcdef123"),
        ("description", "password: hunter22"), ("owner", "Pwd=hunter22"),
        ("owner", "gh" + "p_" + String(repeating: "a1", count: 18)),
        ("body", "AK" + "IA" + "ABCDEFGHIJKLMNOP"), ("notify", "ey" + "JhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdefgh"),
        ("description", "-----BEGIN RSA " + "PRIVATE KEY-----"), ("destination", "AccountKey=" + "abcd1234=="),
        ("tags", "xo" + "xb-1234567890-abcdefgh"),
        ("api_endpoint", "/v1?token=" + "abcd1234"), ("target_folder_path", "abfss://c:key@account"),
    ]

    @Test("are refused, and never shown", arguments: secrets)
    func refused(column: String, text: String) {
        let checked = check(SheetBuilder.job(["\(column)": .text(text)]))
        let finding = checked.finding(column, .error)
        #expect(finding?.message.hasPrefix("The cell seems to hold") == true, "\(checked.findings)")
        #expect(finding?.value == "***")
        #expect(checked.findings.allSatisfy { !"\($0)".contains("hunter22") && !"\($0)".contains(text) })
        #expect(checked.jobs[0].job == nil)
        #expect(checked.jobs[0].refusal?.contains(text) == false)
    }

    @Test(
        "are not seen where there are none",
        arguments: [
            ("api_endpoint", "https://api.example.com/v1?token=${env:TOKEN}"),
            ("query_filter", "token = 'abc123' and password is not null"),
            ("query_filter", "mail like '%@example.com'"), ("params", "page_token={cursor}"),
            ("params", "pageToken=first"), ("params", "next_token=abcd"),
            ("notify", "ana@example.com, bo@example.com"), ("headers", "Authorization=Bearer ${env:TOKEN}"),
            ("headers", "X-Api-Key=${file:/run/key}"),
            ("description", "The password column is masked"), ("description", "Tokens per user"),
            ("target_folder_path", "sales/token"),
            ("owner", "Basic data team of everything"), ("description", "see https://wiki.example.com/a@b"),
            ("params", "secret=<ask Ana>"),
        ])
    func harmless(column: String, text: String) {
        let isAPI = ["params", "headers", "api_endpoint"].contains(column)
        let checked = check(
            SheetBuilder.job(["\(column)": .text(text), "source_name": isAPI ? "coingecko" : "postgres_source"]))
        #expect(checked.of(.error).isEmpty, "\(checked.findings)")
    }

    @Test("a container before an @ is how abfss names it")
    func container() { #expect(SecretShape.found(in: "abfss://raw@account.dfs.core.windows.net/x") == nil) }

    @Test("a column of secrets is refused by its header, also in a row that is not enabled")
    func header() {
        let checked = check(
            SheetBuilder.jobs([
                ["DB Password": "x"], ["table_name": "b", "enabled": "N", "DB Password": "y"],
                ["table_name": "c", "DB Password": "-"],
            ]))
        #expect(
            checked.summary == [
                "note SourceConfig!E1", "error SourceConfig!E2 DB Password", "error SourceConfig!E3 DB Password",
            ])
        #expect(checked.jobs.map { $0.refusal == nil } == [false, false, true])
    }
}
