extension [UInt8] {
    /// `withUnsafeBytes`, which forgets the error's type.
    func withBorrowedBytes<Result>(
        _ body: (UnsafeRawBufferPointer) throws(ParquetFault) -> Result
    ) throws(ParquetFault) -> Result {
        let result = withUnsafeBytes { bytes in
            Swift.Result<Result, ParquetFault> { () throws(ParquetFault) in try body(bytes) }
        }
        return try result.get()
    }
}
