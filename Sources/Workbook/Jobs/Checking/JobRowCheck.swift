import Ports

/// Reads one row of SourceConfig and checks what can be said of it alone.
struct JobRowCheck {
    let sources: SourceLookup?
    let options: CheckOptions

    func draft(_ row: SheetRow, in scope: SheetScope<JobColumn>) -> CheckedJob {
        var reader = RowReader(row, in: scope)
        let enabled = reader.flag(.enabled)
        reader.isSwitchedOff = enabled != true
        if enabled == nil, !reader.isFilled(.enabled) {
            reader.report(.note, .enabled, "Blank is read as N: the row is not loaded.")
        }

        reader.checkRepeatedColumns()
        let ownID = reader.name(.jobID)
        let sourceName = reader.name(.sourceName)
        let table = reader.name(.tableName)
        let source = source(reader, name: sourceName)
        requireFilled(.sourceName, reader, found: sourceName)
        requireFilled(.tableName, reader, found: table)

        let isAPI = source?.type == .api
        let id = ownID ?? [source?.name ?? sourceName, table].compactMap(\.self).joined(separator: ".")
        var job = Job(
            id: id, source: source ?? JobSource(name: sourceName ?? "", type: nil),
            object: object(reader, table: table ?? "", source: source, isAPI: isAPI),
            target: target(reader, table: table ?? ""))
        job.isEnabled = enabled ?? false
        let loadType = LoadRules.apply(to: &job, reader, isAPI: isAPI)
        job.partitioning = partitioning(reader)
        job.request = request(reader, isAPI: isAPI)
        job.run = run(reader)
        guards(reader, &job)
        people(reader, &job)
        reportUnused(reader)
        return CheckedJob(
            row: row.number, id: id, hasOwnID: ownID != nil, isEnabled: job.isEnabled,
            job: sourceName != nil && table != nil ? job : nil, loadType: loadType)
    }

    private func requireFilled(_ column: JobColumn, _ reader: RowReader<JobColumn>, found: String?) {
        // Where the sheet lacks the column, that is said once; where the cell is bad, that is said already.
        guard found == nil, reader.scope.header.column(of: column.rawValue) != nil, !reader.isFilled(column),
            !reader.withheld.contains(column.rawValue)
        else { return }
        reader.report(
            .error, column, "The cell is empty, but every row needs a \(column.name). \(column.spec.explanation)")
    }

    // MARK: Source

    private func source(_ reader: RowReader<JobColumn>, name: String?) -> JobSource? {
        let choice = reader.choice(.sourceType)
        let written = choice.flatMap { SourceType(rawValue: $0.name) ?? SourceType(name: $0.name) }
        guard let name else { return nil }
        guard let sources else {
            reportType(written, choice: choice, reader)
            return JobSource(name: name, type: written)
        }
        guard let known = sources.find(name) else {
            // An example row that is switched off may name what nobody has.
            let severity: Finding.Severity = reader.isSwitchedOff ? .note : .error
            reader.report(
                severity, .sourceName, value: name,
                "\(VisibleText.quoted(name)) is not a source of the settings."
                    + sources.advice(for: name, reader.scope.suggestions))
            return JobSource(name: name, type: written)
        }
        if known.name != name {
            reader.report(
                .note, .sourceName, value: name,
                "\(VisibleText.quoted(name)) is read as \(known.name), as the settings spell it.")
        }
        if known.type == nil, written == nil, !reader.isFilled(.sourceType) {
            reader.report(
                .error, .sourceType,
                "Neither the cell nor [sources.\(known.name)] of the settings says what kind of source it is.")
        }
        if let type = known.type, let written, type != written {
            if type.speaksLike(written) {
                reader.report(
                    .note, .sourceType, value: written.rawValue,
                    "Read as \(type.rawValue), as [sources.\(known.name)] says.")
            } else {
                reader.report(
                    .error, .sourceType, value: written.rawValue,
                    "\(VisibleText.quoted(written.rawValue)) disagrees with the settings: [sources.\(known.name)] is of type "
                        + "\(type.rawValue). Correct one of the two, or leave the cell empty.")
            }
        }
        let type = known.type ?? written
        reportType(
            type,
            choice: type.flatMap { reader.scope.choice(.sourceType, $0.rawValue) },
            reader)
        return JobSource(name: known.name, type: type)
    }

    private func reportType(_ type: SourceType?, choice: CellChoice?, _ reader: RowReader<JobColumn>) {
        guard let choice, !choice.isInThisVersion else { return }
        reader.report(
            .warning, .sourceType, value: choice.name,
            "Sources of type \(choice.name) cannot be read by this version yet; the row is kept, but it will not run.")
    }

    // MARK: What and where

    private func object(
        _ reader: RowReader<JobColumn>, table: String, source: JobSource?, isAPI: Bool
    ) -> JobObject {
        var object = JobObject(schema: nil, table: table)
        if isAPI {
            noteUseless([.schemaName, .query, .columns], "APIs have no such thing", reader)
        } else {
            object.schema = reader.name(.schemaName)
            object.query = QueryCell.query(reader, options: options)
            object.columns = reader.list(.columns)
            if object.schema == nil, object.query == nil, table.split(separator: ".").count == 2, !table.contains("\"")
            {
                let parts = table.split(separator: ".")
                reader.report(
                    .note, .tableName, value: table,
                    "\(VisibleText.quoted(table)) is looked for as one name. If \(parts[1]) is a table of the schema "
                        + "\(parts[0]), write \(parts[0]) into schema_name.")
            }
        }
        // Said of the row as it stands: what is looked for is the settings' own business.
        if !isAPI, object.schema == nil, object.query == nil, let source {
            object.schema = sources?.find(source.name)?.schema
        }
        object.filter = reader.name(.queryFilter)
        return object
    }

    private func target(_ reader: RowReader<JobColumn>, table: String) -> JobTarget {
        var target = JobTarget(table: table)
        target.destination = reader.name(.destination)
        if let name = target.destination, let known = options.destinations, !known.contains(name) {
            let nearest = reader.scope.suggestions.sentence(for: name, among: known)
            let list =
                known.isEmpty
                ? " There are no named ones; leave the cell empty for the default."
                : " There are: \(known.prefix(10).joined(separator: ", ")); an empty cell takes the default."
            reader.report(
                .error, .destination, value: name,
                "\(VisibleText.quoted(name)) is not a destination of the settings." + (nearest.isEmpty ? list : nearest)
            )
        }
        target.container = reader.name(.targetContainer)
        target.folder = PlaceName.folder(reader)
        if let name = reader.name(.targetTable) {
            target.table = name
            PlaceName.checkTable(name, .targetTable, reader)
        } else if !table.isEmpty {
            PlaceName.checkTable(table, .tableName, reader)
        }
        if let container = target.container, container.contains("/") || container.contains("\\") || container == ".." {
            reader.report(
                .error, .targetContainer, value: container,
                "\(VisibleText.quoted(container)) is not the name of a container. Folders stand in target_folder_path.")
        }
        return target
    }

    private func partitioning(_ reader: RowReader<JobColumn>) -> JobPartitioning {
        var partitioning = JobPartitioning()
        partitioning.column = reader.name(.partitionColumn)
        // 1 is what the earlier framework's template filled in.
        partitioning.parallelism = reader.integer(.parallelism).flatMap { $0 > 1 ? $0 : nil }
        partitioning.chunkSize = reader.integer(.chunkSize).flatMap { $0 > 1 ? $0 : nil }
        return partitioning
    }

    private func request(_ reader: RowReader<JobColumn>, isAPI: Bool) -> JobRequest? {
        guard isAPI else {
            if reader.isFilled(.apiEndpoint) {
                reader.report(
                    .warning, .apiEndpoint,
                    "Only APIs have an endpoint, but this row's source is none. The cell is not used: is source_name right?"
                )
            }
            noteUseless(JobColumn.otherThanEndpoint, "Only APIs use it", reader)
            return nil
        }
        var request = JobRequest()
        request.endpoint = reader.name(.apiEndpoint)
        request.method = reader.choice(.apiMethod).flatMap { .init(rawValue: $0.name) }
        request.parameters = reader.pairs(.params)
        request.headers = reader.pairs(.headers)
        request.body = reader.name(.body)
        request.dataSelector = reader.name(.dataSelector)
        request.pagination = reader.choice(.paginationType).flatMap { .init(rawValue: $0.name) }
        request.pageSize = reader.integer(.pageSize)
        request.authentication = reader.choice(.authType).flatMap { .init(rawValue: $0.name) }
        request.forEach = reader.name(.forEach)
        request.step = reader.name(.step)
        return request
    }

    // MARK: The rest

    private func run(_ reader: RowReader<JobColumn>) -> JobRunControl {
        var run = JobRunControl()
        run.dependsOn = reader.list(.dependsOn)
        run.tags = reader.list(.tags)
        run.priority = reader.integer(.priority) ?? run.priority
        run.schedule = reader.schedule(.schedule)
        switch reader.duration(.timeout) {
        case .seconds(let seconds), .bare(let seconds): run.timeoutSeconds = seconds
        case nil: break
        }
        run.maxAttempts = reader.integer(.maxAttempts)
        if let retries = reader.integer(.retryCount) {
            if let attempts = run.maxAttempts, attempts != retries + 1 {
                reader.report(
                    .warning, .retryCount, value: String(retries),
                    "\(retries) tries after the first would be \(retries + 1) attempts, but max_attempts says \(attempts); "
                        + "max_attempts counts.")
            } else if run.maxAttempts == nil {
                run.maxAttempts = retries + 1
                reader.report(
                    .note, .retryCount, value: String(retries),
                    "\(retries) tries after the first are read as max_attempts = \(retries + 1).")
            }
        }
        return run
    }

    private func guards(_ reader: RowReader<JobColumn>, _ job: inout Job) {
        job.schemaPolicy = reader.choice(.schemaPolicy).flatMap { SchemaPolicy(rawValue: $0.name) } ?? .evolve
        job.guards.minRows = reader.integer(.minRows)
        job.guards.maxChangePercent = reader.percent(.maxChangePercent)
        job.guards.rowCountCheck = reader.choice(.rowCountCheck).flatMap { .init(rawValue: $0.name) }
        job.guards.rowCountTolerancePercent = reader.percent(.rowCountTolerance)
        job.guards.allowEmpty = reader.flag(.allowEmpty) ?? false
        if let rows = job.guards.minRows, rows > 0, job.guards.allowEmpty {
            reader.report(
                .warning, .allowEmpty, value: "Y",
                "An empty load is allowed, but min_rows asks for at least \(rows) rows.")
        }
    }

    private func people(_ reader: RowReader<JobColumn>, _ job: inout Job) {
        job.people.owner = reader.name(.owner)
        job.people.notify = reader.list(.notify).filter { address in
            if MailAddress.isPlausible(address) { return true }
            reader.report(
                .warning, .notify, value: address,
                "\(VisibleText.quoted(address)) is not a mail address; nobody is told there.")
            return false
        }
        job.people.description = reader.prose(.description)
        job.layout.partitionBy = reader.list(.partitionBy)
        job.layout.clusterBy = reader.list(.clusterBy)
        job.record.lastStatus = reader.output(.lastStatus)
        job.record.lastRun = reader.output(.lastRun)
        job.record.lastRows = reader.output(.lastRows)
        job.record.lastDuration = reader.output(.lastDuration)
        job.record.lastMessage = reader.output(.lastMessage)
    }

    private func reportUnused(_ reader: RowReader<JobColumn>) {
        for column in JobColumn.unused where reader.isFilled(column) {
            reader.report(.warning, column, "This version does not use \(column.name) yet; the cell has no effect.")
        }
    }

    private func noteUseless(_ columns: [JobColumn], _ why: String, _ reader: RowReader<JobColumn>) {
        for column in columns where reader.isFilled(column) {
            reader.report(.note, column, "\(why); the cell has no effect on this row.")
        }
    }
}

extension JobColumn {
    fileprivate static let otherThanEndpoint = allCases.filter { $0.isForAPI && $0 != .apiEndpoint }
    fileprivate static let unused = allCases.filter { !$0.spec.isUsed }
}

extension SourceType {
    /// One protocol, and one driver, under two names.
    fileprivate func speaksLike(_ other: SourceType) -> Bool {
        let families: [Set<SourceType>] = [[.mssql, .azureSQL], [.mysql, .mariadb]]
        return families.contains { $0.contains(self) && $0.contains(other) }
    }
}
