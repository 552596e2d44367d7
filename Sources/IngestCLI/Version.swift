import CBuild

/// The one place that says which version this is.
package enum Version {
    package static let number = "0.1.0"

    /// The commit that was built, where the build knew it (Package.swift); otherwise `source`.
    package static let build = String(cString: ingest_build())

    /// What `--version` says.
    package static let line = "ingest \(number) (build \(build))"

    /// What files say of their writer; the form is the one parquet.thrift asks for.
    package static let createdBy = "ingest version \(number) (build \(build))"
}
