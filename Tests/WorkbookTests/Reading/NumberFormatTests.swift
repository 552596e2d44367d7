import Testing

@testable import Workbook

@Suite("Number formats")
struct NumberFormatTests {
    @Test(
        "what a code makes of a number",
        arguments: [
            ("General", .number), ("general", .number), ("", .number), ("0", .number), ("#,##0.00", .number),
            ("0.00E+00", .number), ("@", .number), ("# ?/?", .number),
            ("0%", .percent), ("0.0 %", .percent), ("\"%\"0", .number), ("0\\%", .number),
            ("yyyy-mm-dd", .date), ("d/m/yy;@", .date), ("mmm", .date), ("D.M.YYYY", .date), ("dddd", .date),
            ("[$-409]d mmm yyyy;@", .date), ("[$-F800]dddd\\, mmmm dd\\, yyyy", .date), ("yyyy\"年\"m\"月\"", .date),
            ("h:mm", .time), ("mm:ss", .time), ("mm:ss.0", .time), ("h AM/PM", .time), ("h:mm a/p", .time),
            ("hh:mm:ss", .time), ("yyyy-mm-dd hh:mm:ss", .dateTime), ("m/d/yy h:mm", .dateTime),
            ("[h]:mm", .duration), ("[HH]:mm:ss", .duration), ("[mm]:ss", .duration), ("[s]", .duration),
            ("\"day\"0", .number), ("\\d0", .number), ("_d0", .number), ("*d0", .number), ("[Red]0", .number),
            ("[Magenta]0;[Red]0", .number), ("[$EUR] 0", .number), ("[$USD-409]#,##0", .number),
            ("\"unclosed d", .number), ("[unclosed d", .number), ("0\\", .number), ("yyyy;;", .date),
        ] as [(String, NumberFormat.Kind)])
    func kinds(code: String, expected: NumberFormat.Kind) {
        #expect(NumberFormat(code).onlyKind == expected)
    }

    @Test("sections apply by sign")
    func signs() {
        let format = NumberFormat("d/m/yy;[Red]\"none\";0%")
        #expect(format.onlyKind == nil)
        #expect(format.kind(of: 5) == .date)
        #expect(format.kind(of: -5) == .number)
        #expect(format.kind(of: 0) == .percent)
        #expect(NumberFormat("d/m/yy;0").kind(of: 0) == .date)
    }

    @Test(
        "sections apply by condition",
        arguments: [
            ("[<1]h:mm;0", 0.5, .time), ("[<1]h:mm;0", 1.0, .number), ("[<=1]h:mm;0", 1.0, .time),
            ("[>10]0%;[=5]h:mm;yyyy", 11.0, .percent), ("[>10]0%;[=5]h:mm;yyyy", 5.0, .time),
            ("[>10]0%;[=5]h:mm;yyyy", 7.0, .date), ("[<>0]d/m;0%", 0.0, .percent), ("[>=2]d/m;[Red]0%", 2.0, .date),
        ] as [(String, Double, NumberFormat.Kind)])
    func conditions(code: String, value: Double, expected: NumberFormat.Kind) {
        #expect(NumberFormat(code).kind(of: value) == expected)
    }

    @Test("built-in numbers")
    func builtIn() {
        #expect(NumberFormat.builtIn(14) == .date)
        #expect(NumberFormat.builtIn(22) == .dateTime)
        #expect(NumberFormat.builtIn(46) == .duration)
        #expect(NumberFormat.builtIn(9) == .percent)
        #expect(NumberFormat.builtIn(49) == .number)
        #expect(NumberFormat.builtIn(57) == .date)
        #expect(NumberFormat.builtIn(-1) == .number)
    }
}
