// What columns look like.
#include "handles.h"

#include <stdlib.h>
#include <string.h>

EXPORTED SQLRETURN SQL_API SQLNumResultCols(SQLHSTMT called, SQLSMALLINT *count) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLNumResultCols")) return SQL_INVALID_HANDLE;
    const result *at = current_result(of);
    *count = at ? (SQLSMALLINT)at->column_count : 0;
    if (at && at->column_count && quirks(of, quirk_columns_lie)) {
        *count = (SQLSMALLINT)(*count + of->head.of->played->quirk_number[quirk_columns_lie]);
    }
    return leave(of, SQL_SUCCESS);
}

static const column *described(statement *of, SQLUSMALLINT number) {
    const result *at = current_result(of);
    if (!at || number < 1 || number > at->column_count) {
        fail(of, "07009", "[Scripted]Invalid Descriptor Index");
        return NULL;
    }
    return &at->columns[number - 1];
}

EXPORTED SQLRETURN SQL_API SQLDescribeColW(
    SQLHSTMT called, SQLUSMALLINT number, SQLWCHAR *name, SQLSMALLINT capacity, SQLSMALLINT *length, SQLSMALLINT *type,
    SQLULEN *size, SQLSMALLINT *digits, SQLSMALLINT *nullable
) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLDescribeCol")) return SQL_INVALID_HANDLE;
    const column *at = described(of, number);
    if (!at) return leave(of, SQL_ERROR);
    if (type) *type = at->type;
    if (size) *size = at->size;
    if (digits) *digits = at->digits;
    if (nullable) *nullable = at->nullable;
    if (length) *length = (SQLSMALLINT)at->name_length;
    if (length && quirks(of, quirk_name_too_long)) *length = (SQLSMALLINT)(capacity * 4 + 100);
    bool cut = put_wide(at->name, at->name_length, name, capacity * (SQLLEN)sizeof(SQLWCHAR));
    if (cut) note_text(of, "01004", SQL_NO_ROW_NUMBER, "[Scripted]String data, right truncated");
    return leave(of, cut ? SQL_SUCCESS_WITH_INFO : SQL_SUCCESS);
}

/// ODBC's verbose type; the concise one for the rest.
static SQLLEN verbose_type(SQLSMALLINT type) {
    if (type >= SQL_TYPE_DATE && type <= SQL_TYPE_TIMESTAMP) return SQL_DATETIME;
    if (type >= SQL_INTERVAL_YEAR && type <= SQL_INTERVAL_MINUTE_TO_SECOND) return SQL_INTERVAL;
    return type;
}

static bool numeric_attribute(const column *at, SQLUSMALLINT id, SQLLEN *out) {
    switch (id) {
    case SQL_DESC_CONCISE_TYPE: *out = at->type; return true;
    case SQL_DESC_TYPE: *out = verbose_type(at->type); return true;
    case SQL_DESC_UNSIGNED: *out = at->is_unsigned; return true;
    case SQL_DESC_NULLABLE: case SQL_COLUMN_NULLABLE: *out = at->nullable; return true;
    case SQL_DESC_LENGTH: case SQL_COLUMN_PRECISION: case SQL_DESC_PRECISION: *out = (SQLLEN)at->size; return true;
    case SQL_DESC_SCALE: case SQL_COLUMN_SCALE: *out = at->digits; return true;
    case SQL_DESC_OCTET_LENGTH: case SQL_COLUMN_LENGTH: *out = at->octets; return true;
    case SQL_DESC_DISPLAY_SIZE: *out = at->display ? at->display : (SQLLEN)at->size; return true;
    case SQL_DESC_UPDATABLE: *out = SQL_ATTR_READWRITE_UNKNOWN; return true;
    case SQL_DESC_SEARCHABLE: *out = SQL_SEARCHABLE; return true;
    case SQL_DESC_NUM_PREC_RADIX: *out = 10; return true;
    case SQL_DESC_CASE_SENSITIVE: case SQL_DESC_AUTO_UNIQUE_VALUE: case SQL_DESC_FIXED_PREC_SCALE:
    case SQL_DESC_UNNAMED: *out = 0; return true;
    default: return false;
    }
}

static SQLRETURN put_name(
    statement *of, const SQLWCHAR *units, size_t count, SQLPOINTER out, SQLSMALLINT capacity, SQLSMALLINT *length
) {
    if (length) *length = (SQLSMALLINT)(count * sizeof(SQLWCHAR));
    if (!put_wide(units, count, out, capacity)) return SQL_SUCCESS;
    note_text(of, "01004", SQL_NO_ROW_NUMBER, "[Scripted]String data, right truncated");
    return SQL_SUCCESS_WITH_INFO;
}

static SQLRETURN attribute(
    statement *of, const column *at, SQLUSMALLINT id, SQLPOINTER out, SQLSMALLINT capacity, SQLSMALLINT *length,
    SQLLEN *number
) {
    for (size_t i = 0; i < at->attribute_count; i++) {
        if (at->attributes[i].id == id) return *number = at->attributes[i].number, SQL_SUCCESS;
    }
    if (number && numeric_attribute(at, id, number)) return SQL_SUCCESS;
    switch (id) {
    case SQL_DESC_NAME: case SQL_DESC_LABEL: case SQL_DESC_BASE_COLUMN_NAME: case SQL_COLUMN_NAME:
        return put_name(of, at->name, at->name_length, out, capacity, length);
    case SQL_DESC_TYPE_NAME: case SQL_DESC_LOCAL_TYPE_NAME: {
        size_t count;
        SQLWCHAR *units = units_of(at->type_name ? at->type_name : "", &count);
        SQLRETURN put = put_name(of, units, count, out, capacity, length);
        free(units);
        return put;
    }
    case SQL_DESC_TABLE_NAME: case SQL_DESC_BASE_TABLE_NAME: case SQL_DESC_SCHEMA_NAME: case SQL_DESC_CATALOG_NAME:
    case SQL_DESC_LITERAL_PREFIX: case SQL_DESC_LITERAL_SUFFIX:
        return put_name(of, (const SQLWCHAR[]){0}, 0, out, capacity, length);
    default: return fail(of, "HY091", "[Scripted]Invalid descriptor field identifier %u", id);
    }
}

EXPORTED SQLRETURN SQL_API SQLColAttributeW(
    SQLHSTMT called, SQLUSMALLINT number, SQLUSMALLINT id, SQLPOINTER out, SQLSMALLINT capacity, SQLSMALLINT *length,
    SQLLEN *numeric
) {
    statement *of = called;
    if (!enter(of, kind_statement, "SQLColAttribute")) return SQL_INVALID_HANDLE;
    const result *result_now = current_result(of);
    if (id == SQL_DESC_COUNT || id == SQL_COLUMN_COUNT) {
        *numeric = result_now ? (SQLLEN)result_now->column_count : 0;
        return leave(of, SQL_SUCCESS);
    }
    const column *at = described(of, number);
    SQLLEN ignored;
    return leave(of, at ? attribute(of, at, id, out, capacity, length, numeric ? numeric : &ignored) : SQL_ERROR);
}

EXPORTED SQLRETURN SQL_API SQLGetDescFieldW(
    SQLHDESC called, SQLSMALLINT number, SQLSMALLINT id, SQLPOINTER out, SQLINTEGER capacity, SQLINTEGER *length
) {
    (void)capacity, (void)length;
    descriptor *of = called;
    if (!enter(of, kind_descriptor, "SQLGetDescField")) return SQL_INVALID_HANDLE;
    const result *at = current_result(of->statement);
    SQLLEN found;
    if (of->which != 2 || !at || number < 1 || (size_t)number > at->column_count
        || !numeric_attribute(&at->columns[number - 1], (SQLUSMALLINT)id, &found)) {
        return leave(of, fail(of, "HY091", "[Scripted]Invalid descriptor field identifier %d", id));
    }
    switch (id) {
    case SQL_DESC_LENGTH: case SQL_DESC_OCTET_LENGTH: case SQL_DESC_DISPLAY_SIZE: memcpy(out, &found, 8); break;
    case SQL_DESC_UNSIGNED: memcpy(out, &(SQLSMALLINT){(SQLSMALLINT)found}, 2); break;
    default: memcpy(out, &(SQLSMALLINT){(SQLSMALLINT)found}, 2); break;
    }
    return leave(of, SQL_SUCCESS);
}

/// The application's row descriptor: what a binding of SQL_C_NUMERIC needs.
EXPORTED SQLRETURN SQL_API SQLSetDescFieldW(
    SQLHDESC called, SQLSMALLINT number, SQLSMALLINT id, SQLPOINTER to, SQLINTEGER length
) {
    (void)length;
    descriptor *of = called;
    if (!enter(of, kind_descriptor, "SQLSetDescField")) return SQL_INVALID_HANDLE;
    if (of->which != 0 || number < 1 || number >= bindings_maximum) {
        return leave(of, fail(of, "HY091", "[Scripted]Invalid descriptor field identifier"));
    }
    binding *at = &of->statement->bindings[number];
    // "If the application changes a field other than one of the deferred fields, the data pointer is set to null."
    bool deferred = id == SQL_DESC_DATA_PTR || id == SQL_DESC_OCTET_LENGTH_PTR || id == SQL_DESC_INDICATOR_PTR;
    if (!deferred) at->bound = false;
    SQLSMALLINT number_given = (SQLSMALLINT)(intptr_t)to;
    switch (id) {
    case SQL_DESC_TYPE: case SQL_DESC_CONCISE_TYPE: at->c_type = number_given; break;
    case SQL_DESC_PRECISION: at->precision = number_given; break;
    case SQL_DESC_SCALE: at->scale = number_given; break;
    case SQL_DESC_DATA_PTR:
        at->data = to;
        at->bound = to != NULL;
        break;
    case SQL_DESC_OCTET_LENGTH: at->capacity = (SQLLEN)(intptr_t)to; break;
    case SQL_DESC_OCTET_LENGTH_PTR: case SQL_DESC_INDICATOR_PTR: at->indicator = to; break;
    default: return leave(of, fail(of, "HY091", "[Scripted]Invalid descriptor field identifier %d", id));
    }
    return leave(of, SQL_SUCCESS);
}
