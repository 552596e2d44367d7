import SQLDialects

/// A column of a result as the driver describes it. What it says of widths is a hint; `ColumnMapping` decides.
package struct DescribedColumn: Equatable, Sendable {
    package var name: String
    /// SQL_VARCHAR… or a driver's own number.
    package var sqlType: Int
    /// Characters, bytes, or digits of a number; 0 where unlimited or unknown.
    package var size: Int
    /// Behind the point, or of a second's fraction.
    package var digits: Int
    /// As the database calls it; empty where the driver does not say.
    package var typeName: String
    package var isUnsigned: Bool
    /// Nil: unknown.
    package var isNullable: Bool?
    /// Size and digits are those of the declaration in the catalog, not what a driver makes of them.
    package var isDeclared = false

    package init(
        name: String, sqlType: Int, size: Int = 0, digits: Int = 0, typeName: String = "", isUnsigned: Bool = false,
        isNullable: Bool? = nil
    ) {
        self.name = name
        self.sqlType = sqlType
        self.size = size
        self.digits = digits
        self.typeName = typeName
        self.isUnsigned = isUnsigned
        self.isNullable = isNullable
    }

    /// What dialects decide by.
    package var databaseType: DatabaseType {
        DatabaseType(
            typeName, size: size > 0 && !countsCharacters ? size : nil, digits: hasDigits ? digits : nil,
            isUnsigned: isUnsigned && isInteger
        )
    }

    private var isInteger: Bool { [-6, 5, 4, -5].contains(sqlType) }
    /// Of a date or time a driver says how long its text is, which is no part of the type.
    private var countsCharacters: Bool { !isDeclared && [91, 92, 93, -154, -155, 94, 95].contains(sqlType) }
    private var hasDigits: Bool { [2, 3, 92, 93, -154, -155, 94, 95].contains(sqlType) }
}
