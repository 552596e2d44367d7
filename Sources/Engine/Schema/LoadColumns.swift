import Columnar

/// Columns that mark the rows of a load.
package enum LoadColumns {
    package static let loadID = "_load_id"
    package static let loadedAt = "_loaded_at"
    package static let names: Set = [loadID, loadedAt]

    /// In the order in which a table gets them.
    package static let fields = [Field(loadID, .text), Field(loadedAt, .timestamp(.microseconds, utc: true))]
}
