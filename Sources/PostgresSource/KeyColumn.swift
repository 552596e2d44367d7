/// The column that a table is divided by where ranges of pages cannot be read (PostgreSQL before 14).
enum KeyColumn {
    /// The first column of the primary key, or else of another unique index, if its values are numbers or times: a range of
    /// it is a range of the index. Nil where there is none.
    static func name(of relation: Relation, on connection: Connection) throws(PostgresFault) -> String? {
        try connection.execute(
            """
            SELECT a.attname FROM pg_catalog.pg_index i JOIN pg_catalog.pg_attribute a \
            ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] \
            WHERE i.indrelid = '\(relation.oid)' AND i.indisunique AND i.indisvalid AND i.indpred IS NULL \
            AND a.atttypid = ANY ('{20,21,23,1082,1114,1184}'::pg_catalog.oid[]) \
            ORDER BY i.indisprimary DESC, i.indexrelid LIMIT 1
            """, doing: "looking for a key of \(relation.objectName.display)")[0, 0]
    }
}
