import Glibc
import Workbook

/// Sheets and cells, one JSON object to a line.
struct JSONLines {
    private var pending = ""

    mutating func flush() {
        Output.write(pending, to: STDOUT_FILENO)
        pending = ""
    }

    mutating func write(_ table: SheetTable) {
        put("{\"sheet\":\(quoted(table.name)),\"hidden\":\(table.isHidden)}")
        for row in table.rows {
            for cell in row.cells {
                let reference = CellReference(row: row.number, column: cell.column)
                var line = "{\"cell\":\"\(reference)\",\(value(cell.value))"
                if row.isHidden { line += ",\"hiddenRow\":true" }
                if cell.traits.contains(.percent) { line += ",\"percent\":true" }
                if cell.traits.contains(.formula) { line += ",\"formula\":true" }
                if cell.traits.contains(.uncalculated) { line += ",\"uncalculated\":true" }
                if cell.traits.contains(.merged) { line += ",\"merged\":true" }
                put(line + "}")
            }
        }
    }

    private mutating func put(_ line: String) {
        pending += line + "\n"
        if pending.utf8.count > 65_536 { flush() }
    }

    private func value(_ value: CellValue) -> String {
        switch value {
        case .empty: "\"kind\":\"empty\""
        case .text(let text): "\"kind\":\"text\",\"value\":\(quoted(text))"
        case .number(let number, let digits): "\"kind\":\"number\",\"value\":\(number),\"digits\":\(quoted(digits))"
        case .boolean(let flag): "\"kind\":\"boolean\",\"value\":\(flag)"
        case .error(let text): "\"kind\":\"error\",\"value\":\(quoted(text))"
        case .date(let date):
            "\"kind\":\"date\",\"form\":\"\(date.form)\",\"days\":\(date.days),\"microseconds\":\(date.microseconds)"
        }
    }

    private func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Plain writes: glibc's `stdout` and `stderr` are variables that Swift 6 does not let us touch.
enum Output {
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var sent = 0
            while sent < bytes.count {
                let count = Glibc.write(descriptor, bytes.baseAddress! + sent, bytes.count - sent)
                guard count > 0 else { return }
                sent += count
            }
        }
    }
}
