/// The columns of the sheet SourceConfig, in the order in which the template has them.
package enum JobColumn: Int, SheetColumn {
    case enabled, jobID, sourceType, sourceName, schemaName, tableName
    case query, columns, queryFilter
    case loadType, writeMode, primaryKey
    case watermarkColumn, watermarkTimezone, watermarkLookback, watermarkEnd, onNullWatermark
    case lastWatermark, reloadFrom, reloadTo
    case targetContainer, targetFolderPath, targetTable, destination
    case partitionColumn, parallelism, chunkSize
    case apiEndpoint, apiMethod, params, headers, body, dataSelector, paginationType, pageSize, authType, forEach, step
    case dependsOn, tags, priority, schedule, timeout, maxAttempts, retryCount
    case schemaPolicy, minRows, maxChangePercent, rowCountCheck, rowCountTolerance, allowEmpty
    case owner, notify, description
    case partitionBy, clusterBy
    case lastStatus, lastRun, lastRows, lastDuration, lastMessage

    package static let sheet = "SourceConfig"
    package static let specs = table([
        identityColumns, selectionColumns, loadColumns, targetColumns, apiColumns, runColumns, outputColumns,
    ])

    /// Belongs to sources of the type `api` only.
    package var isForAPI: Bool { spec.group == .api }
}
