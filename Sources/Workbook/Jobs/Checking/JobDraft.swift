import Ports

/// A row while it is checked: what could be read of it, and where it stands.
struct JobDraft {
    let row: Int
    var id: String
    /// The row names its id itself.
    var hasOwnID: Bool
    var isEnabled: Bool
    /// Nil where the row lacks what a job needs.
    var job: Job?
    /// What was chosen although it is not there yet still says what the row is about.
    var loadType: LoadType?
}
