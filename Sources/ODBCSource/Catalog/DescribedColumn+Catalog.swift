import SQLDialects

extension DescribedColumn {
    /// As a driver would describe a column of this type, for lists of many tables: asking it for each would be a statement per
    /// table. A single table or query is described by the driver itself.
    init(name: String, catalogType: String, dialect: any SQLDialect, isNullable: Bool?) {
        let type = DatabaseType(catalogType)
        let isSQLServer = dialect is SQLServerDialect
        var size = type.size ?? 0
        var digits = type.digits ?? 0
        let sqlType: Int
        switch type.name {
        case "bit": sqlType = size > 1 ? 12 : -7
        case "bool", "boolean": sqlType = -7
        case "tinyint": sqlType = catalogType.hasPrefix("tinyint(1)") ? -7 : -6
        case "smallint", "int2", "year": sqlType = 5
        case "mediumint", "int", "integer", "int4": sqlType = 4
        case "bigint", "int8", "oid": sqlType = -5
        case "real", "float4", "binary_float": sqlType = 7
        case "float": sqlType = dialect is MySQLDialect ? 7 : 8
        case "double", "double precision", "float8", "binary_double": sqlType = 8
        case "decimal", "numeric", "number": sqlType = 3
        case "money": (sqlType, size, digits) = (3, 19, isSQLServer ? 4 : 2)
        case "smallmoney": (sqlType, size, digits) = (3, 10, 4)
        case "date" where dialect is OracleDialect: sqlType = 93
        case "date": sqlType = 91
        case "time", "time without time zone": sqlType = isSQLServer ? -154 : 92
        case "timestamp" where isSQLServer: sqlType = -2
        case "rowversion": sqlType = -2
        case "datetimeoffset": (sqlType, digits) = (-155, type.digits ?? 7)
        case "datetime2": (sqlType, digits) = (93, type.digits ?? 7)
        case "datetime" where isSQLServer: (sqlType, digits) = (93, 3)
        case "datetime", "smalldatetime": (sqlType, digits) = (93, type.digits ?? 0)
        case let name where name.hasPrefix("timestamp"):
            (sqlType, digits) = (93, type.digits ?? (dialect is MySQLDialect ? 0 : 6))
        case "char", "character", "bpchar": sqlType = 1
        // MariaDB's driver calls these char.
        case "enum", "set", "inet4", "inet6",
            "uuid" where dialect is MySQLDialect:
            sqlType = 1
        case "nchar": sqlType = -8
        case "nvarchar", "nvarchar2", "sysname": sqlType = -9
        case "text", "clob", "tinytext", "mediumtext", "longtext", "long": sqlType = -1
        case "ntext", "nclob": sqlType = -10
        case "binary", "raw": sqlType = -2
        case "varbinary": sqlType = -3
        case "image", "blob", "tinyblob", "mediumblob", "longblob", "bytea", "long raw", "bfile": sqlType = -4
        case "uniqueidentifier": sqlType = -11
        case "uuid" where dialect is PostgreSQLDialect: sqlType = -11
        default: sqlType = 12
        }
        // SQL Server's tinyint is 0 to 255; of a year drivers say that it has no sign.
        let isUnsigned = type.isUnsigned || type.name == "year" || (isSQLServer && type.name == "tinyint")
        self.init(
            name: name, sqlType: sqlType, size: size, digits: digits, typeName: type.name, isUnsigned: isUnsigned,
            isNullable: isNullable)
        isDeclared = true
    }

    /// With what only the declaration in the catalog tells, where a table is read: drivers describe `tinyint(1)` as any tinyint,
    /// Oracle's NUMBER without a precision as a double or as 38 digits without any behind the point, and psqlODBC a numeric
    /// without one as if it had 28, and one below zero places as if it had 2046.
    package func refined(declared text: String, dialect: any SQLDialect) -> DescribedColumn {
        let type = DatabaseType(text)
        var refined = self
        if dialect is MySQLDialect, type.name == "tinyint", type.size == 1 { (refined.sqlType, refined.size) = (-7, 1) }
        if dialect is PostgreSQLDialect, type.name == "numeric" {
            (refined.size, refined.digits, refined.isDeclared) = (type.size ?? 0, type.digits ?? 0, true)
        }
        if dialect is OracleDialect, ["number", "float"].contains(type.name), type.size == nil || type.name == "float" {
            (refined.sqlType, refined.size, refined.digits, refined.typeName) = (3, 0, 0, text)
        }
        return refined
    }
}
