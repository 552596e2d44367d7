import Glibc
import Ports
import Records
import Settings
import Workbook

/// `ingest report`: one page from the records of a project's runs.
struct ReportVerb {
    let arguments: ParsedArguments
    let program: Program

    private static let graceMinutes = 15

    struct Written {
        var page: ReportPage
        var path: String
        var project: ProjectSettings
    }

    /// Writes the page, and says where.
    func run() throws -> Written {
        let project = try WorkbookProject(nil, arguments, program: program)
        guard let loaded = project.project else { throw UsageFault.noProject }
        let settings = loaded.settings
        let records = try ProjectRecords(settings)
        let now = SystemWallClock().unixMicroseconds
        var notes: [String] = []
        let (digest, damaged) = try AuditDigest.read(records.history, zone: records.zone)
        if !damaged.isEmpty {
            notes.append(
                "Lines of the audit trail that are cut or edited: \(damaged.prefix(5).joined(separator: ", "))"
                    + (damaged.count > 5 ? ", …" : ""))
        }
        var jobs: [ReportPage.Job]
        do {
            jobs = try self.jobs(
                project.check(try ConfigurationFiles.read(path: project.workbook)), digest, records, now)
        } catch let error as any Fault {
            notes.append(error.message + " The jobs are those of the audit trail.")
            jobs = []
        }
        let known = Set(jobs.map(\.id))
        jobs += digest.jobs.filter { !known.contains($0.id) }.sorted { $0.id < $1.id }
            .map { ReportPage.Job(id: $0.id, name: $0.name, record: $0) }
        let watermarks = Dictionary(
            try records.watermarks.read().map { ($0.job, $0) }, uniquingKeysWith: { first, _ in first })
        for index in jobs.indices { jobs[index].watermark = watermarks[jobs[index].id] }
        let file = QualityFile(metadata: records.metadata, zone: records.zone)
        var quality: [(job: String, entries: [QualityFile.Entry])] = []
        for job in jobs where job.isEnabled != false {
            // A file that cannot be read is no reason to show nothing of the others.
            let entries = (try? file.read(job.id, limit: ReportPage.qualityDepth)) ?? []
            if !entries.isEmpty { quality.append((job.id, entries)) }
        }
        let page = ReportPage(
            project: project.folder.name, jobs: jobs, digest: digest, qualityResults: quality, notes: notes,
            zone: records.zone, now: now, version: Version.number, redact: { program.console.redacted($0) })
        let path = arguments.value("output") ?? records.metadata + "/report.html"
        try ReportFile.write(Array(page.html.utf8), to: path)
        return Written(page: page, path: path, project: loaded)
    }

    private func jobs(
        _ workbook: CheckedWorkbook, _ digest: AuditDigest, _ records: ProjectRecords, _ now: Int
    ) throws -> [ReportPage.Job] {
        let byID = Dictionary(digest.jobs.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        let byName = Dictionary(
            digest.jobs.map { ($0.name.lowercased(), $0) }, uniquingKeysWith: { first, _ in first })
        let civil = records.zone.civil(now)
        var seen: Set<String> = []
        return workbook.jobs.filter { seen.insert($0.id).inserted }.map { row in
            let label = JobLabel(
                id: row.id, source: row.reads?.source ?? "", table: row.reads?.object.table ?? row.id)
            var record = byID[row.id]
            // Lines of the earlier framework have names only.
            if record == nil, let named = byName[label.name.lowercased()], named.id == named.name { record = named }
            var job = ReportPage.Job(id: row.id, name: label.name, isEnabled: row.isEnabled, record: record)
            job.loadType = row.job?.loadType
            if let schedule = row.job?.run.schedule, let due = schedule.latest(atOrBefore: civil) {
                job.schedule = schedule.shown
                job.lastDue = due
                // A run that is due just now is not late.
                let past = records.zone.civil(now - Self.graceMinutes * 60_000_000)
                if let good = record?.lastOwnGood, let due = schedule.latest(atOrBefore: past) {
                    let began = records.zone.civil(good.moment - Int(good.seconds * 1e6))
                    if began.days * 1440 + began.hour * 60 + began.minute < due { job.overdueSince = good.moment }
                }
            }
            return job
        }
    }

    /// In the user's browser, which may be what `xdg-open` turns into: it is waited for as long as a failure takes, not until
    /// somebody closes the window.
    static func open(_ path: String) -> Bool {
        var child = pid_t()
        var words: [UnsafeMutablePointer<CChar>?] = [strdup("xdg-open"), strdup(path), nil]
        defer { for word in words { free(word) } }
        var attributes = posix_spawnattr_t()
        var files = posix_spawn_file_actions_t()
        guard posix_spawnattr_init(&attributes) == 0, posix_spawn_file_actions_init(&files) == 0 else { return false }
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&files)
        }
        // Whoever reads what this command says is not to wait for the browser either.
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&files, stream, "/dev/null", O_RDWR, 0)
        }
        // POSIX_SPAWN_SETSID: Ctrl-C and the end of this terminal are none of its business.
        posix_spawnattr_setflags(&attributes, 0x80)
        guard posix_spawnp(&child, "xdg-open", &files, &attributes, &words, environ) == 0 else { return false }
        let end = ContinuousClock.now + .seconds(2)
        while ContinuousClock.now < end {
            var status: Int32 = 0
            if waitpid(child, &status, WNOHANG) == child { return status == 0 }
            usleep(20_000)
        }
        return true
    }
}
