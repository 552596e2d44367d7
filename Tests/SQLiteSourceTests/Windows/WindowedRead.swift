import Ports
import TestSupport

@testable import SQLiteSource

/// The first column of the rows of each slice, in order.
func readSlices(
    _ source: SQLiteSource, _ object: ReadRequest.Object, _ windows: ReadWindows, filter: String? = nil,
    parallelism: ReadRequest.Parallelism = .automatic
) throws -> [[String?]] {
    let read = try SlicedRead(
        source, ReadRequest(object: object, filter: filter, parallelism: parallelism, windows: windows))
    precondition(read.isSnapshot)
    precondition(
        read.counted == nil || read.counted == read.rowCount,
        "COUNT(*) says \(read.counted ?? 0), and \(read.rowCount) rows came")
    return read.slices
}

func freeze(
    _ source: SQLiteSource, _ question: WindowQuestion, terms: WindowTerms = WindowTerms()
) throws -> WindowMoment {
    try source.freeze([question], terms: terms, stop: StopSignal())[0].get()
}

/// Loads windows one after the other, as runs do.
struct ConsecutiveWindows {
    let source: SQLiteSource
    let object: ReadRequest.Object
    let columns: [String]
    var terms = WindowTerms()
    private(set) var low: WatermarkText?
    private(set) var values: [String?] = []

    init(_ source: SQLiteSource, _ object: ReadRequest.Object, columns: [String], terms: WindowTerms = WindowTerms()) {
        self.source = source
        self.object = object
        self.columns = columns
        self.terms = terms
    }

    mutating func load() throws {
        let moment = try freeze(
            source, WindowQuestion(object: object, columns: columns, low: low, openDays: 0), terms: terms)
        guard let high = moment.high, high != low else { return }
        let windows = ReadWindows(
            columns: columns, ends: moment.ends, slices: [.window(low: low?.value, high: high.value)])
        values += try readSlices(source, object, windows)[0]
        low = high
    }
}
