import Workbook

/// What `ingest init --upgrade` says it has done.
struct UpgradeText {
    let workbook: String
    let report: WorkbookUpgrade.Report

    var text: String {
        var lines = [
            report.isEmpty
                ? "\(workbook) has every column, drop-down and sheet already; it was not touched."
                : "Upgraded \(workbook)"
        ]
        for (sheet, headers) in report.columns {
            lines.append(
                "  \(sheet): \(headers.count) new column\(headers.count == 1 ? "" : "s"): "
                    + headers.joined(separator: ", "))
        }
        for (sheet, headers) in report.dropDowns {
            lines.append("  \(sheet): drop-downs for " + headers.joined(separator: ", "))
        }
        if !report.refreshed.isEmpty {
            lines.append("  drop-downs brought up to date: " + report.refreshed.joined(separator: ", "))
        }
        if !report.sheets.isEmpty {
            let plural = report.sheets.count == 1 ? "" : "s"
            lines.append("  \(report.sheets.count) new sheet\(plural): " + report.sheets.joined(separator: ", "))
        }
        lines += report.notes.map { "  note: " + $0 }
        return lines.joined(separator: "\n") + "\n"
    }
}
