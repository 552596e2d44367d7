/// What a person may do about an SQLSTATE, where the code alone says enough.
enum Remedy {
    static func text(sqlstate: String?, hint: String?, user: String) -> String? {
        switch sqlstate {
        case "57014":
            "The server's statement_timeout or an administrator ended it; raise the timeout for the role "
                + "(ALTER ROLE \(SQLText.identifier(user)) SET statement_timeout = …)."
        case "53300": "The server allows no more connections; read with fewer of them, or later."
        case "28P01": "Check user and password; psql with the same settings must be able to connect."
        case "28000": "The server's pg_hba.conf does not let this user in from here; its administrator can change that."
        case "3D000": "Check the name of the database; psql -l lists them."
        case "55P03": "Another session holds or waits for an exclusive lock on the table; try again when it is done."
        case "57P03": "The server is starting up, shutting down or recovering; try again shortly."
        case "42601":
            "Check the query or the filter (query_filter, --where) that was given, best by running it in psql."
        case "25006": "Only reading is allowed here; give a SELECT statement."
        default: hint
        }
    }
}
