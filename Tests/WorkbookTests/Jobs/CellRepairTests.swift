import Ports
import Testing

@testable import Workbook

@Suite("What people's cells hold")
struct CellRepairTests {
    @Test(
        "blanks and invisible characters are taken out, with a note that shows them",
        arguments: [
            (" orders", #"" orders""#), ("orders ", #""orders ""#), ("orders\u{a0}", #""orders[nbsp]""#),
            ("\u{200b}orders", #""[zero-width space]orders""#), ("orders\n", #""orders[newline]""#),
            ("\u{feff}orders\t", #""[byte order mark]orders[tab]""#), ("or\u{ad}ders", #""or[soft hyphen]ders""#),
        ])
    func blanks(value: String, shown: String) {
        let checked = check(SheetBuilder.job(["table_name": .text(value)]))
        #expect(checked.jobs[0].job?.object.table == "orders")
        #expect(checked.summary == ["note SourceConfig!C2 table_name"])
        #expect(checked.findings[0].message.hasPrefix(shown), "\(checked.findings[0].message)")
        #expect(checked.findings[0].message.hasSuffix(#"read as "orders"."#))
    }

    @Test("a non-breaking blank between words becomes a blank")
    func inside() {
        let checked = check(SheetBuilder.job(["query_filter": "status\u{a0}= 1"]))
        #expect(checked.jobs[0].job?.object.filter == "status = 1")
    }

    @Test("letters of any language are left as they are")
    func foreign() {
        let checked = check(SheetBuilder.job(["table_name": "заказы_größe_注文"]))
        #expect(checked.findings.isEmpty)
        #expect(checked.jobs[0].job?.object.table == "заказы_größe_注文")
    }

    @Test(
        "whole numbers as text are read, with a note",
        arguments: [
            ("100", 100), ("007", 7), ("1,000", 1000), ("1 000", 1000), ("1'000", 1000), ("1E5", 100_000),
            ("100.0", 100),
        ])
    func integers(text: String, value: Int) {
        let checked = check(SheetBuilder.job(["min_rows": .text(text)]))
        #expect(checked.jobs[0].job?.guards.minRows == value)
        #expect(checked.summary == ["note SourceConfig!E2 min_rows"])
    }

    @Test(
        "what is no whole number in range is refused",
        arguments: ["many", "1.5", "-1", "1,00", "99999999999999999999", "0x10", "1e400", "nan", "١٢"] as [CellValue]
            + [1.5, -1, .boolean(true), .date(2026, 1, 1), .number(.infinity, digits: "1E999")])
    func noInteger(value: CellValue) {
        let checked = check(SheetBuilder.job(["min_rows": value]))
        // "nan" means "nothing", as pandas writes it.
        if value == "nan" {
            #expect(checked.of(.error).isEmpty)
        } else {
            #expect(checked.finding("min_rows", .error) != nil)
            #expect(checked.jobs[0].job == nil)
        }
    }

    @Test("ranges are named")
    func range() {
        let found = check(SheetBuilder.job(["parallelism": 100])).finding("parallelism", .error)
        #expect(found?.message == "100 is out of range. parallelism: 1 to 64.")
    }

    @Test(
        "per cent: a cell formatted so, a text with the sign, and a plain number",
        arguments: [
            (CellValue.number(0.1, digits: "0.1"), true, 10.0), (.number(0.07, digits: "0.07"), true, 7),
            ("10 %", false, 10), ("10%", false, 10), (10, false, 10), (12.5, false, 12.5),
        ])
    func percent(value: CellValue, isPercent: Bool, expected: Double) {
        let checked = check(SheetBuilder.job(["max_change_pct": value], traits: isPercent ? .percent : []))
        #expect(checked.jobs[0].job?.guards.maxChangePercent == expected)
        #expect(checked.of(.warning).isEmpty && checked.of(.error).isEmpty)
    }

    @Test("0.1 without a sign is a tenth of a per cent, which is worth a warning")
    func tenth() {
        let checked = check(SheetBuilder.job(["max_change_pct": 0.1]))
        #expect(checked.jobs[0].job?.guards.maxChangePercent == 0.1)
        #expect(checked.finding("max_change_pct", .warning)?.message.contains("10.0 %") == true)
    }

    @Test("a whole number that is formatted as per cent is refused")
    func percentInteger() {
        let checked = check(SheetBuilder.job(["min_rows": 0.1], traits: .percent))
        #expect(checked.finding("min_rows", .error)?.message.contains("per cent") == true)
    }

    @Test(
        "Y and N in every spelling",
        arguments: [
            ("Y", true), ("y", true), ("yes", true), ("YES", true), ("true", true), ("1", true), ("N", false),
            ("no", false),
            ("False", false), ("0", false),
        ])
    func flags(text: String, expected: Bool) {
        let checked = check(SheetBuilder.job(["enabled": .text(text)]))
        #expect(checked.jobs[0].isEnabled == expected)
        #expect(checked.findings.isEmpty)
    }

    @Test(
        "real booleans and numbers as flags",
        arguments: [(CellValue.boolean(true), true), (.boolean(false), false), (1, true), (0, false)])
    func realFlags(value: CellValue, expected: Bool) {
        #expect(check(SheetBuilder.job(["enabled": value])).jobs[0].isEnabled == expected)
    }

    @Test("blank is N with a note; anything else is an error that never enables")
    func noFlag() {
        let blank = check(SheetBuilder.job(["enabled": .empty]))
        #expect(blank.summary == ["note SourceConfig!A2 enabled"])
        #expect(blank.jobs[0].isEnabled == false && blank.jobs[0].refusal == nil)
        let wrong = check(SheetBuilder.job(["enabled": "maybe"]))
        #expect(wrong.jobs[0].isEnabled == false)
        #expect(wrong.findings[0].message.hasPrefix(#""maybe" is neither Y nor N."#))
    }

    @Test("a job id that a spreadsheet made a date of is refused with advice")
    func dateForID() {
        let checked = check(SheetBuilder.job(["job_id": .date(2026, 3, 4)]))
        let message = checked.finding("job_id", .error)?.message
        #expect(message?.contains("2026-03-04") == true && message?.contains("format the cell as text") == true)
        #expect(checked.jobs[0].job == nil)
    }

    @Test(
        "numbers are names, too",
        arguments: [
            (CellValue.number(7, digits: "7"), "7"), (.number(7, digits: "7.0"), "7"),
            (.number(1.5, digits: "1.5"), "1.5"), ("007", "007"),
        ])
    func numericIDs(value: CellValue, expected: String) {
        let checked = check(SheetBuilder.job(["job_id": value]))
        #expect(checked.jobs[0].job?.id == expected)
        #expect(checked.findings.isEmpty)
    }

    @Test("errors of the spreadsheet and formulas that were never calculated are refused, with the cell")
    func spreadsheetErrors() {
        let error = check(SheetBuilder.job(["table_name": .error("#REF!")]))
        #expect(error.summary == ["error SourceConfig!C2 table_name"])
        #expect(error.findings[0].message.hasPrefix("#REF! is an error of the spreadsheet"))
        let formula = check(SheetBuilder.job(["min_rows": .empty], traits: .uncalculated))
        #expect(formula.finding("min_rows", .error)?.message.contains("never calculated") == true)
        let merged = check(SheetBuilder.job(["owner": "Ana"], traits: .merged))
        #expect(merged.summary == ["note SourceConfig!E2 owner"])
    }

    @Test(
        "a time of day in schedule is daily",
        arguments: [
            (CellValue.time(6, 0), 360), (.number(0.25, digits: "0.25"), 360),
            (.number(0.9999999, digits: "0.9999999"), 1439),
        ])
    func timeOfDay(value: CellValue, minute: Int) {
        let checked = check(SheetBuilder.job(["schedule": value]))
        #expect(checked.jobs[0].job?.run.schedule == .daily(minuteOfDay: minute))
        #expect(checked.summary == ["note SourceConfig!E2 schedule"])
    }

    @Test("a time in timeout is a duration")
    func timeout() {
        let checked = check(SheetBuilder.job(["timeout": .time(1, 30)]))
        #expect(checked.jobs[0].job?.run.timeoutSeconds == 5400)
    }

    @Test(
        "dates for watermarks keep what they say",
        arguments: [
            (CellValue.date(2026, 2, 28), "2026-02-28"),
            (
                .date(SheetDate(form: .dateTime, days: 20_454, microseconds: 3_600_000_001)),
                "2026-01-01 01:00:00.000001"
            ),
            (.date(SheetDate(form: .dateTime, days: 0, microseconds: 0)), "1970-01-01 00:00:00"),
            (.date(SheetDate(form: .date, days: -1, microseconds: 0)), "1969-12-31"),
            (.number(123_456_789, digits: "123456789"), "123456789"),
            ("2026-01-01 00:00:00.123456", "2026-01-01 00:00:00.123456"),
        ])
    func watermarkDates(value: CellValue, expected: String) {
        let checked = check(
            SheetBuilder.job(["load_type": "INCREMENTAL", "watermark_column": "id", "last_watermark": value]))
        #expect(checked.jobs[0].job?.watermark?.last == expected)
        #expect(checked.findings.isEmpty, "\(checked.findings)")
    }

    @Test("a number that may be a date is a note, one of more digits than a spreadsheet keeps an error")
    func watermarkNumbers() {
        func with(_ value: CellValue) -> CheckedWorkbook {
            check(SheetBuilder.job(["load_type": "INCREMENTAL", "watermark_column": "id", "last_watermark": value]))
        }
        #expect(with(46_023).finding("last_watermark", .note)?.message.contains("2026-01-01") == true)
        #expect(with(.number(1.234e17, digits: "123400000000000000")).finding("last_watermark", .error) != nil)
        #expect(with("2026-02-30").finding("last_watermark", .error) != nil)
        #expect(with("2026-02-28 25:00").finding("last_watermark", .error) != nil)
        #expect(with("01/02/2026").finding("last_watermark", .error)?.message.contains("year-month-day") == true)
        #expect(with("01.02.2026").finding("last_watermark", .error) != nil)
        #expect(with("A-2026-77").of(.error).isEmpty)
        #expect(with(.time(6, 0)).finding("last_watermark", .error) != nil)
        #expect(with(.boolean(true)).finding("last_watermark", .error) != nil)
    }

    @Test("lists take comma, semicolon and newline; double quotes keep what is between them")
    func lists() {
        let checked = check(SheetBuilder.job(["columns": "id; \"first, last\",\n total ,,id"]))
        #expect(checked.jobs[0].job?.object.columns == ["id", "first, last", "total"])
        #expect(checked.summary == ["note SourceConfig!E2 columns"])
        #expect(ListText.items(of: #""a""b", c"#) == [#"a"b"#, "c"])
        #expect(ListText.items(of: #""open, c"#) == ["open, c"])
    }

    @Test("CSV: numbers are always texts, which is no repair; places are file, line and field")
    func csv() {
        var sheet = SheetBuilder(
            ["enabled", "source_name", "table_name", "load_type", "min_rows"], name: "SourceConfig",
            source: .csv(file: "SourceConfig.csv"))
        sheet.add(["Y", "postgres_source", "orders", "FULL", "100"])
        sheet.add(["Y", "postgres_sorce", "customers", "FULL", "x"], row: 9)
        let checked = check(sheet.table)
        #expect(checked.jobs[0].job?.guards.minRows == 100)
        #expect(checked.summary == ["error SourceConfig.csv:9:2 source_name", "error SourceConfig.csv:9:5 min_rows"])
        #expect(checked.jobs[1].refusal?.hasSuffix("(And 1 more: see ingest validate.)") == true)
    }
}
