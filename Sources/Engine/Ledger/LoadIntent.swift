import Ports

/// A load under way, `intents/{load_id}.json`: what whoever comes after a crash needs to finish or undo it.
package struct LoadIntent: Equatable, Sendable {
    package var loadID: String
    /// The number it means to take.
    package var number: Int
    package var job: String
    package var attempt: Int
    /// Of every upload that was opened.
    package var uploads: [String]
    package var writer: Writer
    package var writtenAt: String

    package init(
        loadID: String, number: Int, job: String, attempt: Int, uploads: [String] = [], writer: Writer,
        writtenAt: String
    ) {
        self.loadID = loadID
        self.number = number
        self.job = job
        self.attempt = attempt
        self.uploads = uploads
        self.writer = writer
        self.writtenAt = writtenAt
    }
}
