// SQLGetData, with the limits that SQL_GETDATA_EXTENSIONS announces.
#include "handles.h"

static SQLUINTEGER extensions(const statement *of) {
    const script *played = of->head.of->played;
    for (size_t i = 0; i < played->info_count; i++) {
        if (played->infos[i].id == SQL_GETDATA_EXTENSIONS) return played->infos[i].number;
    }
    return SQL_GD_BLOCK;
}

static SQLRETURN refuse(statement *of, SQLUSMALLINT number, const char *why) {
    violation(of, "SQLGetData of column %u %s, which SQL_GETDATA_EXTENSIONS does not allow", number, why);
    return fail(of, "07009", "[Scripted]Invalid Descriptor Index");
}

static SQLRETURN check_extensions(statement *of, const result *at, SQLUSMALLINT number) {
    SQLUINTEGER allowed = extensions(of);
    if (of->array_size > 1 && !(allowed & SQL_GD_BLOCK)) return refuse(of, number, "of a block of rows");
    if (of->bindings[number].bound && !(allowed & SQL_GD_BOUND)) return refuse(of, number, "that is bound");
    if (number < of->piece_column && !(allowed & SQL_GD_ANY_ORDER)) return refuse(of, number, "after a later one");
    for (size_t i = number + 1; i <= at->column_count && !(allowed & SQL_GD_ANY_COLUMN); i++) {
        if (of->bindings[i].bound) return refuse(of, number, "before one that is bound");
    }
    return SQL_SUCCESS;
}

static SQLRETURN get(statement *of, const result *at, converting *c, SQLUSMALLINT number, SQLLEN *indicator) {
    c->c_type = resolved_type(c->c_type, c->described);
    if (of->piece_column == number) {
        if (of->piece_done || quirks(of, quirk_getdata_once)) return SQL_NO_DATA;
        if (of->piece_type != c->c_type) violation(of, "SQLGetData of column %u changes its C type half-way", number);
        c->from = of->piece_at;
    } else {
        of->piece_column = number;
        of->piece_type = c->c_type;
        of->piece_at = 0;
        of->piece_done = false;
    }
    (void)at;
    if (c->source->kind == value_null && !indicator) {
        return fail(of, "22002", "[Scripted]Indicator variable required but not supplied");
    }
    conversion put = convert_value(of, c);
    // A value that could not be converted is gone, as with Microsoft's driver.
    of->piece_done = put != converted_cut;
    if (put == convert_failed) return SQL_ERROR;
    if (indicator) *indicator = c->left;
    of->piece_at += c->written;
    if (put == converted || (put == converted_cut && quirks(of, quirk_silent_truncation))) return SQL_SUCCESS;
    return SQL_SUCCESS_WITH_INFO;
}

EXPORTED SQLRETURN SQL_API SQLGetData(
    SQLHSTMT called, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN capacity, SQLLEN *indicator
) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLGetData")) return SQL_INVALID_HANDLE;
    const result *at = current_result(of);
    if (!of->open || !at || of->rowset_position < 1 || of->rowset_position > of->rowset_count) {
        return leave(of, fail(of, "24000", "[Scripted]Invalid cursor state"));
    }
    if (number < 1 || number > at->column_count) return leave(of, fail(of, "07009", "[Scripted]Invalid Descriptor Index"));
    SQLRETURN allowed = check_extensions(of, at, number);
    if (allowed != SQL_SUCCESS) return leave(of, allowed);
    if (capacity < 0) return leave(of, fail(of, "HY090", "[Scripted]Invalid string or buffer length"));
    for (size_t i = 0; i < of->head.of->played->c_type_count; i++) {
        const refusal *no = &of->head.of->played->c_types[i];
        if (no->id == c_type) return leave(of, fail_as(of, no->what));
    }
    size_t row = of->rowset_position - 1;
    const value *values = of->rowset[row].values;
    if (!values) return leave(of, fail(of, "HY000", "[Scripted]a row that could not be read"));
    converting c = {&at->columns[number - 1], &values[number - 1], of->rowset[row].number, c_type, 0, 0, data, capacity,
        0, SQL_NO_ROW_NUMBER, 0, 0};
    return leave(of, get(of, at, &c, number, indicator));
}
