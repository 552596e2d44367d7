// Attributes of connections and statements.
#include "handles.h"

#include <stdlib.h>
#include <string.h>

static const failure *refused(const connection *of, SQLINTEGER id) {
    if (!of->played) return NULL;
    for (size_t i = 0; i < of->played->attribute_count; i++) {
        if (of->played->attributes[i].id == id) return of->played->attributes[i].what;
    }
    return NULL;
}

EXPORTED SQLRETURN SQL_API SQLSetConnectAttrW(SQLHDBC called, SQLINTEGER id, SQLPOINTER to, SQLINTEGER length) {
    (void)length;
    connection *of = called;
    if (!enter(of, kind_connection, "SQLSetConnectAttr")) return SQL_INVALID_HANDLE;
    const failure *no = refused(of, id);
    if (no) return leave(of, fail_as(of, no));
    SQLULEN number = (SQLULEN)(uintptr_t)to;
    if (id != SQL_ATTR_CURRENT_CATALOG) journal_line(of, "attribute connection %d %lu", id, (unsigned long)number);
    switch (id) {
    case SQL_ATTR_LOGIN_TIMEOUT: of->login_timeout = number; break;
    case SQL_ATTR_CONNECTION_TIMEOUT: of->connection_timeout = number; break;
    case SQL_ATTR_AUTOCOMMIT:
        if (number == SQL_AUTOCOMMIT_ON) of->in_transaction = false;
        of->manual_commit = number == SQL_AUTOCOMMIT_OFF;
        break;
    default: break;
    }
    return leave(of, SQL_SUCCESS);
}

EXPORTED SQLRETURN SQL_API SQLGetConnectAttrW(
    SQLHDBC called, SQLINTEGER id, SQLPOINTER out, SQLINTEGER capacity, SQLINTEGER *length
) {
    connection *of = called;
    if (!enter(of, kind_connection, "SQLGetConnectAttr")) return SQL_INVALID_HANDLE;
    if (id == SQL_ATTR_CURRENT_CATALOG) {
        size_t count;
        SQLWCHAR *name = units_of("scripted", &count);
        bool cut = put_wide(name, count, out, capacity);
        if (length) *length = (SQLINTEGER)(count * sizeof(SQLWCHAR));
        free(name);
        return leave(of, cut ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS);
    }
    SQLUINTEGER number = 0;
    switch (id) {
    case SQL_ATTR_LOGIN_TIMEOUT: number = (SQLUINTEGER)of->login_timeout; break;
    case SQL_ATTR_CONNECTION_TIMEOUT: number = (SQLUINTEGER)of->connection_timeout; break;
    case SQL_ATTR_AUTOCOMMIT: number = of->manual_commit ? SQL_AUTOCOMMIT_OFF : SQL_AUTOCOMMIT_ON; break;
    case SQL_ATTR_CONNECTION_DEAD: number = of->connected ? SQL_CD_FALSE : SQL_CD_TRUE; break;
    default: return leave(of, fail(of, "HYC00", "[Scripted]attribute %d", id));
    }
    memcpy(out, &number, sizeof number);
    return leave(of, SQL_SUCCESS);
}

static SQLRETURN limit_array(statement *of, SQLULEN asked) {
    if (asked == 0) return fail(of, "HY024", "[Scripted]an array of no rows");
    long most = of->head.of->played->quirk_number[quirk_row_array_limit];
    of->array_size = asked;
    if (!quirks(of, quirk_row_array_limit) || asked <= (SQLULEN)most) return SQL_SUCCESS;
    of->array_size = (SQLULEN)most;
    note_text(of, "01S02", SQL_NO_ROW_NUMBER, "[Scripted]Option value changed");
    return SQL_SUCCESS_WITH_INFO;
}

EXPORTED SQLRETURN SQL_API SQLSetStmtAttrW(SQLHSTMT called, SQLINTEGER id, SQLPOINTER to, SQLINTEGER length) {
    (void)length;
    statement *of = called;
    if (!enter(of, kind_statement, "SQLSetStmtAttr")) return SQL_INVALID_HANDLE;
    const failure *no = refused(of->head.of, id);
    if (no) return leave(of, fail_as(of, no));
    SQLULEN number = (SQLULEN)(uintptr_t)to;
    journal_line(of->head.of, "attribute statement %d %lu", id,
        id == SQL_ATTR_ROWS_FETCHED_PTR || id == SQL_ATTR_ROW_STATUS_PTR || id == SQL_ATTR_ROW_BIND_OFFSET_PTR
            ? (unsigned long)(number != 0) : (unsigned long)number);
    SQLRETURN result = SQL_SUCCESS;
    switch (id) {
    case SQL_ATTR_ROW_ARRAY_SIZE: case SQL_ROWSET_SIZE: result = limit_array(of, number); break;
    case SQL_ATTR_ROWS_FETCHED_PTR: of->rows_fetched = to; break;
    case SQL_ATTR_ROW_STATUS_PTR: of->row_status = to; break;
    case SQL_ATTR_ROW_BIND_OFFSET_PTR: of->bind_offset = to; break;
    case SQL_ATTR_ROW_BIND_TYPE: of->bind_type = number; break;
    case SQL_ATTR_QUERY_TIMEOUT: of->query_timeout = number; break;
    case SQL_ATTR_MAX_LENGTH: of->maximum_length = number; break;
    case SQL_ATTR_CURSOR_TYPE:
        if (number != SQL_CURSOR_FORWARD_ONLY) {
            note_text(of, "01S02", SQL_NO_ROW_NUMBER, "[Scripted]Option value changed");
            result = SQL_SUCCESS_WITH_INFO;
        }
        break;
    case SQL_ATTR_ASYNC_ENABLE:
        if (number) result = fail(of, "HYC00", "[Scripted]asynchronous calls");
        break;
    default: break;
    }
    return leave(of, result);
}

EXPORTED SQLRETURN SQL_API SQLGetStmtAttrW(
    SQLHSTMT called, SQLINTEGER id, SQLPOINTER out, SQLINTEGER capacity, SQLINTEGER *length
) {
    (void)capacity, (void)length;
    statement *of = called;
    if (!enter(of, kind_statement, "SQLGetStmtAttr")) return SQL_INVALID_HANDLE;
    SQLULEN number = 0;
    switch (id) {
    case SQL_ATTR_APP_ROW_DESC: number = (SQLULEN)(uintptr_t)of->descriptors[0]; break;
    case SQL_ATTR_APP_PARAM_DESC: number = (SQLULEN)(uintptr_t)of->descriptors[1]; break;
    case SQL_ATTR_IMP_ROW_DESC: number = (SQLULEN)(uintptr_t)of->descriptors[2]; break;
    case SQL_ATTR_IMP_PARAM_DESC: number = (SQLULEN)(uintptr_t)of->descriptors[3]; break;
    case SQL_ATTR_ROW_ARRAY_SIZE: number = of->array_size; break;
    case SQL_ATTR_QUERY_TIMEOUT: number = of->query_timeout; break;
    case SQL_ATTR_MAX_LENGTH: number = of->maximum_length; break;
    case SQL_ATTR_ROW_BIND_TYPE: number = of->bind_type; break;
    case SQL_ATTR_ROW_NUMBER: number = of->rows_read; break;
    case SQL_ATTR_CURSOR_TYPE: number = SQL_CURSOR_FORWARD_ONLY; break;
    case SQL_ATTR_CONCURRENCY: number = SQL_CONCUR_READ_ONLY; break;
    case SQL_ATTR_ROWS_FETCHED_PTR: number = (SQLULEN)(uintptr_t)of->rows_fetched; break;
    case SQL_ATTR_ROW_STATUS_PTR: number = (SQLULEN)(uintptr_t)of->row_status; break;
    default: break;
    }
    memcpy(out, &number, sizeof number);
    return leave(of, SQL_SUCCESS);
}
