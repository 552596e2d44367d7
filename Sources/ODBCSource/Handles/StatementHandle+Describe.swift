import CODBC

extension StatementHandle {
    /// The columns of the result of what was prepared or executed.
    func describe(doing: String) throws(ODBCFault) -> [DescribedColumn] {
        var count: SQLSMALLINT = 0
        try check(SQLNumResultCols(raw, &count), doing)
        var columns = [DescribedColumn]()
        for number in 0..<max(0, Int(count)) { columns.append(try describe(column: number + 1, doing: doing)) }
        return columns
    }

    private func describe(column number: Int, doing: String) throws(ODBCFault) -> DescribedColumn {
        let position = SQLUSMALLINT(number)
        var name = [SQLWCHAR](repeating: 0, count: 512)
        var length: SQLSMALLINT = 0
        var type: SQLSMALLINT = 0
        var size: SQLULEN = 0
        var digits: SQLSMALLINT = 0
        var nullable: SQLSMALLINT = 0
        try check(
            SQLDescribeColW(
                raw, position, &name, SQLSMALLINT(name.count), &length, &type, &size, &digits, &nullable), doing)
        return DescribedColumn(
            name: WideText.string(name), sqlType: Int(type),
            // Drivers that keep it in 32 bits say "unlimited" as −1 or as 2^32 − 1.
            size: size >= SQLULEN(Int32.max) ? 0 : Int(size), digits: Int(digits),
            typeName: text(SQL_DESC_TYPE_NAME, of: position),
            isUnsigned: attribute(SQL_DESC_UNSIGNED, of: position) == 1,
            isNullable: nullable == SQL_NO_NULLS ? false : nullable == SQL_NULLABLE ? true : nil)
    }

    private func text(_ field: Int32, of position: SQLUSMALLINT) -> String {
        var units = [SQLWCHAR](repeating: 0, count: 256)
        var length: SQLSMALLINT = 0
        let code = SQLColAttributeW(
            raw, position, SQLUSMALLINT(field), &units, SQLSMALLINT(units.count * 2 - 2), &length, nil)
        return ReturnCode.succeeded(code) ? WideText.string(units) : ""
    }

    private func attribute(_ field: Int32, of position: SQLUSMALLINT) -> Int {
        var value: SQLLEN = 0
        let code = SQLColAttributeW(raw, position, SQLUSMALLINT(field), nil, 0, nil, &value)
        return ReturnCode.succeeded(code) ? value : 0
    }
}
