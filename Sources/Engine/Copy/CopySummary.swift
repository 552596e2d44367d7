import Ports

/// What a finished copy did.
package struct CopySummary: Equatable, Sendable {
    package var rows: Int
    package var files: [WrittenFile]
    package var seconds: Double
    package var units: Int
    package var pressure: SourcePressure
    package var adjustments: [Adjustment]
    package var notes: [String]

    package var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

    package init(
        rows: Int, files: [WrittenFile], seconds: Double, units: Int, pressure: SourcePressure,
        adjustments: [Adjustment] = [], notes: [String] = []
    ) {
        self.rows = rows
        self.files = files
        self.seconds = seconds
        self.units = units
        self.pressure = pressure
        self.adjustments = adjustments
        self.notes = notes
    }
}
