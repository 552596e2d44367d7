import Ports
import Testing

@testable import Alerts

@Suite("Digests")
struct RunDigestTests {
    static let facts = RunFacts(runID: "r1", startedAt: 0, host: "h", process: 1, user: "u", version: "0")
    static let run = AlertRun(facts: facts, project: "p", endedAt: 5, seconds: 1, exitCode: 1, zone: .utc)

    static func job(
        _ id: String, _ status: JobStatus, source: String = "s", kind: FaultKind? = nil, notify: [String] = [],
        _ change: (inout JobOutcome) -> Void = { _ in }
    ) -> AlertJob {
        var outcome = JobOutcome(
            job: JobLabel(id: id, source: source, table: "t_" + id), runID: "r1", attempt: 1, status: status,
            failure: status == .success ? nil : .init("broken \(id)", remedy: "mend it", kind: kind), startedAt: 0,
            endedAt: 5,
            seconds: 1)
        change(&outcome)
        return AlertJob(outcome, cell: "SourceConfig!A2", notify: notify, retry: "ingest run \(id)")
    }

    private func digest(
        _ items: [(job: AlertJob, standing: AlertLedger.Standing?)], _ topics: Set<AlertTopic> = [.failure, .recovery],
        isRepeatDue: Bool = true
    ) -> RunDigest { RunDigest(Self.run, items, topics: topics) { _ in isRepeatDue } }

    private static let streak = AlertLedger.Streak(count: 3, since: 0, lastAt: 4, toldAt: 0)

    @Test("what is worth telling, and when")
    func worth() {
        #expect(!digest([]).isDue)
        #expect(!digest([(Self.job("a", .success), .good)]).isDue)
        #expect(digest([(Self.job("a", .failed), .failedFirst)], isRepeatDue: false).isDue)
        let again = (Self.job("a", .failed), AlertLedger.Standing.failedAgain(Self.streak))
        #expect(digest([again]).isDue && !digest([again], isRepeatDue: false).isDue)
        #expect(digest([(Self.job("a", .success), .recovered(Self.streak))]).isDue)
        #expect(!digest([(Self.job("a", .success), .recovered(Self.streak))], [.failure]).isDue)
        #expect(!digest([(Self.job("a", .failed), .failedFirst)], [.recovery]).isDue)
        let drifted = (Self.job("a", .success) { $0.schemaChanges = ["x"] }, AlertLedger.Standing.good)
        #expect(!digest([drifted]).isDue && digest([drifted], [.drift]).isDue)
        let warned = (Self.job("a", .success) { $0.warnings = ["x"] }, AlertLedger.Standing.good)
        #expect(!digest([warned]).isDue && digest([warned], [.warning]).isDue)
        #expect(digest([(Self.job("a", .success), .good)], [.summary]).isDue && !digest([], [.summary]).isDue)
    }

    @Test("people of single jobs are told when it is time for these, whatever else there is")
    func parts() throws {
        let items = [
            (Self.job("old", .failed), AlertLedger.Standing.failedAgain(Self.streak)),
            (Self.job("new", .failed), .failedFirst),
        ]
        let digest = digest(items, isRepeatDue: false)
        #expect(digest.isDue && digest.failures.map(\.isDue) == [true, false])
        #expect(digest.only { $0.outcome.job.id == "old" } == nil)
        let part = try #require(digest.only { $0.outcome.job.id == "new" })
        #expect(part.failures.count == 1)
        #expect(self.digest(items).only { $0.outcome.job.id == "old" } != nil)
    }

    @Test("in a few words")
    func headlines() {
        let failed = (Self.job("a", .failed), AlertLedger.Standing.failedFirst)
        let again = (Self.job("b", .failed), AlertLedger.Standing.failedAgain(Self.streak))
        let well = (Self.job("c", .success), AlertLedger.Standing.recovered(Self.streak))
        #expect(digest([failed, failed]).headline == "2 jobs failed")
        #expect(digest([failed, again, well]).headline == "1 job failed, 1 still failing, 1 recovered")
        #expect(digest([again, again]).headline == "2 jobs still failing")
        #expect(digest([well]).headline == "1 job recovered")
    }

    @Test("causes are told from facts")
    func causes() {
        func cause(_ jobs: [AlertJob], _ standing: AlertLedger.Standing = .failedFirst) -> String {
            LikelyCause(jobs.map(\.outcome)).text(of: jobs[0].outcome, standing) ?? ""
        }
        let down = [Self.job("a", .failed, kind: .transient), Self.job("b", .failed, kind: .transient)]
        #expect(cause(down).contains("All 2 jobs of the source s failed"))
        #expect(cause(down + [Self.job("c", .success)]).contains("Other jobs of the source s succeeded"))
        // Two typing mistakes are no outage.
        let wrong = [Self.job("a", .failed, kind: .configuration), Self.job("b", .failed, kind: .configuration)]
        #expect(cause(wrong).contains("All 2 jobs of the source s failed for something that is not there"))
        #expect(
            cause([wrong[0], down[1]]).contains("renamed") && cause([down[0], wrong[1]]).contains("may pass by itself"))
        #expect(cause([Self.job("a", .failed, kind: .configuration), Self.job("b", .success)]).contains("renamed"))
        #expect(cause([Self.job("a", .failed, kind: .configuration)], .failedAgain(Self.streak)).contains("until"))
        #expect(cause([Self.job("a", .failed, kind: .permanent)]).contains("does not fit"))
        #expect(cause([Self.job("a", .invalid)]).contains("row of the workbook"))
        #expect(cause([Self.job("a", .failed)]).isEmpty)
    }

    @Test("who gets which mail")
    func people() {
        let items = [
            (
                Self.job("a", .failed, notify: ["x@y.test", "Z@y.test", "nobody", "é@y.test"]),
                AlertLedger.Standing.failedFirst
            ),
            (Self.job("b", .failed, notify: ["z@y.test", "team@y.test"]), .failedFirst),
            (Self.job("c", .success, notify: ["quiet@y.test"]), .good),
        ]
        let from = MailAddress("i@y.test")!
        func recipients(_ to: [String]) -> [[String]] {
            DigestMail(digest(items), from: from, to: to.map { MailAddress($0)! }).messages().map {
                $0.to.map(\.address)
            }
        }
        #expect(recipients(["team@y.test"]) == [["team@y.test"], ["Z@y.test"], ["x@y.test"]])
        #expect(recipients([]) == [["Z@y.test"], ["team@y.test"], ["x@y.test"]])
        let mails = DigestMail(digest(items), from: from, to: []).messages()
        #expect(mails.map { $0.text.contains("broken a") } == [true, false, true])
        #expect(mails.map { $0.html.contains("broken b") } == [true, true, false])
        #expect(Set(mails.map(\.id)).count == 3)
    }

    @Test("a digest of 500 failures is built at once, and holds them all")
    func many() {
        let items = (0..<500).map { index in
            (
                Self.job("order_größe_\(index)", .failed, kind: .transient, notify: ["p\(index % 20)@y.test"]) {
                    $0.failure?.message = String(repeating: "The server said <no> & no. ", count: 12)
                }, AlertLedger.Standing.failedFirst
            )
        }
        let clock = SystemClock()
        let began = clock.seconds
        let digest = digest(items)
        let mails = DigestMail(digest, from: MailAddress("i@y.test")!, to: [MailAddress("t@y.test")!]).messages()
        let bytes = mails[0].bytes
        let seconds = clock.seconds - began
        #expect(mails.count == 21 && mails[1].html.contains("order_größe_0") && bytes.count < 500_000)
        for item in items {
            #expect(mails[0].html.contains(item.0.outcome.job.id) && mails[0].text.contains(item.0.outcome.job.id))
        }
        // Of a debug build on a busy machine; the figure that counts is measured in a release build (docs/alerts.md).
        #expect(seconds < 3, "\(seconds) s")
    }

    @Test("the daily summary: what needs a person first, each job once")
    func summary() {
        let jobs = [
            SummaryMail.Job(
                id: "well", name: "s.well", state: .well, word: "SUCCESS", lastRunAt: 60_000_000, rows: 1234,
                seconds: 61,
                watermark: "2026-11-21"),
            SummaryMail.Job(id: "off", name: "s.off", state: .off, word: "off"),
            SummaryMail.Job(id: "new", name: "s.new", state: .never, word: "never run"),
            SummaryMail.Job(id: "slow", name: "s.slow", state: .late, word: "late"),
            SummaryMail.Job(id: "bad", name: "s.bad", state: .failing, word: "FAILED", message: "no <table>\nat all"),
        ]
        func mail(_ jobs: [SummaryMail.Job]) -> MailMessage {
            SummaryMail(project: "p", host: "h", version: "0", jobs: jobs, now: 0, zone: .utc)
                .message(from: MailAddress("i@y.test")!, to: [MailAddress("t@y.test")!])
        }
        let all = mail(jobs)
        #expect(all.subject == "[ingest] p: 1 of 4 jobs failing, 1 late, 1 never loaded on 1970-01-01")
        let lines = all.text.split(separator: "\n").dropFirst(2)
        #expect(lines.map { $0.prefix { $0 != ":" } } == ["bad", "slow", "new", "well", "off"])
        #expect(
            lines.last == "off: off"
                && all.text.contains("well: SUCCESS, 1970-01-01 00:01, 1,234 rows, up to 2026-11-21"))
        #expect(
            all.html.contains("no &lt;table&gt; at all") && all.html.contains("1,234") && all.html.contains("1 min 1 s")
        )
        #expect(mail([jobs[0], jobs[1]]).subject == "[ingest] p: all 1 job well on 1970-01-01")
        #expect(mail([jobs[0], jobs[3]]).subject == "[ingest] p: 1 of 2 jobs late on 1970-01-01")
    }

    @Test("PagerDuty: an incident per job, resolved by its recovery, and one for too many")
    func pagerDuty() {
        var open = Self.streak
        open.hasIncident = true
        func words(_ events: [JSONValue]) -> [String] {
            events.map { ($0["event_action"]?.string ?? "") + " " + ($0["dedup_key"]?.string ?? "") }
        }
        let first = (0..<60).map { (Self.job("j\($0)", .failed), AlertLedger.Standing.failedFirst) }
        let events = WebhookKind.pagerduty.bodies(digest(first + [(Self.job("well", .success), .recovered(open))]))
        #expect(
            words(events) == (0..<50).map { "trigger ingest/p/j\($0)" } + [
                "trigger ingest-more/p", "resolve ingest/p/well",
            ])
        #expect(events[50]["payload"]?["summary"]?.string == "p: 10 more jobs failed")
        #expect(events[51] == .members(["event_action": .string("resolve"), "dedup_key": .string("ingest/p/well")]))
        #expect(WebhookKind.pagerduty.incidents(digest(first)) == (0..<50).map { "j\($0)" })
        #expect(WebhookKind.slack.incidents(digest(first)).isEmpty)
        // Those that have one keep it, whoever else fails now: there are never more of them.
        let again = (0..<60).map {
            (Self.job("j\($0)", .failed), AlertLedger.Standing.failedAgain($0 < 50 ? open : Self.streak))
        }
        let newer = (0..<9).map { (Self.job("n\($0)", .failed), AlertLedger.Standing.failedFirst) }
        #expect(WebhookKind.pagerduty.incidents(digest(again + newer)) == (0..<50).map { "j\($0)" })
        // A recovery of many resolves what there is, and nothing else.
        let recovered = (0..<600).map { index in
            (Self.job("j\(index)", .success), AlertLedger.Standing.recovered(index < 50 ? open : Self.streak))
        }
        #expect(
            words(WebhookKind.pagerduty.bodies(digest(recovered)))
                == ["resolve ingest-more/p"] + (0..<50).map { "resolve ingest/p/j\($0)" })
        #expect(PagerDutyEvents.key(String(repeating: "x", count: 300), "j").count <= 255)
        // A job may have any name, and a test resolves nothing of it.
        #expect(
            !words(WebhookKind.pagerduty.testBodies(project: "p", host: "h", now: 0)).contains {
                $0.contains("ingest/p/")
            })
    }

    @Test("posts stay within what the other side takes", arguments: [1, 60, 500])
    func limits(count: Int) {
        let items = (0..<count).map { index in
            (
                Self.job("j\(index)", .failed) { $0.failure?.message = String(repeating: "<ö> ", count: 2000) },
                AlertLedger.Standing.failedFirst
            )
        }
        let digest = digest(items)
        let slack = WebhookKind.slack.bodies(digest)[0]
        let blocks = slack["blocks"]?.array ?? []
        #expect((3...50).contains(blocks.count))
        for block in blocks { #expect((block["text"]?["text"]?.string?.count ?? 0) <= 3000) }
        #expect(blocks.reduce(0) { $0 + ($1["text"]?["text"]?.string?.utf8.count ?? 0) } < 13_000)
        #expect(WebhookKind.teams.bodies(digest)[0].bytes.count < 28_000)
        #expect(WebhookKind.json.bodies(digest)[0]["jobs"]?.array?.count == count)
    }

    @Test("what waits on the disk comes back as it was")
    func parcels() throws {
        let mail = DigestMail(
            digest([(Self.job("ö", .failed), .failedFirst)]), from: MailAddress("i@y.test")!,
            to: [MailAddress("t@y.test")!]
        ).messages()[0]
        for parcel in [AlertParcel(mail), .webhook(name: "x", body: .members(["a": .int(1)]))] {
            #expect(AlertParcel(try JSONValue(parsing: parcel.json.bytes)) == parcel)
        }
        for text in ["{}", #"{"kind":"fax"}"#, #"{"kind":"mail","from":"a","to":[],"message":"x"}"#] {
            #expect(AlertParcel(try JSONValue(parsing: Array(text.utf8))) == nil)
        }
    }
}
