import SQLDialects

/// Text that becomes part of an SQL statement passes through here and nowhere else. How it is quoted, the dialect says.
package enum SQLText {
    package static func identifier(_ name: String) -> String { PostgreSQLText.identifier(name) }
    package static func literal(_ text: String) -> String { PostgreSQLText.literal(text) }
}
