import Ports

/// What `ingest doctor` found, in the order of looking.
struct DoctorReport {
    enum Verdict: String { case ok, warn, fail = "FAIL" }

    struct Line {
        /// `source shop`, `destination`, `workbook`.
        var subject: String
        var verdict: Verdict
        var message: String
        var remedy: String?
    }

    private(set) var lines: [Line] = []

    mutating func add(_ subject: String, _ verdict: Verdict, _ message: String, remedy: String? = nil) {
        lines.append(Line(subject: subject, verdict: verdict, message: message, remedy: remedy))
    }

    /// What goes wrong with one thing says nothing of the others.
    mutating func check(_ subject: String, _ body: (inout DoctorReport) throws -> Void) {
        do { try body(&self) } catch {
            let fault = FaultReport(error).fault
            add(subject, .fail, fault.message, remedy: fault.remedy)
        }
    }

    mutating func add(_ other: DoctorReport) { lines += other.lines }

    func count(_ verdict: Verdict) -> Int { lines.count { $0.verdict == verdict } }

    var exitCode: Int32 { count(.fail) == 0 ? ExitCode.done : ExitCode.failed }

    func text(colours: Bool) -> String {
        let width = lines.map { PrintableText.width(PrintableText.escaped($0.subject)) }.max() ?? 0
        var text = ""
        for line in lines {
            let label = line.verdict.rawValue + String(repeating: " ", count: 4 - line.verdict.rawValue.count)
            let colour = line.verdict == .ok ? "32" : line.verdict == .warn ? "33" : "31"
            let subject = PrintableText.escaped(line.subject)
            text += colours ? "\u{1b}[\(colour)m\(label)\u{1b}[0m" : label
            text += "  " + subject + String(repeating: " ", count: width - PrintableText.width(subject) + 2)
            let indent = String(repeating: " ", count: width + 8)
            let parts = line.message.split(whereSeparator: \.isNewline).map { PrintableText.escaped(String($0)) }
            text += parts.joined(separator: "\n" + indent) + "\n"
            if let remedy = line.remedy, line.verdict != .ok {
                text +=
                    indent + PrintableText.escaped(remedy.split(whereSeparator: \.isNewline).joined(separator: " "))
                    + "\n"
            }
        }
        let (failed, warned) = (count(.fail), count(.warn))
        return text
            + (failed == 0 && warned == 0
                ? "Everything is in order.\n"
                : "\(failed) failed, \(NumberText.counted(warned, "warning")).\n")
    }

    var json: JSONText {
        .object([
            ("exit_code", .int(Int(exitCode))),
            (
                "checks",
                .array(
                    lines.map { line in
                        .object([
                            ("subject", .string(line.subject)), ("verdict", .string(line.verdict.rawValue)),
                            ("message", .string(line.message)), ("remedy", .optional(line.remedy)),
                        ])
                    })
            ),
        ])
    }
}
