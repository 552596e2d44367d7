/// The one place that says which version this is.
package enum Version {
    package static let number = "0.1.0"

    /// What files say of their writer; the form is the one parquet.thrift asks for.
    package static let createdBy = "ingest version \(number) (build release)"
}
