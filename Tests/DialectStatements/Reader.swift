import SQLDialects

/// A dialect of ours, and what the parser calls it.
struct Reader {
    var name: String
    var parser: String
    var dialect: any SQLDialect
    /// Types whose columns are selected and bounded.
    var types: [String]

    static let all = [
        Reader(
            name: "sqlserver", parser: "tsql", dialect: SQLServerDialect(),
            types: [
                "int", "tinyint", "bigint identity", "decimal(38,10)", "money", "smallmoney", "float", "real", "bit",
                "date",
                "time(7)", "datetime", "smalldatetime", "datetime2(7)", "datetimeoffset(7)", "nvarchar(40)",
                "varchar(max)",
                "varchar(40)", "char(3)", "rowversion", "timestamp", "uniqueidentifier", "xml", "sql_variant",
                "hierarchyid",
                "geometry", "geography", "json", "image",
            ]),
        Reader(
            name: "azure", parser: "tsql", dialect: SQLServerDialect(isAzure: true), types: ["datetime2(7)"]),
        Reader(
            name: "oracle", parser: "oracle", dialect: OracleDialect(),
            types: [
                "NUMBER", "NUMBER(10,2)", "NUMBER(38,0)", "FLOAT", "BINARY_DOUBLE", "DATE", "TIMESTAMP(9)",
                "TIMESTAMP(6) WITH TIME ZONE", "TIMESTAMP(6) WITH LOCAL TIME ZONE", "VARCHAR2(40)", "CHAR(3)",
                "NVARCHAR2(20)",
                "CLOB", "RAW(16)", "BLOB", "UROWID", "INTERVAL YEAR(2) TO MONTH",
                "INTERVAL DAY(2) TO SECOND(6)",
                "BFILE", "XMLTYPE", "JSON", "SDO_GEOMETRY", "VECTOR", "LONG", "MY_OBJECT", "ROWID",
            ]),
        Reader(
            name: "oracle11", parser: "oracle", dialect: OracleDialect(major: 11), types: ["NUMBER", "DATE"]),
        Reader(
            name: "mysql", parser: "mysql", dialect: MySQLDialect(),
            types: [
                "bit(1)", "bit(8)", "tinyint(1)", "int(11)", "bigint(20) unsigned", "mediumint(8) unsigned zerofill",
                "year(4)",
                "decimal(20,4)", "double", "float", "date", "datetime(6)", "datetime", "timestamp(3)", "time(6)",
                "varchar(40)",
                "char(3)", "text", "json", "enum", "set", "blob", "geometry", "point", "vector(3)",
            ]),
        Reader(
            name: "mariadb", parser: "mysql", dialect: MySQLDialect(isMariaDB: true),
            types: ["bit(8)", "vector(3)", "uuid", "inet6", "timestamp(6)"]),
        Reader(
            name: "sqlite", parser: "sqlite", dialect: SQLiteDialect(),
            types: [
                "INTEGER", "bigint", "TEXT", "varchar(40)", "REAL", "BLOB", "decimal(10,2)", "datetime", "date", "",
            ]),
        Reader(
            name: "postgres", parser: "postgres", dialect: PostgreSQLDialect(),
            types: [
                "bool", "int2", "int4", "int8", "numeric", "numeric(10,2)", "money", "float8", "date", "timestamp",
                "timestamptz",
                "time", "timetz", "interval", "text", "varchar(40)", "bpchar", "bytea", "uuid", "jsonb", "inet", "cidr",
                "xml",
                "int4range", "_int4", "tsvector",
            ]),
        Reader(
            name: "generic", parser: "", dialect: GenericDialect(),
            types: ["integer", "decimal(10,2)", "date", "timestamp(6)"]
        ),
    ]
}
