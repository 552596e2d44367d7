// What the driver says of itself.
#include "handles.h"

#include <stdlib.h>
#include <string.h>

static const struct { SQLUSMALLINT id; const char *text; } usual_texts[] = {
    {SQL_DRIVER_NAME, "libScriptedDriver.so"}, {SQL_DRIVER_VER, "01.00.0000"}, {SQL_DRIVER_ODBC_VER, "03.52"},
    {SQL_DBMS_NAME, "Scripted"}, {SQL_DBMS_VER, "01.00.0000"}, {SQL_IDENTIFIER_QUOTE_CHAR, "\""},
    {SQL_SEARCH_PATTERN_ESCAPE, "\\"}, {SQL_DATABASE_NAME, "scripted"}, {SQL_SERVER_NAME, "scripted"},
    {SQL_DATA_SOURCE_NAME, ""}, {SQL_CATALOG_NAME_SEPARATOR, "."}, {SQL_CATALOG_TERM, "database"},
    {SQL_SCHEMA_TERM, "schema"}, {SQL_TABLE_TERM, "table"}, {SQL_USER_NAME, "scripted"},
    {SQL_NEED_LONG_DATA_LEN, "N"}, {SQL_CATALOG_NAME, "Y"}, {SQL_COLUMN_ALIAS, "Y"}, {SQL_SPECIAL_CHARACTERS, ""},
    {SQL_ACCESSIBLE_TABLES, "N"}, {SQL_DATA_SOURCE_READ_ONLY, "N"}, {SQL_MULT_RESULT_SETS, "Y"},
    {SQL_DESCRIBE_PARAMETER, "N"}, {SQL_XOPEN_CLI_YEAR, "1995"},
};

static const struct { SQLUSMALLINT id; bool is_short; SQLUINTEGER number; } usual_numbers[] = {
    {SQL_GETDATA_EXTENSIONS, false, SQL_GD_BLOCK}, {SQL_CURSOR_COMMIT_BEHAVIOR, true, SQL_CB_CLOSE},
    {SQL_CURSOR_ROLLBACK_BEHAVIOR, true, SQL_CB_CLOSE}, {SQL_TXN_CAPABLE, true, SQL_TC_ALL},
    {SQL_MAX_IDENTIFIER_LEN, true, 128}, {SQL_MAX_CONCURRENT_ACTIVITIES, true, 1}, {SQL_MAX_COLUMN_NAME_LEN, true, 128},
    {SQL_IDENTIFIER_CASE, true, SQL_IC_MIXED}, {SQL_QUOTED_IDENTIFIER_CASE, true, SQL_IC_MIXED},
    {SQL_DEFAULT_TXN_ISOLATION, false, SQL_TXN_READ_COMMITTED}, {SQL_ASYNC_MODE, false, SQL_AM_NONE},
    {SQL_ODBC_INTERFACE_CONFORMANCE, false, SQL_OIC_CORE}, {SQL_SCROLL_OPTIONS, false, SQL_SO_FORWARD_ONLY},
    {SQL_MAX_DRIVER_CONNECTIONS, true, 0}, {SQL_CATALOG_USAGE, false, SQL_CU_DML_STATEMENTS},
    {SQL_SCHEMA_USAGE, false, SQL_SU_DML_STATEMENTS}, {SQL_CATALOG_LOCATION, true, SQL_CL_START},
};

static SQLRETURN put_text(
    connection *of, const char *text, SQLPOINTER out, SQLSMALLINT capacity, SQLSMALLINT *length
) {
    size_t count;
    SQLWCHAR *units = units_of(text, &count);
    bool cut = put_wide(units, count, out, capacity);
    free(units);
    if (length) *length = (SQLSMALLINT)(count * sizeof(SQLWCHAR));
    if (!cut) return SQL_SUCCESS;
    note_text(of, "01004", SQL_NO_ROW_NUMBER, "[Scripted]String data, right truncated");
    return SQL_SUCCESS_WITH_INFO;
}

static SQLRETURN put_number(bool is_short, SQLUINTEGER number, SQLPOINTER out, SQLSMALLINT *length) {
    SQLUSMALLINT narrow = (SQLUSMALLINT)number;
    if (out) memcpy(out, is_short ? (const void *)&narrow : (const void *)&number, is_short ? 2 : 4);
    if (length) *length = is_short ? 2 : 4;
    return SQL_SUCCESS;
}

EXPORTED SQLRETURN SQL_API SQLGetInfoW(
    SQLHDBC called, SQLUSMALLINT id, SQLPOINTER out, SQLSMALLINT capacity, SQLSMALLINT *length
) {
    connection *of = called;
    if (!enter(of, kind_connection, "SQLGetInfo")) return SQL_INVALID_HANDLE;
    const script *played = of->played;
    for (size_t i = 0; played && i < played->info_count; i++) {
        const info_answer *answer = &played->infos[i];
        if (answer->id != id) continue;
        return leave(of, answer->is_text ? put_text(of, answer->text, out, capacity, length)
                                         : put_number(answer->is_short, answer->number, out, length));
    }
    for (size_t i = 0; i < sizeof usual_texts / sizeof *usual_texts; i++) {
        if (usual_texts[i].id == id) return leave(of, put_text(of, usual_texts[i].text, out, capacity, length));
    }
    for (size_t i = 0; i < sizeof usual_numbers / sizeof *usual_numbers; i++) {
        if (usual_numbers[i].id != id) continue;
        return leave(of, put_number(usual_numbers[i].is_short, usual_numbers[i].number, out, length));
    }
    return leave(of, fail(of, "HY096", "[Scripted]Information type %u out of range", id));
}

EXPORTED SQLRETURN SQL_API SQLGetFunctions(SQLHDBC called, SQLUSMALLINT function, SQLUSMALLINT *out) {
    (void)called;
    static const SQLUSMALLINT there[] = {
        SQL_API_SQLALLOCHANDLE, SQL_API_SQLFREEHANDLE, SQL_API_SQLSETENVATTR, SQL_API_SQLGETENVATTR,
        SQL_API_SQLDRIVERCONNECT, SQL_API_SQLDISCONNECT, SQL_API_SQLENDTRAN, SQL_API_SQLGETINFO,
        SQL_API_SQLGETFUNCTIONS, SQL_API_SQLSETCONNECTATTR, SQL_API_SQLGETCONNECTATTR, SQL_API_SQLSETSTMTATTR,
        SQL_API_SQLGETSTMTATTR, SQL_API_SQLPREPARE, SQL_API_SQLEXECUTE, SQL_API_SQLEXECDIRECT,
        SQL_API_SQLNUMRESULTCOLS, SQL_API_SQLDESCRIBECOL, SQL_API_SQLCOLATTRIBUTE, SQL_API_SQLBINDCOL,
        SQL_API_SQLBINDPARAMETER, SQL_API_SQLNUMPARAMS, SQL_API_SQLFETCH, SQL_API_SQLFETCHSCROLL, SQL_API_SQLGETDATA,
        SQL_API_SQLSETPOS, SQL_API_SQLCANCEL, SQL_API_SQLGETDIAGREC, SQL_API_SQLGETDIAGFIELD, SQL_API_SQLMORERESULTS,
        SQL_API_SQLFREESTMT, SQL_API_SQLCLOSECURSOR, SQL_API_SQLROWCOUNT, SQL_API_SQLTABLES, SQL_API_SQLCOLUMNS,
        SQL_API_SQLPRIMARYKEYS, SQL_API_SQLSTATISTICS, SQL_API_SQLGETTYPEINFO, SQL_API_SQLSETDESCFIELD,
        SQL_API_SQLGETDESCFIELD, SQL_API_SQLSPECIALCOLUMNS,
    };
    size_t count = sizeof there / sizeof *there;
    if (function == SQL_API_ODBC3_ALL_FUNCTIONS) {
        memset(out, 0, SQL_API_ODBC3_ALL_FUNCTIONS_SIZE * sizeof *out);
        for (size_t i = 0; i < count; i++) out[there[i] >> 4] |= (SQLUSMALLINT)(1 << (there[i] & 15));
        return SQL_SUCCESS;
    }
    if (function == SQL_API_ALL_FUNCTIONS) memset(out, 0, 100 * sizeof *out);
    else *out = SQL_FALSE;
    for (size_t i = 0; i < count; i++) {
        if (function == SQL_API_ALL_FUNCTIONS && there[i] < 100) out[there[i]] = SQL_TRUE;
        else if (there[i] == function) *out = SQL_TRUE;
    }
    return SQL_SUCCESS;
}
