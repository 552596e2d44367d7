import Ports
import TestSupport
import Testing

@testable import IngestCLI

@Suite("ingest validate and ingest diff")
struct ValidateVerbTests {
    private func run(_ arguments: [String]) -> (code: Int32, out: String, error: String) {
        let run = ProgramRun(arguments)
        return (run.code, run.out, run.error)
    }

    private static let settings = """
        [sources.postgres_source]
        type = "postgresql"
        host = "localhost"
        database = "sales"

        """

    private func project(_ rows: String, settings: String? = ValidateVerbTests.settings) -> TemporaryFolder {
        let folder = TemporaryFolder()
        if let settings { folder.write(settings, to: "ingest.toml") }
        folder.write(
            "job_id,enabled,source_name,table_name,load_type,depends_on,schedule\n" + rows, to: "SourceConfig.csv")
        return folder
    }

    @Test("a good configuration is 0, and says what it holds")
    func good() {
        let folder = project("orders,Y,postgres_source,orders,FULL,,\n")
        let (code, out, error) = run(["validate", folder.path + "/SourceConfig.csv"])
        #expect(code == 0 && error.isEmpty)
        #expect(out.hasSuffix("SourceConfig.csv: 1 job, 1 enabled; nothing to report.\n"), "\(out)")
    }

    @Test("errors are 2, aligned, grouped by row, with everything at once")
    func errors() {
        let folder = project(
            """
            a,Y,postgres_sorce,orders,FUL,,
            b,Y,postgres_source,items,FULL,c,often

            """)
        let (code, out, _) = run(["validate", folder.path])
        #expect(code == 2)
        let lines = out.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count == 8, "\(out)")
        #expect(
            lines[0]
                == #"SourceConfig.csv:2:3  source_name  error: "postgres_sorce" is not a source of the settings. Did you mean "postgres_source"?"#
        )
        #expect(
            lines[1]
                == #"SourceConfig.csv:2:5  load_type    error: "FUL" is not a load_type. Allowed: FULL, INCREMENTAL. Did you mean "FULL"?"#
        )
        #expect(lines[2] == "")
        #expect(lines[3].hasPrefix(#"SourceConfig.csv:3:6  depends_on   error: "c" is not the job_id of a row."#))
        #expect(lines[6].hasSuffix("2 jobs, 2 enabled, 2 refused; 4 errors."))
    }

    @Test("warnings are 0, and 2 with --strict")
    func strict() {
        let folder = project("a,N,postgres_source,orders,FUL,,\n")
        #expect(run(["validate", folder.path]).code == 0)
        #expect(run(["validate", "--strict", folder.path]).code == 2)
    }

    @Test("JSON has every finding and every job")
    func json() {
        let folder = project("a,Y,postgres_sorce,orders,FULL,,\n")
        let (code, out, error) = run(["validate", "--format", "json", folder.path])
        #expect(code == 2 && error.isEmpty)
        #expect(out.contains(#""valid":false,"errors":1,"warnings":0,"notes":0"#))
        #expect(
            out.contains(
                #"{"severity":"error","place":"SourceConfig.csv:2:3","row":2,"column":"source_name","value":"postgres_sorce","#
            ))
        #expect(
            out.contains(
                #""jobs":[{"row":2,"job_id":"a","enabled":true,"refusal":"SourceConfig.csv:2:3 source_name: \"postgres_sorce\" is not"#
            ))
    }

    @Test("mistakes in the settings are listed with their line, and make 2")
    func settingsErrors() {
        let folder = project("a,Y,postgres_source,orders,FULL,,\n", settings: Self.settings + "prot = 5432\n")
        let (code, out, _) = run(["validate", folder.path])
        #expect(code == 2)
        #expect(out.hasPrefix("ingest.toml:5 "), "\(out)")
    }

    @Test("every mistake is named by its place: lines of the settings, lines and columns of all CSV files")
    func places() {
        let folder = TemporaryFolder()
        folder.write(Self.settings + "prot = 5432\n", to: "ingest.toml")
        // The first record has two lines.
        folder.write(
            "job_id,enabled,source_name,table_name,description,load_type\na,Y,postgres_source,orders,\"two\nlines\",FULL\n"
                + "b,Y,postgres_source,items,x,FUL\n", to: "SourceConfig.csv")
        folder.write(
            "job_id;column;rule;severity\na;total;not_null;error\n\na;total;not_nul;error\n", to: "QualityRules.csv")
        folder.write("job_id\tcolumn\ttype\na\t\"total\"\tdecimall\n", to: "ColumnRules.csv")
        let (code, out, _) = run(["validate", folder.path])
        #expect(code == 2)
        let errors = out.split(separator: "\n").filter { $0.contains(" error: ") }
        #expect(
            errors.compactMap { $0.split(separator: " ").first }
                == ["ingest.toml:5", "SourceConfig.csv:4:6", "QualityRules.csv:4:3", "ColumnRules.csv:2:3"], "\(out)")
    }

    @Test("without settings names are not checked, which is a note")
    func noSettings() {
        let folder = project("a,Y,nobody,orders,FULL,,\n", settings: nil)
        let (code, out, _) = run(["validate", folder.path])
        #expect(code == 0)
        #expect(out.hasPrefix("ingest.toml") && out.contains("note: There are no settings"), "\(out)")
    }

    @Test("a secret in a cell is never printed")
    func secrets() {
        let folder = project("a,Y,postgres_source,\"password=hunter22\",FULL,,\n")
        for format in ["text", "json"] {
            let (code, out, error) = run(["validate", "--format", format, folder.path])
            #expect(code == 2 && out.contains("credentials stand in the settings"))
            #expect(!out.contains("hunter22") && !error.contains("hunter22"))
        }
    }

    @Test("a workbook that is not there, and comments in CSV, are usage errors")
    func unusable() {
        let folder = project("a,Y,postgres_source,orders,FULL,,\n")
        #expect(run(["validate", folder.path + "/none.xlsx"]).code == 2)
        let (code, _, error) = run(["validate", "--annotate", "/tmp/x.xlsx", folder.path])
        #expect(code == 2 && error.contains("CSV"))
    }

    @Test("rules beside the CSV are read with it")
    func ruleFiles() {
        let folder = project("a,Y,postgres_source,orders,FULL,,\n")
        folder.write("job_id,column,rule\nb,x,not_null\n", to: "QualityRules.csv")
        for place in [folder.path, folder.path + "/SourceConfig.csv"] {
            #expect(run(["validate", place]).out.contains(#"QualityRules.csv:2:1  job_id  error: "b" is not"#))
        }
    }

    @Test("diff says what changed, in words and as JSON")
    func diff() {
        let old = project("orders,Y,postgres_source,orders,FULL,,\n")
        let new = project("orders,N,postgres_source,orders,FULL,,\nfresh,Y,postgres_source,fresh,,,\n")
        let text = run(["diff", old.path, new.path])
        #expect(text.code == 0)
        #expect(
            text.out == "orders: enabled Y → N; it does not run any more\nfresh: new; the first run loads everything\n")
        #expect(run(["diff", old.path, old.path]).out == "No difference in what the jobs say.\n")
        let json = run(["diff", "--format", "json", old.path, new.path])
        #expect(
            json.out.contains(#"{"column":"enabled","old":"Y","new":"N","consequence":"it does not run any more"}"#))
    }

    @Test("a note that says the same of many rows is printed once; JSON has them all")
    func folding() {
        let rows = (1...5).map { "j\($0),Y,postgres_source,t\($0),,,\n" }.joined()
        let folder = project(rows + "j6,Y,postgres_source,t6,FUL,,\nj7,Y,postgres_source,t7,FUL,,\n")
        let out = run(["validate", folder.path]).out
        #expect(
            out.contains("SourceConfig.csv:2:5  load_type  note: Blank is read as FULL. (The same in 4 rows below.)"),
            "\(out)")
        #expect(!out.contains("SourceConfig.csv:3:5") && out.contains("SourceConfig.csv:8:5"))
        #expect(out.contains("2 errors, 5 notes"))
        #expect(run(["validate", "--format", "json", folder.path]).out.contains(#""place":"SourceConfig.csv:6:5""#))
    }

    @Test("colours only where they are wanted")
    func colours() {
        let finding = Finding(.error, place: "SourceConfig!A1", column: "x", message: "m")
        #expect(
            FindingsText(findings: [finding], colours: true).text
                == "SourceConfig!A1  x  \u{1b}[1;31merror:\u{1b}[0m m\n")
        #expect(FindingsText(findings: [finding], colours: false).text == "SourceConfig!A1  x  error: m\n")
    }

    @Test("what a cell holds cannot steer the terminal")
    func hostile() {
        let folder = project("a,Y,postgres_source,orders,\"\u{1b}[2JFULL\",,\n")
        #expect(!run(["validate", folder.path]).out.contains("\u{1b}"))
    }
}
