import Columnar

/// How a column type is stored in a profile: physical type, LogicalType and the ConvertedType that older readers know.
struct PhysicalForm {
    let kind: LeafColumn.Kind
    let physical: PhysicalType
    var typeLength = 0
    var logical: LogicalType?
    var converted: ConvertedType?
    var scale: Int32?
    var precision: Int32?

    init(_ type: ColumnType, profile: Profile, column: String) throws(ParquetFault) {
        switch type {
        case .boolean: (kind, physical) = (.boolean, .boolean)
        case .int8:
            (kind, physical) = (.int32, .int32)
            (logical, converted) = (.integer(bitWidth: 8, isSigned: true), .int8)
        case .int16:
            (kind, physical) = (.int32, .int32)
            (logical, converted) = (.integer(bitWidth: 16, isSigned: true), .int16)
        case .int32:
            (kind, physical) = (.int32, .int32)
            (logical, converted) = (.integer(bitWidth: 32, isSigned: true), .int32)
        case .int64:
            (kind, physical) = (.int64, .int64)
            (logical, converted) = (.integer(bitWidth: 64, isSigned: true), .int64)
        case .float: (kind, physical) = (.float, .float)
        case .double: (kind, physical) = (.double, .double)
        case .decimal(let precision, let scale):
            kind = precision <= 9 ? .int32 : precision <= 18 ? .int64 : .int128
            if profile == .legacy || precision > 18 {
                physical = .fixedLenByteArray
                typeLength = LeafColumn.bytes(forDecimalPrecision: precision)
            } else {
                physical = precision <= 9 ? .int32 : .int64
            }
            logical = .decimal(scale: Int32(scale), precision: Int32(precision))
            converted = .decimal
            self.scale = Int32(scale)
            self.precision = Int32(precision)
        case .date:
            (kind, physical) = (.int32, .int32)
            (logical, converted) = (.date, .date)
        case .time:
            try Self.require(
                .modern, profile, "TIME", column, "write the column as text, or choose the profile 'modern'")
            (kind, physical) = (.int64, .int64)
            (logical, converted) = (.time(isAdjustedToUTC: false, unit: .micros), .timeMicros)
        case .timestamp(.microseconds, let utc):
            (kind, physical) = (.int64, .int64)
            (logical, converted) = (.timestamp(isAdjustedToUTC: utc, unit: .micros), .timestampMicros)
        case .timestamp(.nanoseconds, let utc):
            try Self.require(
                .modern, profile, "TIMESTAMP(NANOS)", column, "write microseconds, or choose the profile 'modern'")
            (kind, physical) = (.int64, .int64)
            logical = .timestamp(isAdjustedToUTC: utc, unit: .nanos)
        case .text:
            (kind, physical) = (.bytes, .byteArray)
            (logical, converted) = (.string, .utf8)
        case .json:
            // The annotation is a promise that only `modern` makes; the bytes are the same text.
            (kind, physical) = (.bytes, .byteArray)
            (logical, converted) = profile == .modern ? (.json, .json) : (.string, .utf8)
        case .binary: (kind, physical) = (.bytes, .byteArray)
        case .uuid:
            try Self.require(
                .modern, profile, "UUID", column, "write the column as text, or choose the profile 'modern'")
            (kind, physical) = (.uuid, .fixedLenByteArray)
            typeLength = 16
            logical = .uuid
        case .list, .structure: preconditionFailure("a group has no physical form")
        }
    }

    func element(name: String) -> SchemaElement {
        SchemaElement(
            name: name, type: physical, typeLength: physical == .fixedLenByteArray ? Int32(typeLength) : nil,
            repetitionType: .optional, convertedType: converted, scale: scale, precision: precision,
            logicalType: logical)
    }

    private static func require(
        _ needed: Profile, _ profile: Profile, _ annotation: String, _ column: String, _ remedy: String
    ) throws(ParquetFault) {
        guard profile == needed else {
            throw ParquetFault(
                .invalidUse, "the profile '\(profile.rawValue)' has no \(annotation) annotation; \(remedy)",
                column: column)
        }
    }
}
