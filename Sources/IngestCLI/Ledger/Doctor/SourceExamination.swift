import Columnar
import Ports

/// Connects to a source, and asks what matters for windows: whose clock, and whether others' transactions can be seen.
struct SourceExamination {
    let name: String
    let type: SourceType?
    let source: any BatchSource
    let stop: StopSignal

    /// Rows that differ by more are worth knowing when logs of both are compared; windows use the database's clock alone.
    private static let tolerance = 5.0

    private var subject: String { "source \(name)" }

    func run(_ report: inout DoctorReport) throws {
        guard let questions = Self.questions(type) else {
            if let place = source as? any SourceCatalog { try place.openCatalog(stop: stop).close() }
            return report.add(subject, .ok, "connected")
        }
        let before = SystemWallClock().unixMicroseconds
        let answer = try ask(questions.versionAndClock)
        let after = SystemWallClock().unixMicroseconds
        let version = answer.first?.flatMap { $0.split(whereSeparator: \.isNewline).first.map(String.init) } ?? "?"
        report.add(subject, .ok, "connected: \(version)")
        if answer.count > 1, let clock = answer[1] { checkClock(clock, (before + after) / 2, after - before, &report) }
        checkTransactions(questions, &report)
    }

    private func checkClock(_ clock: String, _ ours: Int, _ took: Int, _ report: inout DoctorReport) {
        guard let theirs = CivilTime(iso: clock.replacing(" ", with: "T"))?.unixMicroseconds else { return }
        let difference = Double(theirs - ours) / 1e6
        guard abs(difference) > Self.tolerance + Double(took) / 2e6 else {
            return report.add(subject, .ok, "its clock and this machine's agree")
        }
        report.add(
            subject, .warn,
            "its clock is \(NumberText.duration(abs(difference))) \(difference < 0 ? "behind" : "ahead of") this machine's",
            remedy: "Loads go by the database's clock, so nothing is lost; set one of the two right all the same.")
    }

    private func checkTransactions(_ questions: Questions, _ report: inout DoctorReport) {
        guard let query = questions.transactions else { return }
        let isSeen: Bool
        do {
            isSeen = try ask(query).first.flatMap(\.self) != "0"
        } catch {
            isSeen = false
        }
        if isSeen { return report.add(subject, .ok, "open transactions can be seen") }
        report.add(subject, .warn, questions.hidden, remedy: questions.grant)
    }

    /// The first row of a query, as text.
    private func ask(_ query: String) throws -> [String?] {
        var request = ReadRequest(object: .query(query), parallelism: .connections(1))
        request.typeChoices.wideNumeric = .text
        request.typeChoices.unrepresentable = .text
        let read = try source.open(request, stop: stop)
        defer { read.close() }
        let reader = try read.makeReader()
        defer { reader.close() }
        let batch = Batch(schema: read.schema, limit: BatchLimit(rows: 64))
        for unit in read.units {
            try reader.begin(unit)
            _ = try reader.fill(batch)
            guard batch.rowCount > 0 else { continue }
            return batch.columns.map { ValueText.values($0, count: 1).first ?? nil }
        }
        return []
    }

    // MARK: - In each database's words

    struct Questions {
        /// One row: the version, and the clock in UTC.
        var versionAndClock: String
        /// One row: 0 where others' transactions are hidden. An error says the same.
        var transactions: String?
        var hidden = ""
        var grant = ""
    }

    private static func questions(_ type: SourceType?) -> Questions? {
        switch type {
        case .postgresql:
            Questions(
                versionAndClock:
                    "SELECT version() AS v, to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') AS c",
                transactions: "SELECT pg_has_role(current_user, 'pg_read_all_stats', 'USAGE')::int AS s",
                hidden: "times of other users' transactions are hidden: loads wait for them to end (watermark_wait)",
                grant: "GRANT pg_read_all_stats TO the user lets a window end before them instead.")
        case .sqlite:
            Questions(
                versionAndClock: "SELECT 'SQLite ' || sqlite_version() AS v, strftime('%Y-%m-%d %H:%M:%f', 'now') AS c")
        case .mysql, .mariadb:
            Questions(
                versionAndClock: "SELECT version() AS v, CAST(UTC_TIMESTAMP(6) AS CHAR(26)) AS c",
                transactions: "SELECT 1 + COUNT(*) AS s FROM information_schema.innodb_trx",
                hidden: "open transactions are hidden: windows end `settle` before the database's clock",
                grant: "GRANT PROCESS ON *.* TO the user lets loads see them.")
        case .mssql, .azureSQL:
            Questions(
                versionAndClock: "SELECT @@VERSION AS v, CONVERT(varchar(30), SYSUTCDATETIME(), 121) AS c",
                transactions: "SELECT 1 + COUNT(*) AS s FROM sys.dm_tran_active_transactions",
                hidden: "open transactions are hidden: windows end `settle` before the database's clock",
                grant: "GRANT VIEW SERVER STATE (Azure: VIEW DATABASE STATE) TO the user lets loads see them.")
        case .oracle:
            Questions(
                versionAndClock:
                    "SELECT (SELECT banner FROM v$version WHERE ROWNUM = 1) AS v, "
                    + "TO_CHAR(SYS_EXTRACT_UTC(SYSTIMESTAMP), 'YYYY-MM-DD HH24:MI:SS.FF6') AS c FROM dual",
                transactions: "SELECT 1 + COUNT(*) AS s FROM v$transaction",
                hidden: "open transactions are hidden: windows end `settle` before the database's clock",
                grant: "GRANT SELECT ON v_$transaction TO the user lets loads see them.")
        case .odbc, .api, .file, nil: nil
        }
    }
}
