import Ports

/// Who gets which mail of a digest: those of the settings everything, in one mail; those of a row only what is about their
/// jobs, people with the same jobs in one mail.
package struct DigestMail {
    let digest: RunDigest
    let from: MailAddress
    let to: [MailAddress]

    package init(_ digest: RunDigest, from: MailAddress, to: [MailAddress]) {
        self.digest = digest
        self.from = from
        self.to = to
    }

    package func messages() -> [MailMessage] {
        var messages: [MailMessage] = []
        if !to.isEmpty { messages.append(message(digest, to)) }
        let everything = Set(to.map { $0.address.lowercased() })
        var jobsOf: [String: (address: MailAddress, jobs: Set<String>)] = [:]
        for item in digest.everyItem {
            for text in item.job.notify {
                guard let address = MailAddress(text), address.isASCII,
                    !everything.contains(address.address.lowercased())
                else { continue }
                jobsOf[address.address.lowercased(), default: (address, [])].jobs.insert(item.job.outcome.job.id)
            }
        }
        let groups = Dictionary(grouping: jobsOf.values, by: \.jobs)
        let ordered = groups.map { (jobs: $0.key, people: $0.value.map(\.address).sorted { $0.address < $1.address }) }
            .sorted { $0.people[0].address < $1.people[0].address }
        for group in ordered {
            guard let part = digest.only({ group.jobs.contains($0.outcome.job.id) }) else { continue }
            messages.append(message(part, group.people))
        }
        return messages
    }

    private func message(_ digest: RunDigest, _ people: [MailAddress]) -> MailMessage {
        MailMessage(
            from: from, to: people, title: DigestHTML.title(digest), text: DigestText(digest: digest).text(),
            html: DigestHTML(digest: digest).text(), date: digest.run.endedAt, zone: digest.run.zone,
            occasion: digest.run.facts.runID)
    }
}
