import Columnar

extension ColumnRule.ColumnType {
    /// What a column has to be read as. `keepPadding` is text.
    package var columnType: ColumnType {
        switch self {
        case .boolean: .boolean
        case .int16: .int16
        case .int32: .int32
        case .int64: .int64
        case .float: .float
        case .double: .double
        case .string, .keepPadding: .text
        case .date: .date
        case .time: .time
        case .timestamp: .timestamp(.microseconds, utc: false)
        case .timestampUTC: .timestamp(.microseconds, utc: true)
        case .nanoseconds: .timestamp(.nanoseconds, utc: false)
        case .nanosecondsUTC: .timestamp(.nanoseconds, utc: true)
        case .json: .json
        case .uuid: .uuid
        case .binary: .binary
        case .decimal(let precision, let scale): .decimal(precision: precision, scale: scale)
        }
    }

    /// One of each, for finding out what a column can be read as.
    package static let examples: [Self] = [
        .boolean, .int16, .int32, .int64, .decimal(precision: 38, scale: 10), .float, .double, .string, .keepPadding,
        .date,
        .time, .timestamp, .timestampUTC, .nanoseconds, .nanosecondsUTC, .json, .uuid, .binary,
    ]
}

extension ColumnRule.ColumnType: CustomStringConvertible {
    /// As the sheet spells it.
    package var description: String {
        switch self {
        case .boolean: "boolean"
        case .int16: "int16"
        case .int32: "int32"
        case .int64: "int64"
        case .float: "float"
        case .double: "double"
        case .string: "string"
        case .keepPadding: "keep_padding"
        case .date: "date"
        case .time: "time"
        case .timestamp: "timestamp"
        case .timestampUTC: "timestamp_utc"
        case .nanoseconds: "nanoseconds"
        case .nanosecondsUTC: "nanoseconds_utc"
        case .json: "json"
        case .uuid: "uuid"
        case .binary: "binary"
        case .decimal(let precision, let scale): "decimal(\(precision),\(scale))"
        }
    }
}

extension TypeChoices {
    /// With what is asked of one column instead of what is chosen for all.
    package func wanting(_ type: ColumnRule.ColumnType) -> TypeChoices {
        var choices = self
        if choices.unrepresentable == .text { choices.unrepresentable = .error }
        switch type {
        case .string: (choices.unrepresentable, choices.wideNumeric) = (.text, .text)
        case .decimal(let precision, let scale): choices.wideNumeric = .decimal(precision: precision, scale: scale)
        case .double: choices.wideNumeric = .double
        case .time: choices.time = true
        case .json: choices.json = true
        case .uuid: choices.uuid = true
        case .keepPadding: choices.keepPadding = true
        default: break
        }
        if type != .time { choices.time = false }
        if type != .json { choices.json = false }
        if type != .uuid { choices.uuid = false }
        return choices
    }
}

/// A column that cannot be read as what a rule asks for.
package struct TypeRefusal: Error, Equatable {
    package var column: String
    package var message: String
    package var remedy: String

    /// - Parameter canRead: whether the source has a way for a type.
    package init(
        _ wanted: ColumnRule.ColumnType, column: String, sourceType: String,
        canRead: (ColumnRule.ColumnType) -> Bool
    ) {
        self.column = column
        message =
            "ColumnRules asks for the type \(wanted) for '\(column)', which is \(sourceType) and cannot be read so"
        let names = ColumnRule.ColumnType.examples.filter(canRead).map {
            if case .decimal = $0 { "decimal(P,S)" } else { $0.description }
        }
        remedy =
            names.isEmpty
            ? "It can only be read as it is: leave the cell type empty."
            : "Allowed for it: \(names.joined(separator: ", ")); or leave the cell type empty."
    }
}
