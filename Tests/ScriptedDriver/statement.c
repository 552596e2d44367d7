// Preparing, executing, parameters, cancelling.
#include "handles.h"

#include <stdlib.h>
#include <string.h>

const result *current_result(const statement *of) {
    return of->plays && of->result_at < of->plays->result_count ? &of->plays->results[of->result_at] : NULL;
}

static void rewind_result(statement *of) {
    of->step_at = of->step_played = of->rows_read = 0;
    of->rowset_count = 0;
    of->piece_column = 0;
    of->at_end = false;
}

void close_cursor(statement *of) {
    of->open = false;
    rewind_result(of);
}

static bool contains(const SQLWCHAR *text, size_t length, const SQLWCHAR *part, size_t part_length) {
    for (size_t at = 0; at + part_length <= length; at++) {
        if (memcmp(text + at, part, part_length * sizeof(SQLWCHAR)) == 0) return true;
    }
    return false;
}

static statement_script *found(const statement *of) {
    script *played = of->head.of->played;
    for (size_t i = 0; i < played->statement_count; i++) {
        statement_script *one = &played->statements[i];
        if (one->used && one->once) continue;
        if (contains(of->text, of->text_length, one->part, one->part_length)) return one;
    }
    return NULL;
}

static void take_text(statement *of, const SQLWCHAR *text, size_t length) {
    free(of->text);
    of->text = calloc(length + 1, sizeof(SQLWCHAR));
    memcpy(of->text, text, length * sizeof(SQLWCHAR));
    of->text_length = length;
    of->result_at = 0;
    rewind_result(of);
    of->plays = found(of);
}

/// One parameter as the journal shows it.
static size_t show_parameter(const parameter *of, char *out, size_t room) {
    if (of->indicator && *of->indicator == SQL_NULL_DATA) return (size_t)snprintf(out, room, "NULL");
    SQLLEN length = of->indicator ? *of->indicator : SQL_NTS;
    switch (of->c_type) {
    case SQL_C_SBIGINT: return (size_t)snprintf(out, room, "%lld", (long long)*(const SQLBIGINT *)of->data);
    case SQL_C_SLONG: case SQL_C_LONG: return (size_t)snprintf(out, room, "%d", *(const SQLINTEGER *)of->data);
    case SQL_C_DOUBLE: return (size_t)snprintf(out, room, "%.17g", *(const double *)of->data);
    case SQL_C_CHAR:
        return length == SQL_NTS ? (size_t)snprintf(out, room, "'%s'", of->data)
                                 : (size_t)snprintf(out, room, "'%.*s'", (int)length, of->data);
    case SQL_C_WCHAR: {
        const SQLWCHAR *units = (const SQLWCHAR *)of->data;
        size_t count = 0, bytes;
        if (length == SQL_NTS) while (units[count]) count++;
        else count = (size_t)length / sizeof(SQLWCHAR);
        char *text = utf8_of(units, count, &bytes);
        size_t used = (size_t)snprintf(out, room, "N'%s'", text);
        free(text);
        return used;
    }
    case SQL_C_TYPE_DATE: {
        const SQL_DATE_STRUCT *d = (const SQL_DATE_STRUCT *)of->data;
        return (size_t)snprintf(out, room, "d'%04d-%02d-%02d'", d->year, d->month, d->day);
    }
    case SQL_C_TYPE_TIMESTAMP: {
        const SQL_TIMESTAMP_STRUCT *t = (const SQL_TIMESTAMP_STRUCT *)of->data;
        return (size_t)snprintf(out, room, "ts'%04d-%02d-%02d %02d:%02d:%02d.%09u'", t->year, t->month, t->day, t->hour,
            t->minute, t->second, t->fraction);
    }
    default: return (size_t)snprintf(out, room, "(C type %d)", of->c_type);
    }
}

static SQLRETURN log_text(statement *of) {
    size_t bytes, used = 0;
    char *text = utf8_of(of->text, of->text_length, &bytes);
    char shown[4096] = "";
    int markers = 0;
    bool quoted = false;
    for (size_t i = 0; i < bytes; i++) {
        if (text[i] == '\'') quoted = !quoted;
        if (text[i] == '?' && !quoted) markers++;
    }
    for (int i = 0; i < markers && used < sizeof shown - 512; i++) {
        if (i >= parameters_maximum || !of->parameters[i].bound) {
            free(text);
            violation(of, "a statement with %d markers was executed with %d parameters", markers, i);
            return fail(of, "07002", "[Scripted]COUNT field incorrect or syntax error");
        }
        used += (size_t)snprintf(shown + used, 8, "%s", i ? ", " : " <- ");
        used += show_parameter(&of->parameters[i], shown + used, 500);
    }
    journal_line(of->head.of, "sql %s%s", text, shown);
    free(text);
    return SQL_SUCCESS;
}

static SQLRETURN play(statement *of, const moment *plays) {
    if (plays->hang > 0) {
        SQLRETURN waited = hang_statement(of, plays->hang);
        if (waited != SQL_SUCCESS) return waited;
    }
    if (plays->error) return fail_as(of, plays->error);
    if (!plays->warning) return SQL_SUCCESS;
    note(of, plays->warning, SQL_NO_ROW_NUMBER);
    return SQL_SUCCESS_WITH_INFO;
}

static SQLRETURN unknown(statement *of) {
    size_t bytes;
    char *text = utf8_of(of->text, of->text_length, &bytes);
    fail(of, "42000", "[Scripted]the script has no statement like: %.600s", text);
    free(text);
    return SQL_ERROR;
}

static SQLRETURN execute(statement *of) {
    SQLRETURN logged = log_text(of);
    if (logged != SQL_SUCCESS) return logged;
    if (!of->plays && !of->head.of->played->otherwise_ok) return unknown(of);
    if (of->head.of->manual_commit) of->head.of->in_transaction = true;
    of->result_at = 0;
    rewind_result(of);
    if (!of->plays) return SQL_SUCCESS;
    of->plays->used = true;
    SQLRETURN played = play(of, &of->plays->execute);
    of->open = SQL_SUCCEEDED(played) && of->plays->results[0].column_count > 0;
    return played;
}

SQLRETURN run_text(statement *of, SQLWCHAR *text, size_t length) {
    take_text(of, text, length);
    return execute(of);
}

static size_t length_of(const SQLWCHAR *text, SQLINTEGER length) {
    size_t count = 0;
    if (length == SQL_NTS) while (text[count]) count++;
    else count = (size_t)length;
    return count;
}

/// A driver that has one result at a time refuses a second statement on the connection; here it is the same statement.
static bool still_open(statement *of, const char *function) {
    if (!of->open) return false;
    violation(of, "%s while the result before is open", function);
    return true;
}

EXPORTED SQLRETURN SQL_API SQLPrepareW(SQLHSTMT called, SQLWCHAR *text, SQLINTEGER length) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLPrepare")) return SQL_INVALID_HANDLE;
    if (still_open(of, "SQLPrepare")) return leave(of, fail(of, "24000", "[Scripted]Invalid cursor state"));
    work(of, "SQLPrepare");
    take_text(of, text, length_of(text, length));
    of->prepared = true;
    return rest(of, of->plays ? play(of, &of->plays->prepare)
                  : of->head.of->played->otherwise_ok ? SQL_SUCCESS : unknown(of));
}

EXPORTED SQLRETURN SQL_API SQLExecute(SQLHSTMT called) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLExecute")) return SQL_INVALID_HANDLE;
    if (!of->prepared) return leave(of, fail(of, "HY010", "[Scripted]Function sequence error"));
    if (still_open(of, "SQLExecute")) return leave(of, fail(of, "24000", "[Scripted]Invalid cursor state"));
    work(of, "SQLExecute");
    return rest(of, execute(of));
}

EXPORTED SQLRETURN SQL_API SQLExecDirectW(SQLHSTMT called, SQLWCHAR *text, SQLINTEGER length) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLExecDirect")) return SQL_INVALID_HANDLE;
    if (still_open(of, "SQLExecDirect")) return leave(of, fail(of, "24000", "[Scripted]Invalid cursor state"));
    work(of, "SQLExecDirect");
    of->prepared = false;
    return rest(of, run_text(of, text, length_of(text, length)));
}

EXPORTED SQLRETURN SQL_API SQLMoreResults(SQLHSTMT called) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLMoreResults")) return SQL_INVALID_HANDLE;
    close_cursor(of);
    if (!of->plays || of->result_at + 1 >= of->plays->result_count) return leave(of, SQL_NO_DATA);
    of->result_at++;
    of->open = current_result(of)->column_count > 0;
    return leave(of, SQL_SUCCESS);
}

EXPORTED SQLRETURN SQL_API SQLCloseCursor(SQLHSTMT called) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLCloseCursor")) return SQL_INVALID_HANDLE;
    if (!of->open) return leave(of, fail(of, "24000", "[Scripted]Invalid cursor state"));
    close_cursor(of);
    return leave(of, SQL_SUCCESS);
}

EXPORTED SQLRETURN SQL_API SQLFreeStmt(SQLHSTMT called, SQLUSMALLINT what) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLFreeStmt")) return SQL_INVALID_HANDLE;
    if (what == SQL_CLOSE) {
        expect_rest(of->head.of, "SQLFreeStmt");
        close_cursor(of);
    }
    if (what == SQL_UNBIND) memset(of->bindings, 0, bindings_maximum * sizeof(binding));
    if (what == SQL_RESET_PARAMS) memset(of->parameters, 0, sizeof of->parameters);
    return leave(of, SQL_SUCCESS);
}

EXPORTED SQLRETURN SQL_API SQLCancel(SQLHSTMT called) {
    statement *of = called;
    if (of->head.kind != kind_statement) return SQL_INVALID_HANDLE;
    journal_line(of->head.of, "cancel");
    if (quirks(of, quirk_cancel_ignored)) return SQL_SUCCESS;
    pthread_mutex_lock(&of->gate);
    of->cancel_asked = of->head.inside > 0;
    pthread_cond_broadcast(&of->cancelled);
    pthread_mutex_unlock(&of->gate);
    return SQL_SUCCESS;
}

EXPORTED SQLRETURN SQL_API SQLBindParameter(
    SQLHSTMT called, SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type, SQLSMALLINT type, SQLULEN size,
    SQLSMALLINT digits, SQLPOINTER data, SQLLEN capacity, SQLLEN *indicator
) {
    (void)size;
    statement *of = called;
    if (!enter(of, kind_statement, "SQLBindParameter")) return SQL_INVALID_HANDLE;
    if (number < 1 || number > parameters_maximum) return leave(of, fail(of, "07009", "[Scripted]Invalid index"));
    if (direction != SQL_PARAM_INPUT) violation(of, "parameter %u is not for input", number);
    if (!data && !indicator) return leave(of, fail(of, "HY009", "[Scripted]Invalid use of null pointer"));
    if (type == SQL_TYPE_TIMESTAMP && digits > 9) violation(of, "parameter %u has %d digits of a second", number, digits);
    of->parameters[number - 1] = (parameter){true, c_type, data, capacity, indicator};
    return leave(of, SQL_SUCCESS);
}

EXPORTED SQLRETURN SQL_API SQLNumParams(SQLHSTMT called, SQLSMALLINT *count) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLNumParams")) return SQL_INVALID_HANDLE;
    *count = 0;
    for (size_t i = 0; i < of->text_length; i++) *count += of->text[i] == '?';
    return leave(of, SQL_SUCCESS);
}

EXPORTED SQLRETURN SQL_API SQLRowCount(SQLHSTMT called, SQLLEN *count) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLRowCount")) return SQL_INVALID_HANDLE;
    const result *at = current_result(of);
    *count = at ? at->affected : -1;
    return leave(of, SQL_SUCCESS);
}
