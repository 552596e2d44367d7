// The floor of any driver: binds the columns as ingest does, fetches them by the rowset, and keeps nothing.
//   odbc_drain CONNECTION_STRING SQL...
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

enum { ROWSET_BYTES = 1 << 20 };

static long drained(SQLHDBC connection, char *sql, size_t *rowset) {
    SQLHSTMT statement;
    SQLAllocHandle(SQL_HANDLE_STMT, connection, &statement);
    check(SQLExecDirect(statement, (SQLCHAR *)sql, SQL_NTS), SQL_HANDLE_STMT, statement, "executing");

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
    size_t rows = ROWSET_BYTES / row_width;
    *rowset = rows = rows < 1 ? 1 : rows > 4096 ? 4096 : rows;
    SQLULEN fetched = 0;
    SQLSetStmtAttr(statement, SQL_ATTR_ROW_ARRAY_SIZE, (SQLPOINTER)rows, 0);
    SQLSetStmtAttr(statement, SQL_ATTR_ROWS_FETCHED_PTR, &fetched, 0);
    void **values = calloc(columns, sizeof *values), **lengths = calloc(columns, sizeof *lengths);
    for (int i = 0; i < columns; i++) {
        values[i] = malloc(widths[i] * rows);
        lengths[i] = calloc(rows, sizeof(SQLLEN));
        check(SQLBindCol(statement, i + 1, kinds[i], values[i], widths[i], lengths[i]), SQL_HANDLE_STMT, statement, "binding");
    }
    long total = 0;
    SQLRETURN code;
    while ((code = SQLFetch(statement)) != SQL_NO_DATA) {
        check(code, SQL_HANDLE_STMT, statement, "fetching");
        total += fetched;
    }
    SQLFreeHandle(SQL_HANDLE_STMT, statement);
    for (int i = 0; i < columns; i++) free(values[i]), free(lengths[i]);
    free(values), free(lengths), free(kinds), free(widths);
    return total;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: odbc_drain CONNECTION_STRING SQL...\n", stderr);
        return 2;
    }
    SQLHENV environment;
    SQLHDBC connection;
    SQLAllocHandle(SQL_HANDLE_ENV, SQL_NULL_HANDLE, &environment);
    SQLSetEnvAttr(environment, SQL_ATTR_ODBC_VERSION, (SQLPOINTER)SQL_OV_ODBC3, 0);
    SQLAllocHandle(SQL_HANDLE_DBC, environment, &connection);
    check(SQLDriverConnect(connection, NULL, (SQLCHAR *)argv[1], SQL_NTS, NULL, 0, NULL, SQL_DRIVER_NOPROMPT),
          SQL_HANDLE_DBC, connection, "connecting");
    long total = 0;
    size_t rowset = 0;
    for (int i = 2; i < argc; i++) total += drained(connection, argv[i], &rowset);
    printf("%ld rows, %zu a rowset\n", total, rowset);
    SQLDisconnect(connection);
    return 0;
}
