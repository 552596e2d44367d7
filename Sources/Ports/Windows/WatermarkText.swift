/// A value of a watermark as text of full precision in the column's own type: `2026-11-21 06:00:00.123456`,
/// `timestamp(6)`.
package struct WatermarkText: Equatable, Hashable, Sendable {
    package var value: String
    package var type: String

    package init(value: String, type: String) {
        self.value = value
        self.type = type
    }
}
