import Ports

/// The mail of a test: it looks like those that will come.
package enum AlertTestMessage {
    package static func message(
        project: String, host: String, version: String, from: MailAddress, to: [MailAddress], now: Int
    ) -> MailMessage {
        let name = project.split(separator: "/").last.map(String.init) ?? project
        let title = "\(name): a test"
        var page = HTMLPage(title: title, preview: "Alerts arrive here.")
        page.card("Alerts of the project " + HTMLPage.code(project) + " arrive here.", .good)
        let place = from.address.split(separator: "@").last.map(String.init) ?? "localhost"
        let seed = SHA256.hex(Array((project + to.map(\.address).joined()).utf8)).prefix(12)
        return MailMessage(
            from: from, to: to, subject: Figures.cut("[ingest] " + title, 200),
            text: "\(title)\n\nAlerts of the project \(project) on \(host) arrive here.\n",
            html: page.text(
                .good, subtitle: HTMLPage.escaped("on \(host)"), footer: HTMLPage.escaped("ingest \(version)")),
            date: now, zone: .utc, id: "test.\(now).\(seed)@\(place)")
    }
}
