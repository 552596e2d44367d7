extension SettingKeys {
    static let destination: [SettingKey] =
        [
            SettingKey(
                "destination.url", .url(["file", "s3", "abfss", "az", "gs"]), "file://./lake",
                "The folder of the lake: file://PATH (file://./lake is relative to the project), s3://BUCKET/PREFIX, "
                    + "abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/PREFIX, az://CONTAINER, gs://BUCKET."
            ),
            SettingKey("destination.format", .choice(["parquet"]), "parquet", "The format of the files."),
            SettingKey(
                "destination.profile", .choice(["standard", "legacy", "modern"]), "standard",
                "What readers of the files must understand; see docs/parquet.md."
            ),
            SettingKey("destination.compression", .compression, "zstd", "How pages are compressed."),
            SettingKey(
                "destination.target_file_size", .size(1 << 20...1 << 40), "256MiB",
                "A file is closed and the next begun when it has about this size."
            ),
            SettingKey(
                "destination.keep_replaced", .duration(0...31_536_000), "0s",
                "How long files that a load has replaced stay, for readers that still work with an older list of files. Those "
                    + "that read the whole folder find them there, too. The next load of the table after that time, or "
                    + "`ingest repair`, removes them."
            ),
            SettingKey(
                "destination.endpoint_url", .url(["https", "http"]), nil,
                "The address of a store that speaks S3 and is not Amazon's."
            ).later,
            SettingKey("destination.region", .text, nil, "The region of the bucket.").later,
            SettingKey("destination.aws_access_key_id", .text, nil, "The key id for S3.").later.earlier,
            SettingKey("destination.aws_secret_access_key", .secret, nil, "The key for S3.").later.earlier,
            SettingKey("destination.aws_session_token", .secret, nil, "The session token of temporary keys for S3.")
                .later
                .earlier,
            SettingKey("destination.azure_storage_account_name", .text, nil, "The storage account of Azure.").later
                .earlier,
            SettingKey("destination.azure_storage_account_key", .secret, nil, "The key of the storage account.").later
                .earlier,
            SettingKey(
                "destination.azure_storage_sas_token", .secret, nil, "A shared access signature instead of the key."
            ).later.earlier,
            SettingKey(
                "destination.type", .text, nil, "The kind of destination in the earlier framework; the URL says it now."
            ).unused.earlier,
            SettingKey("destination.filesystem.bucket_url", .text, nil, "The URL of the lake.").later
                .same(as: "destination.url"),
            SettingKey(
                "destination.filesystem.layout", .text, nil,
                "The layout of files in the earlier framework; ingest has one layout of its own."
            ).unused.earlier,
        ]
        + credentials("destination.filesystem.credentials") + credentials("destination.filesystem")

    /// The earlier framework reads credentials from either table.
    private static func credentials(_ table: String) -> [SettingKey] {
        [
            SettingKey("\(table).aws_access_key_id", .text, nil, "The key id for S3.").later
                .same(as: "destination.aws_access_key_id"),
            SettingKey("\(table).aws_secret_access_key", .secret, nil, "The key for S3.").later
                .same(as: "destination.aws_secret_access_key"),
            SettingKey("\(table).aws_session_token", .secret, nil, "The session token of temporary keys.").later
                .same(as: "destination.aws_session_token"),
            SettingKey("\(table).region_name", .text, nil, "The region of the bucket.").later
                .same(as: "destination.region"),
            SettingKey("\(table).endpoint_url", .url(["https", "http"]), nil, "The address of another S3 store.").later
                .same(as: "destination.endpoint_url"),
            SettingKey("\(table).azure_storage_account_name", .text, nil, "The storage account of Azure.").later
                .same(as: "destination.azure_storage_account_name"),
            SettingKey("\(table).azure_storage_account_key", .secret, nil, "The key of the storage account.").later
                .same(as: "destination.azure_storage_account_key"),
            SettingKey("\(table).azure_storage_sas_token", .secret, nil, "A shared access signature.").later
                .same(as: "destination.azure_storage_sas_token"),
        ]
    }
}
