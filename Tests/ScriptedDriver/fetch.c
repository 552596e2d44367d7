// Bindings, rowsets and SQLGetData.
#include "handles.h"
#include "driver_types.h"

#include <stdlib.h>
#include <string.h>

static const refusal *refused(const statement *of, SQLSMALLINT c_type, bool at_fetch) {
    const script *played = of->head.of->played;
    for (size_t i = 0; i < played->c_type_count; i++) {
        if (played->c_types[i].id == c_type && played->c_types[i].at_fetch == at_fetch) return &played->c_types[i];
    }
    return NULL;
}

/// What ODBC asks of a buffer, whatever the driver would let pass.
static SQLRETURN check_buffer(statement *of, SQLUSMALLINT number, SQLSMALLINT c_type, const void *data, SQLLEN capacity) {
    size_t width = width_of(c_type);
    if (capacity < 0) return fail(of, "HY090", "[Scripted]Invalid string or buffer length");
    if (c_type == SQL_C_WCHAR && capacity % 2) violation(of, "column %u: %ld bytes for units of 2", number, (long)capacity);
    if (width > 0 && capacity > 0 && (size_t)capacity < width) {
        violation(of, "column %u: %ld bytes for C type %d of %zu", number, (long)capacity, c_type, width);
    }
    size_t alignment = c_type == SQL_C_WCHAR ? 2 : width == 8 ? 8 : width == 4 ? 4 : width == 2 ? 2 : 1;
    if (c_type == SQL_C_TYPE_TIMESTAMP || c_type == c_type_timestampoffset || c_type == c_type_time2) alignment = 4;
    if ((uintptr_t)data % alignment) violation(of, "column %u: a buffer that is not aligned to %zu", number, alignment);
    return SQL_SUCCESS;
}

EXPORTED SQLRETURN SQL_API SQLBindCol(
    SQLHSTMT called, SQLUSMALLINT number, SQLSMALLINT c_type, SQLPOINTER data, SQLLEN capacity, SQLLEN *indicator
) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLBindCol")) return SQL_INVALID_HANDLE;
    if (number < 1 || number >= bindings_maximum) {
        return leave(of, fail(of, "07009", "[Scripted]Invalid Descriptor Index"));
    }
    if (!data) {
        of->bindings[number].bound = false;
        return leave(of, SQL_SUCCESS);
    }
    const refusal *no = refused(of, c_type, false);
    if (no) return leave(of, fail_as(of, no->what));
    SQLRETURN checked = check_buffer(of, number, c_type, data, capacity);
    if (checked != SQL_SUCCESS) return leave(of, checked);
    if (!width_of(c_type) && capacity == 0) violation(of, "column %u is bound to a buffer of no bytes", number);
    of->bindings[number] = (binding){true, c_type, data, capacity, indicator, 0, 0};
    return leave(of, SQL_SUCCESS);
}

typedef struct {
    char *data, *indicator;
    size_t room;
} cell;

static cell cell_of(const statement *of, const binding *at, SQLSMALLINT c_type, size_t row) {
    size_t width = width_of(c_type);
    size_t room = width ? width : (size_t)at->capacity;
    SQLLEN offset = of->bind_offset ? *of->bind_offset : 0;
    size_t step = of->bind_type ? of->bind_type : room;
    size_t stride = of->bind_type ? of->bind_type : quirks(of, quirk_indicators_32_packed) ? 4 : sizeof(SQLLEN);
    cell found = {at->data + offset + step * row, NULL, room};
    if (at->indicator) found.indicator = (char *)at->indicator + offset + stride * row;
    return found;
}

static void put_indicator(const statement *of, char *at, SQLLEN number) {
    if (!at) return;
    bool narrow = quirks(of, quirk_indicators_32) || quirks(of, quirk_indicators_32_packed);
    memcpy(at, &number, narrow ? 4 : sizeof number);
}

/// One bound cell; SQL_ROW_SUCCESS or what else became of the row.
static SQLUSMALLINT put_cell(statement *of, const result *at, size_t column_index, const value *source, size_t row) {
    const binding *bound = &of->bindings[column_index + 1];
    const column *described = &at->columns[column_index];
    SQLSMALLINT c_type = resolved_type(bound->c_type, described);
    cell into = cell_of(of, bound, c_type, row);
    if (!quirks(of, quirk_no_scribble)) memset(into.data, 0xA5, into.room);
    const refusal *no = refused(of, c_type, true);
    if (no) {
        note(of, no->what, (SQLLEN)row + 1);
        return SQL_ROW_ERROR;
    }
    if (source->kind == value_null && !into.indicator) {
        violation(of, "column %zu is bound without an indicator and has NULL", column_index + 1);
        note_text(of, "22002", (SQLLEN)row + 1, "[Scripted]Indicator variable required but not supplied");
        return SQL_ROW_ERROR;
    }
    converting c = {described, source, of->rows_read + 1, c_type, bound->precision, bound->scale, into.data,
        bound->capacity, 0, (SQLLEN)row + 1, 0, 0};
    conversion put = convert_value(of, &c);
    if (put == convert_failed) return SQL_ROW_ERROR;
    put_indicator(of, into.indicator, c.left);
    if (put == converted || (put == converted_cut && quirks(of, quirk_silent_truncation))) return SQL_ROW_SUCCESS;
    return SQL_ROW_SUCCESS_WITH_INFO;
}

static SQLUSMALLINT put_row(statement *of, const result *at, const step *from, size_t row) {
    SQLUSMALLINT status = SQL_ROW_SUCCESS;
    if (from->kind == step_row_error) {
        note(of, from->what, (SQLLEN)row + 1);
        return SQL_ROW_ERROR;
    }
    if (from->what) {
        note(of, from->what, (SQLLEN)row + 1);
        status = SQL_ROW_SUCCESS_WITH_INFO;
    }
    for (size_t i = 0; i < at->column_count; i++) {
        if (!of->bindings[i + 1].bound) continue;
        SQLUSMALLINT put = put_cell(of, at, i, &from->values[i], row);
        if (put == SQL_ROW_ERROR) return put;
        if (put == SQL_ROW_SUCCESS_WITH_INFO) status = put;
    }
    return status;
}

static void scribble_behind(statement *of, const result *at, size_t row) {
    if (quirks(of, quirk_no_scribble)) return;
    for (size_t i = 0; i < at->column_count; i++) {
        const binding *bound = &of->bindings[i + 1];
        if (!bound->bound) continue;
        cell into = cell_of(of, bound, resolved_type(bound->c_type, &at->columns[i]), row);
        memset(into.data, 0xA5, into.room);
        // Drivers of 32 bits are old, not malicious.
        if (!quirks(of, quirk_indicators_32) && !quirks(of, quirk_indicators_32_packed)) {
            put_indicator(of, into.indicator, (SQLLEN)0xA5A5A5A5A5A5A5A5);
        }
    }
}

/// The next step that is a row, or null at the end; waits and failures on the way are in `result`.
static const step *next_row(statement *of, const result *at, SQLRETURN *outcome) {
    *outcome = SQL_SUCCESS;
    while (of->step_at < at->step_count) {
        const step *next = &at->steps[of->step_at];
        switch (next->kind) {
        case step_error: *outcome = fail_as(of, next->what); return NULL;
        case step_hang:
            of->step_at++;
            *outcome = hang_statement(of, next->seconds);
            if (*outcome != SQL_SUCCESS) return NULL;
            break;
        default:
            if (++of->step_played >= next->repeat) {
                of->step_at++;
                of->step_played = 0;
            }
            return next;
        }
    }
    return NULL;
}

static void remember(statement *of, const step *from) {
    if (of->rowset_count == of->rowset_room) {
        of->rowset_room = of->rowset_room ? of->rowset_room * 2 : 64;
        of->rowset = realloc(of->rowset, of->rowset_room * sizeof *of->rowset);
    }
    of->rowset[of->rowset_count].values = from->values;
    of->rowset[of->rowset_count].number = of->rows_read + 1;
    of->rowset_count++;
}

static SQLRETURN fetch(statement *of) {
    const result *at = current_result(of);
    if (!of->open || !at) return fail(of, "24000", "[Scripted]Invalid cursor state");
    if (of->at_end && quirks(of, quirk_fetch_after_end_fails)) return fail(of, "24000", "[Scripted]Invalid cursor state");
    of->rowset_count = 0;
    of->rowset_position = 1;
    of->piece_column = 0;
    bool informed = false, failed = false;
    while (of->rowset_count < of->array_size) {
        SQLRETURN outcome;
        const step *from = next_row(of, at, &outcome);
        if (outcome != SQL_SUCCESS) {
            if (of->rows_fetched) *of->rows_fetched = of->rowset_count;
            return outcome;
        }
        if (!from) break;
        size_t row = of->rowset_count;
        SQLUSMALLINT status = put_row(of, at, from, row);
        remember(of, from);
        of->rows_read++;
        failed |= status == SQL_ROW_ERROR;
        informed |= status != SQL_ROW_SUCCESS;
        if (quirks(of, quirk_status_always)) status = (SQLUSMALLINT)of->head.of->played->quirk_number[quirk_status_always];
        if (of->row_status) of->row_status[row] = status;
    }
    for (size_t row = of->rowset_count; row < of->array_size; row++) {
        if (of->row_status) of->row_status[row] = SQL_ROW_NOROW;
        scribble_behind(of, at, row);
    }
    if (of->rows_fetched) {
        *of->rows_fetched = of->rowset_count;
        if (of->rowset_count && quirks(of, quirk_rows_fetched_plus)) {
            *of->rows_fetched += (SQLULEN)of->head.of->played->quirk_number[quirk_rows_fetched_plus];
        }
    }
    if (of->rowset_count == 0) {
        of->at_end = true;
        expect_rest(of->head.of, "SQLFetch behind the last row");
        return SQL_NO_DATA;
    }
    if (failed && of->array_size == 1) return SQL_ERROR;
    return informed ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS;
}

EXPORTED SQLRETURN SQL_API SQLFetch(SQLHSTMT called) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLFetch")) return SQL_INVALID_HANDLE;
    return leave(of, fetch(of));
}

EXPORTED SQLRETURN SQL_API SQLFetchScroll(SQLHSTMT called, SQLSMALLINT where, SQLLEN offset) {
    (void)offset;
    statement *of = called;
    if (!enter(of, kind_statement, "SQLFetchScroll")) return SQL_INVALID_HANDLE;
    if (where != SQL_FETCH_NEXT) return leave(of, fail(of, "HY106", "[Scripted]Fetch type out of range"));
    return leave(of, fetch(of));
}

EXPORTED SQLRETURN SQL_API SQLSetPos(
    SQLHSTMT called, SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock
) {
    (void)lock;
    statement *of = called;
    if (!enter(of, kind_statement, "SQLSetPos")) return SQL_INVALID_HANDLE;
    if (operation != SQL_POSITION) return leave(of, fail(of, "HYC00", "[Scripted]Optional feature not implemented"));
    if (row < 1 || row > of->rowset_count) return leave(of, fail(of, "HY107", "[Scripted]Row value out of range"));
    of->rowset_position = (size_t)row;
    of->piece_column = 0;
    return leave(of, SQL_SUCCESS);
}
