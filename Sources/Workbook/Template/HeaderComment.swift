/// What a header says when the pointer rests on it, and how large a box that takes.
struct HeaderComment {
    let text: String
    let width = 320

    init(_ column: TemplateColumn) {
        var lines = [column.group.rawValue.uppercased() + "  ·  " + column.name]
        if column.spec.isOutput { lines.append("Written by ingest. Read it, don't fill it in.") }
        switch column.spec.need {
        case .always: lines.append("Needed.")
        case .incremental: lines.append("Needed for INCREMENTAL.")
        case .optional: break
        }
        lines.append(column.spec.explanation)
        if let notice = column.notice { lines.append(notice) }
        if !column.spec.isOutput {
            switch column.entry {
            case .text, .found: break
            case .exactText where column.allowed == "text": break
            default: lines.append("Allowed: \(column.allowed).")
            }
        }
        if !column.spec.example.isEmpty, !column.spec.isOutput { lines.append("Example: \(column.spec.example)") }
        text = lines.joined(separator: "\n")
    }

    /// Calibri of 10 points has about 52 characters in 320 pixels and a line every 17.
    var height: Int {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            .reduce(0) { $0 + max(1, ($1.count + 51) / 52) }
        return lines * 17 + 12
    }
}
