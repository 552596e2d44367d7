import Ports

/// The frame of a mail's HTML, and the few things that its contents are made of. Everything stands in the mail itself; colours
/// are written into each element, as many mail programs drop style sheets, and a style sheet adds the dark colours and the
/// narrow layout for those that do not.
struct HTMLPage {
    private(set) var body = ""
    let title: String
    /// What lists of mails show beside the subject.
    let preview: String

    init(title: String, preview: String) {
        self.title = title
        self.preview = preview
    }

    enum Tone: String {
        case bad, warn, good, plain

        fileprivate var ink: String {
            switch self {
            case .bad: "#b42318"
            case .warn: "#8a5300"
            case .good: "#17713a"
            case .plain: "#475467"
            }
        }

        fileprivate var paper: String {
            switch self {
            case .bad: "#fdeceb"
            case .warn: "#fdf3e1"
            case .good: "#e6f4ea"
            case .plain: "#eef0f4"
            }
        }
    }

    mutating func add(_ html: String) { body += html + "\n" }

    mutating func heading(_ text: String, _ tone: Tone) {
        add(
            #"<tr><td style="padding:22px 24px 2px;font-size:16px;font-weight:600;color:"# + tone.ink + #"" class=""#
                + tone.rawValue + "-ink\">" + Self.escaped(text) + "</td></tr>")
    }

    /// A block of its own, with a mark in the colour of its tone.
    mutating func card(_ html: String, _ tone: Tone) {
        add(
            #"<tr><td style="padding:8px 24px"><table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="card" style="border:1px solid #dfe3ea;border-left:4px solid "#
                + tone.ink + #";border-radius:6px"><tr><td style="padding:12px 16px;font-size:14px;line-height:1.5">"#
                + html
                + "</td></tr></table></td></tr>")
    }

    mutating func paragraph(_ html: String) {
        add(
            #"<tr><td class="muted" style="padding:6px 24px;font-size:14px;line-height:1.5;color:#475467">"# + html
                + "</td></tr>")
    }

    /// A table with a row of heads; cells are HTML.
    mutating func table(_ heads: [String], _ rows: [[String]], numbers: Set<Int> = []) {
        func align(_ index: Int) -> String { numbers.contains(index) ? "right" : "left" }
        var html =
            #"<tr><td style="padding:8px 24px"><table width="100%" cellpadding="0" cellspacing="0" border="0" style="border-collapse:collapse;font-size:13px;line-height:1.4"><tr>"#
        for (index, head) in heads.enumerated() {
            html +=
                #"<th class="muted line" align=""# + align(index)
                + #"" style="padding:6px 8px;border-bottom:2px solid #dfe3ea;color:#475467;font-weight:600">"#
                + Self.escaped(head) + "</th>"
        }
        html += "</tr>"
        for row in rows {
            html += "\n<tr>"
            for (index, cell) in row.enumerated() {
                html +=
                    #"<td class="line" valign="top" align=""# + align(index)
                    + #"" style="padding:6px 8px;border-bottom:1px solid #e8ebf0;overflow-wrap:anywhere">"# + cell
                    + "</td>"
            }
            html += "</tr>"
        }
        add(html + "</table></td></tr>")
    }

    static func badge(_ text: String, _ tone: Tone) -> String {
        #"<span class=""# + tone.rawValue
            + #"" style="display:inline-block;padding:1px 8px;border-radius:9px;font-size:12px;font-weight:600;white-space:nowrap;color:"#
            + tone.ink + ";background:" + tone.paper + #"">"# + escaped(text) + "</span>"
    }

    static func code(_ text: String) -> String {
        #"<code class="code" style="font-family:ui-monospace,Consolas,Menlo,monospace;font-size:13px;padding:2px 6px;border-radius:4px;background:#eef0f4;overflow-wrap:anywhere">"#
            + escaped(text) + "</code>"
    }

    static func muted(_ html: String) -> String { #"<span class="muted" style="color:#5d6778">"# + html + "</span>" }

    static func escaped(_ text: String) -> String { HTMLText.escaped(text) }

    /// Line breaks stay.
    static func escapedLines(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { HTMLText.escaped(String($0)) }
            .joined(separator: "<br>")
    }

    /// - Parameter strip: the colour above everything: what is to be known at a glance.
    func text(_ strip: Tone, subtitle: String, footer: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width,initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="supported-color-schemes" content="light dark">
        <title>\(Self.escaped(title))</title>
        <style>
        \(Self.style)
        </style>
        </head>
        <body class="page" style="margin:0;padding:0;background:#f2f4f7;color:#1d2939">
        <div style="display:none;max-height:0;overflow:hidden">\(Self.escaped(preview))</div>
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="page" style="background:#f2f4f7">
        <tr><td align="center" class="outer" style="padding:24px 12px">
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" class="sheet" style="max-width:680px;background:#ffffff;color:#1d2939;border:1px solid #dfe3ea;border-top:5px solid \(strip.ink);border-radius:8px;font-family:'Segoe UI',Roboto,Helvetica,Arial,sans-serif;text-align:left">
        <tr><td style="padding:20px 24px 4px;font-size:20px;font-weight:600;line-height:1.3">\(Self.escaped(title))</td></tr>
        <tr><td class="muted" style="padding:0 24px 8px;font-size:13px;line-height:1.5;color:#5d6778">\(subtitle)</td></tr>
        \(body)<tr><td class="muted line" style="padding:16px 24px 18px;font-size:12px;line-height:1.5;color:#5d6778">\(footer)</td></tr>
        </table>
        </td></tr>
        </table>
        </body>
        </html>

        """
    }

    private static let style = """
        @media (prefers-color-scheme: dark) {
        .page { background: #11151c !important; color: #e4e8ef !important; }
        .sheet { background: #1a202b !important; color: #e4e8ef !important; }
        .sheet, .card { border-right-color: #323b4b !important; border-bottom-color: #323b4b !important; }
        .sheet { border-left-color: #323b4b !important; }
        .card { border-top-color: #323b4b !important; }
        .line { border-color: #323b4b !important; }
        .muted { color: #a3adbd !important; }
        .code { background: #0f141c !important; color: #e4e8ef !important; }
        .bad { background: #4a1d1a !important; color: #ffb4ab !important; }
        .warn { background: #44300f !important; color: #f5c97a !important; }
        .good { background: #163a24 !important; color: #8fdcaa !important; }
        .plain { background: #2a3240 !important; color: #c9d1de !important; }
        .bad-ink { color: #ff9d92 !important; }
        .warn-ink { color: #f5c97a !important; }
        .good-ink { color: #8fdcaa !important; }
        .plain-ink { color: #c9d1de !important; }
        }
        @media (max-width: 480px) {
        .outer { padding: 0 !important; }
        .sheet { border-radius: 0 !important; border-left: 0 !important; border-right: 0 !important; }
        }
        """
}
