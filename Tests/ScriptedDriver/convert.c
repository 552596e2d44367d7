// One value to one C type, as ODBC's appendix D and msodbcsql.h have it.
#include "handles.h"
#include "driver_types.h"

#include <stdlib.h>
#include <string.h>

size_t width_of(SQLSMALLINT c_type) {
    switch (c_type) {
    case SQL_C_BIT: case SQL_C_TINYINT: case SQL_C_STINYINT: case SQL_C_UTINYINT: return 1;
    case SQL_C_SHORT: case SQL_C_SSHORT: case SQL_C_USHORT: return 2;
    case SQL_C_LONG: case SQL_C_SLONG: case SQL_C_ULONG: case SQL_C_FLOAT: return 4;
    case SQL_C_SBIGINT: case SQL_C_UBIGINT: case SQL_C_DOUBLE: return 8;
    case SQL_C_NUMERIC: return sizeof(SQL_NUMERIC_STRUCT);
    case SQL_C_DATE: case SQL_C_TYPE_DATE: return sizeof(SQL_DATE_STRUCT);
    case SQL_C_TIME: case SQL_C_TYPE_TIME: return sizeof(SQL_TIME_STRUCT);
    case SQL_C_TIMESTAMP: case SQL_C_TYPE_TIMESTAMP: return sizeof(SQL_TIMESTAMP_STRUCT);
    case SQL_C_GUID: return 16;
    case c_type_time2: return sizeof(time2_struct);
    case c_type_timestampoffset: return sizeof(timestampoffset_struct);
    default: return 0;
    }
}

SQLSMALLINT resolved_type(SQLSMALLINT c_type, const column *of) {
    if (c_type != SQL_C_DEFAULT) return c_type;
    switch (of->type) {
    case SQL_BIT: case SQL_TINYINT: case SQL_REAL: case SQL_DOUBLE: return of->type;
    case SQL_SMALLINT: return SQL_C_SSHORT;
    case SQL_INTEGER: return SQL_C_SLONG;
    case SQL_BIGINT: return SQL_C_SBIGINT;
    case SQL_FLOAT: return SQL_C_DOUBLE;
    case SQL_TYPE_DATE: case SQL_TYPE_TIME: case SQL_TYPE_TIMESTAMP: case SQL_GUID: return of->type;
    case SQL_WCHAR: case SQL_WVARCHAR: case SQL_WLONGVARCHAR: case type_xml: return SQL_C_WCHAR;
    case SQL_BINARY: case SQL_VARBINARY: case SQL_LONGVARBINARY: case type_time2: case type_timestampoffset:
    case type_variant: case type_udt: return SQL_C_BINARY;
    default: return SQL_C_CHAR;
    }
}

static conversion failed(statement *of, const converting *c, const char *state, const char *text) {
    char sentence[200];
    snprintf(sentence, sizeof sentence, "[Scripted]%s (SQL type %d to C type %d)", text, c->described->type, c->c_type);
    note_text(of, state, c->row, sentence);
    return convert_failed;
}

static conversion lossy(statement *of, const converting *c) {
    note_text(of, "01S07", c->row, "[Scripted]Fractional truncation");
    return converted_lossy;
}

static conversion put_integer(statement *of, converting *c, decimal parsed) {
    bool lost = decimal_rescale(&parsed, 0);
    static const struct { SQLSMALLINT type; __int128 low, high; } ranges[] = {
        {SQL_C_BIT, 0, 1}, {SQL_C_TINYINT, -128, 127}, {SQL_C_STINYINT, -128, 127}, {SQL_C_UTINYINT, 0, 255},
        {SQL_C_SHORT, INT16_MIN, INT16_MAX}, {SQL_C_SSHORT, INT16_MIN, INT16_MAX}, {SQL_C_USHORT, 0, UINT16_MAX},
        {SQL_C_LONG, INT32_MIN, INT32_MAX}, {SQL_C_SLONG, INT32_MIN, INT32_MAX}, {SQL_C_ULONG, 0, UINT32_MAX},
        {SQL_C_SBIGINT, INT64_MIN, INT64_MAX}, {SQL_C_UBIGINT, 0, UINT64_MAX},
    };
    __int128 number = parsed.negative ? -(__int128)parsed.magnitude : (__int128)parsed.magnitude;
    for (size_t i = 0; i < sizeof ranges / sizeof *ranges; i++) {
        if (ranges[i].type != c->c_type) continue;
        if (number < ranges[i].low || number > ranges[i].high) {
            return failed(of, c, "22003", "Numeric value out of range");
        }
        uint64_t bits = (uint64_t)number;
        memcpy(c->target, &bits, width_of(c->c_type));
        return lost ? lossy(of, c) : converted;
    }
    return failed(of, c, "07006", "Restricted data type attribute violation");
}

static conversion put_numeric(statement *of, converting *c, decimal parsed) {
    SQLSMALLINT precision = c->precision ? c->precision : 38;
    bool lost = decimal_rescale(&parsed, c->scale);
    if (decimal_digits(&parsed) > precision) return failed(of, c, "22003", "Numeric value out of range");
    SQL_NUMERIC_STRUCT out = {(SQLCHAR)precision, (SQLSCHAR)c->scale, parsed.negative ? 0 : 1, {0}};
    unsigned __int128 magnitude = parsed.magnitude;
    for (int i = 0; i < SQL_MAX_NUMERIC_LEN; i++, magnitude >>= 8) out.val[i] = (SQLCHAR)magnitude;
    memcpy(c->target, &out, sizeof out);
    return lost ? lossy(of, c) : converted;
}

static conversion put_number(statement *of, converting *c, const char *text) {
    char *end;
    double real = strtod(text, &end);
    while (*end == ' ') end++;
    if (end == text || *end) return failed(of, c, "22018", "Invalid character value for cast specification");
    float single = (float)real;
    switch (c->c_type) {
    case SQL_C_DOUBLE: memcpy(c->target, &real, 8); return converted;
    case SQL_C_FLOAT: memcpy(c->target, &single, 4); return converted;
    default: break;
    }
    decimal parsed;
    if (!decimal_parse(text, &parsed)) return failed(of, c, "22003", "Numeric value out of range");
    return c->c_type == SQL_C_NUMERIC ? put_numeric(of, c, parsed) : put_integer(of, c, parsed);
}

static conversion put_moment(statement *of, converting *c) {
    const value *v = c->source;
    bool dated = v->kind != value_time, clocked = v->kind != value_date;
    switch (c->c_type) {
    case SQL_C_DATE: case SQL_C_TYPE_DATE: {
        if (!dated) break;
        SQL_DATE_STRUCT out = {(SQLSMALLINT)v->year, (SQLUSMALLINT)v->month, (SQLUSMALLINT)v->day};
        memcpy(c->target, &out, sizeof out);
        return clocked && (v->hour || v->minute || v->second || v->nanoseconds) ? lossy(of, c) : converted;
    }
    case SQL_C_TIME: case SQL_C_TYPE_TIME: {
        if (!clocked) break;
        SQL_TIME_STRUCT out = {(SQLUSMALLINT)v->hour, (SQLUSMALLINT)v->minute, (SQLUSMALLINT)v->second};
        memcpy(c->target, &out, sizeof out);
        return v->nanoseconds ? lossy(of, c) : converted;
    }
    case SQL_C_TIMESTAMP: case SQL_C_TYPE_TIMESTAMP: {
        if (!dated) break;
        if (v->kind == value_zoned) violation(of, "a column with a time zone was read without it");
        SQL_TIMESTAMP_STRUCT out = {
            (SQLSMALLINT)v->year, (SQLUSMALLINT)v->month, (SQLUSMALLINT)v->day, (SQLUSMALLINT)v->hour,
            (SQLUSMALLINT)v->minute, (SQLUSMALLINT)v->second, v->nanoseconds};
        memcpy(c->target, &out, sizeof out);
        return converted;
    }
    case c_type_time2: {
        if (!clocked) break;
        time2_struct out = time2_of(v);
        memcpy(c->target, &out, sizeof out);
        return converted;
    }
    case c_type_timestampoffset: {
        if (!dated) break;
        timestampoffset_struct out = timestampoffset_of(v);
        memcpy(c->target, &out, sizeof out);
        return converted;
    }
    default: break;
    }
    return failed(of, c, "07006", "Restricted data type attribute violation");
}

static conversion put_guid(converting *c) {
    uint8_t out[16];
    guid_bytes(c->source, out);
    memcpy(c->target, out, sizeof out);
    return converted;
}

static conversion put_fixed(statement *of, converting *c) {
    const value *v = c->source;
    char digits[32];
    size_t bytes;
    switch (v->kind) {
    case value_row_number: snprintf(digits, sizeof digits, "%zu", c->row_number); return put_number(of, c, digits);
    case value_number: return put_number(of, c, v->number);
    case value_date: case value_time: case value_stamp: case value_zoned: return put_moment(of, c);
    case value_guid:
        if (c->c_type == SQL_C_GUID) return put_guid(c);
        break;
    case value_text: {
        char *text = utf8_of(v->units, v->unit_count, &bytes);
        conversion put = put_number(of, c, text);
        free(text);
        return put;
    }
    default: break;
    }
    return failed(of, c, "07006", "Restricted data type attribute violation");
}

/// Copies what fits of `all` bytes from `c->from` on; `zero` bytes end it, and cuts fall on multiples of `unit`.
static conversion put_slice(statement *of, converting *c, const char *bytes, size_t all, size_t zero, size_t unit) {
    size_t left = all - (c->from < all ? c->from : all);
    SQLSMALLINT c_type = c->c_type;
    size_t room = c->capacity > (SQLLEN)zero ? ((size_t)c->capacity - zero) / unit * unit : 0;
    size_t copied = left < room ? left : room;
    if (c->capacity > 0 && copied) memcpy(c->target, bytes + (all - left), copied);
    if (zero && c->capacity >= (SQLLEN)zero && !quirks(of, quirk_unterminated)) memset(c->target + copied, 0, zero);
    c->written = copied;
    c->left = (SQLLEN)left;
    bool cut = copied < left;
    if (cut && quirks(of, quirk_no_total)) c->left = SQL_NO_TOTAL;
    if (cut && quirks(of, quirk_truncated_indicator)) c->left = (SQLLEN)copied;
    if (c_type == SQL_C_WCHAR && quirks(of, quirk_wide_indicator_units) && c->left > 0) c->left /= (SQLLEN)sizeof(SQLWCHAR);
    if (!cut) return converted;
    if (!quirks(of, quirk_silent_truncation)) note_text(of, "01004", c->row, "[Scripted]String data, right truncated");
    return converted_cut;
}

static conversion put_variable(statement *of, converting *c) {
    const value *v = c->source;
    if (c->c_type == SQL_C_WCHAR && v->kind == value_text) {
        return put_slice(of, c, (const char *)v->units, v->unit_count * sizeof(SQLWCHAR), 2, 2);
    }
    if (c->c_type == SQL_C_BINARY && v->kind == value_bytes) {
        return put_slice(of, c, (const char *)v->bytes, v->byte_count, 0, 1);
    }
    size_t count;
    char *rendered = c->c_type == SQL_C_BINARY ? binary_form(c, &count)
                   : text_form(of, c, c->c_type == SQL_C_WCHAR, &count);
    if (!rendered) return failed(of, c, "07006", "Restricted data type attribute violation");
    size_t zero = c->c_type == SQL_C_BINARY ? 0 : c->c_type == SQL_C_WCHAR ? 2 : 1;
    conversion put = put_slice(of, c, rendered, count, zero, zero == 2 ? 2 : 1);
    free(rendered);
    return put;
}

conversion convert_value(statement *of, converting *c) {
    if (c->source->kind == value_null) {
        c->left = SQL_NULL_DATA;
        return converted;
    }
    size_t width = width_of(c->c_type);
    conversion put;
    if (width) {
        put = put_fixed(of, c);
        c->left = (SQLLEN)width;
        c->written = width;
    } else if (c->c_type == SQL_C_CHAR || c->c_type == SQL_C_WCHAR || c->c_type == SQL_C_BINARY) {
        put = put_variable(of, c);
    } else {
        return failed(of, c, "HY003", "Program type out of range");
    }
    if (c->source->lies) c->left = c->source->indicator;
    return put;
}
