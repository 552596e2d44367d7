import Ports

/// The mail of a test: it looks like those that will come.
package enum AlertTestMessage {
    /// - Parameters:
    ///   - project: its name.
    ///   - folder: where it is.
    package static func message(
        project: String, folder: String, host: String, version: String, from: MailAddress, to: [MailAddress], now: Int
    ) -> MailMessage {
        let title = "\(project): a test"
        var page = HTMLPage(title: title, preview: "Alerts arrive here.")
        page.card("Alerts of the project " + HTMLPage.code(folder) + " arrive here.", .good)
        return MailMessage(
            from: from, to: to, title: title,
            text: "\(title)\n\nAlerts of the project \(folder) on \(host) arrive here.\n",
            html: page.text(
                .good, subtitle: HTMLPage.escaped("on \(host)"), footer: HTMLPage.escaped("ingest \(version)")),
            date: now, zone: .utc, occasion: "test.\(now)")
    }
}
