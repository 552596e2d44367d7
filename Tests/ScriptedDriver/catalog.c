// Catalog functions: statements whose text is their name and arguments.
#include "handles.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const SQLWCHAR *text;
    SQLSMALLINT length;
} argument;

static SQLRETURN run_call(statement *of, const char *name, const argument *arguments, size_t count) {
    char call[2048];
    size_t used = (size_t)snprintf(call, sizeof call, "%s(", name);
    for (size_t i = 0; i < count; i++) {
        const argument *one = &arguments[i];
        size_t length = 0, bytes;
        if (one->text && one->length == SQL_NTS) while (one->text[length]) length++;
        else if (one->text) length = (size_t)one->length;
        char *text = one->text ? utf8_of(one->text, length, &bytes) : NULL;
        used += (size_t)snprintf(call + used, 400, "%s%s%.380s%s", i ? "," : "", text ? "'" : "", text ? text : "NULL",
            text ? "'" : "");
        free(text);
    }
    snprintf(call + used, sizeof call - used, ")");
    size_t units;
    SQLWCHAR *wide = units_of(call, &units);
    if (of->open) {
        violation(of, "%s while the result before is open", name);
        free(wide);
        return fail(of, "24000", "[Scripted]Invalid cursor state");
    }
    of->prepared = false;
    SQLRETURN ran = run_text(of, wide, units);
    free(wide);
    return ran;
}

#define CALL(name, ...)                                                                     \
    statement *of = called;                                                                 \
    if (!enter(of, kind_statement, name)) return SQL_INVALID_HANDLE;                        \
    const argument arguments[] = {__VA_ARGS__};                                             \
    return leave(of, run_call(of, name, arguments, sizeof arguments / sizeof *arguments))

EXPORTED SQLRETURN SQL_API SQLTablesW(
    SQLHSTMT called, SQLWCHAR *catalog, SQLSMALLINT cl, SQLWCHAR *schema, SQLSMALLINT sl, SQLWCHAR *table,
    SQLSMALLINT tl, SQLWCHAR *types, SQLSMALLINT yl
) {
    CALL("SQLTables", {catalog, cl}, {schema, sl}, {table, tl}, {types, yl});
}

EXPORTED SQLRETURN SQL_API SQLColumnsW(
    SQLHSTMT called, SQLWCHAR *catalog, SQLSMALLINT cl, SQLWCHAR *schema, SQLSMALLINT sl, SQLWCHAR *table,
    SQLSMALLINT tl, SQLWCHAR *columns, SQLSMALLINT ol
) {
    CALL("SQLColumns", {catalog, cl}, {schema, sl}, {table, tl}, {columns, ol});
}

EXPORTED SQLRETURN SQL_API SQLPrimaryKeysW(
    SQLHSTMT called, SQLWCHAR *catalog, SQLSMALLINT cl, SQLWCHAR *schema, SQLSMALLINT sl, SQLWCHAR *table, SQLSMALLINT tl
) {
    CALL("SQLPrimaryKeys", {catalog, cl}, {schema, sl}, {table, tl});
}

EXPORTED SQLRETURN SQL_API SQLStatisticsW(
    SQLHSTMT called, SQLWCHAR *catalog, SQLSMALLINT cl, SQLWCHAR *schema, SQLSMALLINT sl, SQLWCHAR *table,
    SQLSMALLINT tl, SQLUSMALLINT unique, SQLUSMALLINT reserved
) {
    (void)unique, (void)reserved;
    CALL("SQLStatistics", {catalog, cl}, {schema, sl}, {table, tl});
}

EXPORTED SQLRETURN SQL_API SQLSpecialColumnsW(
    SQLHSTMT called, SQLUSMALLINT identifier, SQLWCHAR *catalog, SQLSMALLINT cl, SQLWCHAR *schema, SQLSMALLINT sl,
    SQLWCHAR *table, SQLSMALLINT tl, SQLUSMALLINT scope, SQLUSMALLINT nullable
) {
    (void)identifier, (void)scope, (void)nullable;
    CALL("SQLSpecialColumns", {catalog, cl}, {schema, sl}, {table, tl});
}

EXPORTED SQLRETURN SQL_API SQLGetTypeInfoW(SQLHSTMT called, SQLSMALLINT type) {
    (void)type;
    CALL("SQLGetTypeInfo", {NULL, 0});
}
