import Workbook

/// What `ingest init --upgrade` says it has done.
struct UpgradeText {
    let workbook: String
    let report: WorkbookUpgrade.Report

    var text: String {
        var lines = [
            report.isEmpty
                ? "\(workbook) has every column and drop-down already; it was not touched." : "Upgraded \(workbook)"
        ]
        for (sheet, headers) in report.columns {
            lines.append(
                "  \(sheet): \(headers.count) new column\(headers.count == 1 ? "" : "s"): "
                    + headers.joined(separator: ", "))
        }
        for (sheet, headers) in report.dropDowns {
            lines.append("  \(sheet): drop-downs for " + headers.joined(separator: ", "))
        }
        lines += report.notes.map { "  note: " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }
}
