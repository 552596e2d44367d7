// The floor of any driver: binds the columns as ingest does, fetches them by the rowset, and keeps nothing.
//   odbc_drain CONNECTION_STRING SQL [BYTES_OF_A_ROWSET]
#include <sql.h>
#include <sqlext.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(SQLRETURN code, SQLSMALLINT type, SQLHANDLE handle, const char *what) {
    if (SQL_SUCCEEDED(code)) return;
    SQLCHAR state[6], text[1024];
    SQLINTEGER native;
    SQLSMALLINT length;
    if (SQLGetDiagRec(type, handle, 1, state, &native, text, sizeof text, &length) != SQL_SUCCESS) text[0] = 0;
    fprintf(stderr, "%s: %s\n", what, text);
    exit(1);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: odbc_drain CONNECTION_STRING SQL [BYTES_OF_A_ROWSET]\n", stderr);
        return 2;
    }
    size_t budget = argc > 3 ? strtoul(argv[3], NULL, 10) : 1 << 20;
    SQLHENV environment;
    SQLHDBC connection;
    SQLHSTMT statement;
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
    SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
    check(SQLDriverConnect(connection, NULL, (SQLCHAR *)argv[1], SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT),
          SQL_HANDLE_DBC, connection, "connecting");
    SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement);
    check(SQLExecDirect(statement, (SQLCHAR *)argv[2], SQL_NTS), SQL_HANDLE_STMT, statement, "executing");

    SQLSMALLINT columns;
    SQLNumResultCols(statement, &columns);
    SQLSMALLINT *kinds = calloc(columns, sizeof *kinds);
    size_t *widths = calloc(columns, sizeof *widths);
    size_t row_width = 0;
    for (int i = 0; i < columns; i++) {
        SQLCHAR name[256];
        SQLSMALLINT length, type, digits, nullable;
        SQLULEN size;
        check(SQLDescribeCol(statement, i + 1, name, sizeof name, &length, &type, &size, &digits, &nullable),
              SQL_HANDLE_STMT, statement, "describing");
        switch (type) {
        case SQL_TINYINT: case SQL_SMALLINT: case SQL_INTEGER: kinds[i] = SQL_C_SLONG, widths[i] = 4; break;
        case SQL_BIGINT: kinds[i] = SQL_C_SBIGINT, widths[i] = 8; break;
        case SQL_REAL: case SQL_FLOAT: case SQL_DOUBLE: kinds[i] = SQL_C_DOUBLE, widths[i] = 8; break;
        case SQL_TYPE_DATE: kinds[i] = SQL_C_TYPE_DATE, widths[i] = sizeof(SQL_DATE_STRUCT); break;
        case SQL_TYPE_TIMESTAMP: kinds[i] = SQL_C_TYPE_TIMESTAMP, widths[i] = sizeof(SQL_TIMESTAMP_STRUCT); break;
        case SQL_NUMERIC: case SQL_DECIMAL: kinds[i] = SQL_C_CHAR, widths[i] = size + 3; break;
        default: kinds[i] = SQL_C_CHAR, widths[i] = size && size < 2048 ? size * 4 + 1 : 8192;
        }
        row_width += widths[i] + sizeof(SQLLEN);
    }
    size_t rows = budget / row_width;
    rows = rows < 1 ? 1 : rows > 4096 ? 4096 : rows;
    SQLULEN fetched = 0;
    SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)rows, 0);
    SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
    for (int i = 0; i < columns; i++) {
        check(SQLBindCol(statement, i + 1, kinds[i], malloc(widths[i] * rows), widths[i], calloc(rows, sizeof(SQLLEN))),
              SQL_HANDLE_STMT, statement, "binding");
    }
    long total = 0;
    SQLRETURN code;
    while ((code = SQLFetch(statement)) != SQL_NO_DATA) {
        check(code, SQL_HANDLE_STMT, statement, "fetching");
        total += fetched;
    }
    printf("%ld rows, %zu a rowset\n", total, rows);
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
    SQLDisconnect(connection);
    return 0;
}
