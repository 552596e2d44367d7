import CODBC

/// What a function of ODBC returned.
enum ReturnCode {
    static func succeeded(_ code: SQLRETURN) -> Bool { code == SQL_SUCCESS || code == SQL_SUCCESS_WITH_INFO }
}
