import Glibc
import ODBCSource
import Ports
import Settings
import Workbook

/// `ingest doctor`: tries everything that a run needs, the real thing wherever that leaves nothing behind.
struct Doctor {
    let arguments: ParsedArguments
    let program: Program

    func run() throws -> DoctorReport {
        let project = try WorkbookProject(nil, arguments, program: program)
        guard let settings = project.project else { throw UsageFault.noProject }
        var report = DoctorReport()
        checkSettings(settings, &report)
        let checked = checkWorkbook(project, &report)
        checkZone(settings.settings, &report)
        for folder in ["metadata", "logs"] { checkFolder(folder, settings.settings, &report) }
        let types = Dictionary(
            checked.compactMap(\.job).compactMap { job in job.source.type.map { (job.source.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        checkDrivers(settings.settings, types, &report)
        for source in settings.settings.sources {
            if program.stop.isRaised { break }
            report.check("source \(source.name)") { report in
                let opened = try NamedSources(project: settings, program: program)
                    .open(source.name, type: types[source.name])
                try SourceExamination(
                    name: source.name, type: source.type ?? types[source.name], source: opened, stop: program.stop
                ).run(&report)
            }
        }
        // Where jobs write: containers and folders of rows are below these.
        for destination in settings.settings.destinations {
            let subject = destination.name.map { "destination \($0)" } ?? "destination"
            report.check(subject) { report in
                let place = try LakeDestination(
                    JobTarget(destination: destination.name, table: ""), project: settings)
                try DestinationExamination(subject: subject, path: place.path).run(&report)
            }
        }
        return report
    }

    // MARK: - What people wrote

    private func checkSettings(_ project: ProjectSettings, _ report: inout DoctorReport) {
        let findings = project.findings + project.settings.secretFindings(project.secrets)
        for finding in findings where finding.severity > .note {
            report.add(
                "settings", finding.severity == .error ? .fail : .warn, "\(finding.place): \(finding.message)",
                remedy: finding.severity == .error ? "`ingest config show` prints what is in force." : nil)
        }
        guard !findings.contains(where: { $0.severity == .error }) else { return }
        report.add(
            "settings", .ok,
            "\(project.settings.project.path): \(NumberText.counted(project.settings.sources.count, "source")), "
                + NumberText.counted(project.settings.destinations.count, "destination"))
    }

    private func checkWorkbook(_ project: WorkbookProject, _ report: inout DoctorReport) -> [CheckedJob] {
        var jobs: [CheckedJob] = []
        report.check("workbook") { report in
            let checked = project.check(try ConfigurationFiles.read(path: project.workbook))
            jobs = checked.jobs
            let (errors, warnings) = (checked.count(.error), checked.count(.warning))
            let enabled = checked.jobs.count { $0.isEnabled }
            let what =
                "\(project.workbook): \(NumberText.counted(enabled, "enabled job")) of "
                + NumberText.grouped(checked.jobs.count)
            guard errors + warnings > 0 else { return report.add("workbook", .ok, what) }
            let first = checked.findings.first { $0.severity == (errors > 0 ? .error : .warning) }
            report.add(
                "workbook", errors > 0 ? .fail : .warn,
                "\(what); \(NumberText.counted(errors, "error")), \(NumberText.counted(warnings, "warning"))"
                    + (first.map { ", such as \($0.place): \($0.message)" } ?? ""),
                remedy: "`ingest validate` names every cell; `ingest validate --connect` compares with the sources.")
        }
        return jobs
    }

    // MARK: - This machine

    private func checkZone(_ settings: EffectiveSettings, _ report: inout DoctorReport) {
        let name = settings["run", "timezone"]?.shown ?? "UTC"
        report.check("time zone") { report in
            let zone = try ZoneRules.load(name)
            let now = SystemWallClock().unixMicroseconds
            let civil = zone.civil(now)
            report.add("time zone", .ok, "\(name): now \(civil.date) \(civil.time)\(civil.offset)")
        }
        guard (try? ZoneRules.load("Europe/Berlin")) == nil else { return }
        report.add(
            "time zone", .warn, "This machine has no time zone database: watermark_timezone cannot be used",
            remedy: "Install Debian's package tzdata.")
    }

    private func checkFolder(_ key: String, _ settings: EffectiveSettings, _ report: inout DoctorReport) {
        let path = settings.project.path(of: settings["run", key]?.shown ?? key)
        var status = stat()
        guard stat(path, &status) == 0 else {
            // A run makes it, where the folder above lets it.
            let above = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            return access(above, W_OK | X_OK) == 0
                ? report.add(key, .ok, "\(path): made by the first run")
                : report.add(
                    key, .fail, "'\(path)' does not exist and cannot be made: \(String(cString: strerror(errno)))",
                    remedy: "Make the folder, or set run.\(key) to another.")
        }
        guard status.st_mode & S_IFMT == S_IFDIR else {
            return report.add(key, .fail, "'\(path)' is no folder", remedy: "Move it away, or set run.\(key).")
        }
        var name = Array((path + "/.ingest-doctor-XXXXXX").utf8CString)
        let raw = mkstemp(&name)
        guard raw >= 0 else {
            return report.add(
                key, .fail, "'\(path)' cannot be written: \(String(cString: strerror(errno)))",
                remedy: "Let the user \(HostFacts.user) write there, or set run.\(key) to another folder.")
        }
        close(raw)
        unlink(name)
        report.add(key, .ok, path)
    }

    private func checkDrivers(
        _ settings: EffectiveSettings, _ types: [String: SourceType], _ report: inout DoctorReport
    ) {
        let odbc: Set<SourceType> = [.mssql, .azureSQL, .oracle, .mysql, .mariadb, .odbc]
        guard settings.sources.contains(where: { ($0.type ?? types[$0.name]).map(odbc.contains) == true }) else {
            return
        }
        report.check("drivers") { report in
            let names = try InstalledDrivers.current().drivers.map(\.name).sorted()
            names.isEmpty
                ? report.add(
                    "drivers", .fail, "unixODBC knows no driver on this machine",
                    remedy: "docs/sources.md names the package of each database.")
                : report.add("drivers", .ok, names.joined(separator: ", "))
        }
    }
}
