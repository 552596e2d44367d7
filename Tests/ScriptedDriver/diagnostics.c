// Diagnostic records.
#include "handles.h"

#include <stdlib.h>
#include <string.h>

static handle *checked(SQLSMALLINT type, SQLHANDLE called) {
    static const struct { SQLSMALLINT type; handle_kind kind; } kinds[] = {
        {SQL_HANDLE_ENV, kind_environment}, {SQL_HANDLE_DBC, kind_connection}, {SQL_HANDLE_STMT, kind_statement},
        {SQL_HANDLE_DESC, kind_descriptor},
    };
    handle *of = called;
    for (int i = 0; of && i < 4; i++) if (kinds[i].type == type && of->kind == kinds[i].kind) return of;
    return NULL;
}

EXPORTED SQLRETURN SQL_API SQLGetDiagRecW(
    SQLSMALLINT type, SQLHANDLE called, SQLSMALLINT number, SQLWCHAR *state, SQLINTEGER *native, SQLWCHAR *text,
    SQLSMALLINT capacity, SQLSMALLINT *length
) {
    handle *of = checked(type, called);
    if (!of) return SQL_INVALID_HANDLE;
    if (number < 1 || capacity < 0) return SQL_ERROR;
    if ((size_t)number > of->record_count) return SQL_NO_DATA;
    const record *at = &of->records[number - 1];
    for (int i = 0; state && i < 6; i++) state[i] = (SQLWCHAR)at->state[i];
    if (native) *native = at->native;
    if (length) *length = (SQLSMALLINT)(at->length < 32767 ? at->length : 32767);
    bool cut = put_wide(at->text, at->length, text, capacity * (SQLLEN)sizeof(SQLWCHAR));
    return cut ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

static SQLRETURN put_field(
    const SQLWCHAR *units, size_t count, SQLPOINTER out, SQLSMALLINT capacity, SQLSMALLINT *length
) {
    if (length) *length = (SQLSMALLINT)(count * sizeof(SQLWCHAR));
    return put_wide(units, count, out, capacity) ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

static SQLRETURN header_field(const handle *of, SQLSMALLINT id, SQLPOINTER out) {
    SQLLEN number = id == SQL_DIAG_NUMBER ? (SQLLEN)of->record_count : -1;
    if (id == SQL_DIAG_ROW_COUNT || id == SQL_DIAG_CURSOR_ROW_COUNT) memcpy(out, &number, sizeof(SQLLEN));
    else if (id == SQL_DIAG_NUMBER) *(SQLINTEGER *)out = (SQLINTEGER)number;
    else return SQL_ERROR;
    return SQL_SUCCESS;
}

EXPORTED SQLRETURN SQL_API SQLGetDiagFieldW(
    SQLSMALLINT type, SQLHANDLE called, SQLSMALLINT number, SQLSMALLINT id, SQLPOINTER out, SQLSMALLINT capacity,
    SQLSMALLINT *length
) {
    handle *of = checked(type, called);
    if (!of) return SQL_INVALID_HANDLE;
    if (number == 0) return header_field(of, id, out);
    if ((size_t)number > of->record_count) return SQL_NO_DATA;
    const record *at = &of->records[number - 1];
    SQLWCHAR state[5];
    switch (id) {
    case SQL_DIAG_SQLSTATE:
        for (int i = 0; i < 5; i++) state[i] = (SQLWCHAR)at->state[i];
        return put_field(state, 5, out, capacity, length);
    case SQL_DIAG_MESSAGE_TEXT: return put_field(at->text, at->length, out, capacity, length);
    case SQL_DIAG_NATIVE: *(SQLINTEGER *)out = at->native; return SQL_SUCCESS;
    case SQL_DIAG_ROW_NUMBER: *(SQLLEN *)out = at->row; return SQL_SUCCESS;
    case SQL_DIAG_COLUMN_NUMBER: *(SQLINTEGER *)out = SQL_COLUMN_NUMBER_UNKNOWN; return SQL_SUCCESS;
    case SQL_DIAG_CLASS_ORIGIN: case SQL_DIAG_SUBCLASS_ORIGIN: case SQL_DIAG_CONNECTION_NAME:
    case SQL_DIAG_SERVER_NAME: return put_field((const SQLWCHAR[]){0}, 0, out, capacity, length);
    default: return SQL_ERROR;
    }
}
