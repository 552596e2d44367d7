import Testing

@testable import Parquet

@Suite("Statistics as text")
struct SchemaLeafTextTests {
    private func leaf(_ type: PhysicalType, _ logical: LogicalType?, width: Int32? = nil) -> SchemaLeaf {
        SchemaLeaf(
            index: 0, element: SchemaElement(name: "c", type: type, typeLength: width, logicalType: logical),
            type: type, path: ["c"], maxDefinitionLevel: 1, maxRepetitionLevel: 0, repeatedDefinitionLevels: [])
    }

    private func bytes(_ value: some FixedWidthInteger & BitwiseCopyable) -> [UInt8] {
        withUnsafeBytes(of: value.littleEndian) { Array($0) }
    }

    @Test("by type")
    func types() {
        func text(_ type: PhysicalType, _ logical: LogicalType?, _ bytes: [UInt8], width: Int32? = nil) -> String? {
            leaf(type, logical, width: width).text(statistic: bytes)
        }
        #expect(text(.boolean, nil, [1]) == "true")
        #expect(text(.int32, nil, bytes(Int32.min)) == "-2147483648")
        #expect(text(.int32, .integer(bitWidth: 32, isSigned: false), bytes(Int32(-1))) == "4294967295")
        #expect(text(.int64, .integer(bitWidth: 64, isSigned: false), bytes(Int64(-1))) == "18446744073709551615")
        #expect(text(.int32, .decimal(scale: 2, precision: 9), bytes(Int32(-5))) == "-0.05")
        #expect(text(.int64, .decimal(scale: 0, precision: 18), bytes(Int64(12))) == "12")
        #expect(text(.int64, .decimal(scale: 3, precision: 18), bytes(Int64.min)) == "-9223372036854775.808")
        #expect(text(.int32, .decimal(scale: .max, precision: 9), bytes(Int32(1))) == "1E-2147483647")
        #expect(text(.fixedLenByteArray, .decimal(scale: 1, precision: 4), [0xFF, 0x85], width: 2) == "-12.3")
        let least: [UInt8] = [0x80] + Array(repeating: 0, count: 15)
        #expect(
            text(.fixedLenByteArray, .decimal(scale: 10, precision: 38), least, width: 16)
                == "-17014118346046923173168730371.5884105728")
        #expect(text(.int32, .date, bytes(Int32(0))) == "1970-01-01")
        #expect(text(.int32, .date, bytes(Int32(-1))) == "1969-12-31")
        #expect(text(.int32, .date, bytes(Int32(19_782))) == "2024-02-29")
        #expect(text(.int32, .date, bytes(Int32(-719_529))) == "-0001-12-31")
        #expect(text(.int32, .date, bytes(Int32(2_932_897))) == "10000-01-01")
        #expect(text(.int32, .date, bytes(Int32.min)) == "-5877641-06-23")
        let micros = LogicalType.timestamp(isAdjustedToUTC: true, unit: .micros)
        #expect(text(.int64, micros, bytes(Int64(-1))) == "1969-12-31T23:59:59.999999Z")
        #expect(text(.int64, micros, bytes(Int64.min))?.hasPrefix("-290308-12-21T19:59:05.224192") == true)
        let nanos = LogicalType.timestamp(isAdjustedToUTC: false, unit: .nanos)
        #expect(text(.int64, nanos, bytes(Int64.max)) == "2262-04-11T23:47:16.854775807")
        let time = LogicalType.time(isAdjustedToUTC: false, unit: .micros)
        #expect(text(.int64, time, bytes(Int64(86_399_999_999))) == "23:59:59.999999")
        #expect(text(.int64, time, bytes(Int64(-5))) == "-5")
        #expect(text(.byteArray, .string, Array("größe".utf8)) == "größe")
        #expect(text(.byteArray, nil, [0, 0xAB]) == "0x00ab")
        #expect(text(.byteArray, nil, []) == "0x")
        #expect(
            text(.fixedLenByteArray, .uuid, Array(0..<16), width: 16) == "00010203-0405-0607-0809-0a0b0c0d0e0f")
        #expect(text(.fixedLenByteArray, .float16, [0x00, 0x3C], width: 2) == "1.0")
        #expect(text(.double, nil, bytes(Double(-0.5).bitPattern)) == "-0.5")
    }

    @Test("bytes of a wrong width are no value")
    func widths() {
        #expect(leaf(.int32, nil).text(statistic: [1]) == nil)
        #expect(leaf(.int64, .date).text(statistic: []) == nil)
        #expect(leaf(.boolean, nil).text(statistic: [2]) == nil)
        #expect(leaf(.fixedLenByteArray, .uuid, width: 16).text(statistic: [1]) == nil)
    }
}
