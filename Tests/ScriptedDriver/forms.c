// Values as text and as bytes; decimals.
#include "driver_types.h"

#include <stdlib.h>
#include <string.h>

time2_struct time2_of(const value *v) {
    return (time2_struct){
        (SQLUSMALLINT)v->hour, (SQLUSMALLINT)v->minute, (SQLUSMALLINT)v->second, v->nanoseconds};
}

timestampoffset_struct timestampoffset_of(const value *v) {
    return (timestampoffset_struct){
        (SQLSMALLINT)v->year, (SQLUSMALLINT)v->month, (SQLUSMALLINT)v->day, (SQLUSMALLINT)v->hour,
        (SQLUSMALLINT)v->minute, (SQLUSMALLINT)v->second, v->nanoseconds, (SQLSMALLINT)v->zone_hour,
        (SQLSMALLINT)v->zone_minute};
}

void guid_bytes(const value *v, uint8_t out[16]) {
    static const int order[16] = {3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    for (int i = 0; i < 16; i++) out[i] = v->bytes[order[i]];
}

bool decimal_parse(const char *text, decimal *out) {
    *out = (decimal){0};
    while (*text == ' ') text++;
    if (*text == '-' || *text == '+') out->negative = *text++ == '-';
    bool point = false;
    int digits = 0;
    for (; *text; text++) {
        if (*text == '.') {
            if (point) return false;
            point = true;
        } else if (*text >= '0' && *text <= '9') {
            if (out->magnitude || *text != '0') digits++;
            if (digits > 38) return false;
            out->magnitude = out->magnitude * 10 + (unsigned)(*text - '0');
            out->scale += point;
        } else {
            return *text == ' ';
        }
    }
    return true;
}

bool decimal_rescale(decimal *of, int scale) {
    bool lost = false;
    for (; of->scale > scale; of->scale--) {
        lost |= of->magnitude % 10 != 0;
        of->magnitude /= 10;
    }
    for (; of->scale < scale; of->scale++) of->magnitude *= 10;
    return lost;
}

int decimal_digits(const decimal *of) {
    int digits = 0;
    for (unsigned __int128 rest = of->magnitude; rest; rest /= 10) digits++;
    return digits;
}

static char *copied(const void *bytes, size_t size, size_t *count) {
    char *out = malloc(size + 2);
    memcpy(out, bytes, size);
    *count = size;
    return out;
}

char *binary_form(const converting *c, size_t *count) {
    const value *v = c->source;
    uint8_t guid[16];
    switch (v->kind) {
    case value_bytes: case value_raw: return copied(v->bytes, v->byte_count, count);
    case value_text:
        if (c->described->type == SQL_VARCHAR || c->described->type == SQL_CHAR
            || c->described->type == SQL_LONGVARCHAR) return utf8_of(v->units, v->unit_count, count);
        return copied(v->units, v->unit_count * sizeof(SQLWCHAR), count);
    case value_guid: guid_bytes(v, guid); return copied(guid, 16, count);
    case value_time: return copied(&(time2_struct[]){time2_of(v)}, sizeof(time2_struct), count);
    case value_zoned: return copied(&(timestampoffset_struct[]){timestampoffset_of(v)}, sizeof(timestampoffset_struct), count);
    default: return NULL;
    }
}

static void add_fraction(char *out, size_t room, uint32_t nanoseconds, int digits) {
    if (digits <= 0) return;
    char nine[16];
    snprintf(nine, sizeof nine, ".%09u", nanoseconds);
    nine[1 + (digits > 9 ? 9 : digits)] = 0;
    strncat(out, nine, room - strlen(out) - 1);
}

/// What is not text by itself; ASCII.
static void plain_form(const converting *c, char *out, size_t room) {
    const value *v = c->source;
    switch (v->kind) {
    case value_row_number: snprintf(out, room, "%zu", c->row_number); break;
    case value_number: snprintf(out, room, "%s", v->number); break;
    case value_date: snprintf(out, room, "%04d-%02d-%02d", v->year, v->month, v->day); break;
    case value_time:
        snprintf(out, room, "%02d:%02d:%02d", v->hour, v->minute, v->second);
        add_fraction(out, room, v->nanoseconds, c->described->digits);
        break;
    case value_stamp: case value_zoned:
        snprintf(out, room, "%04d-%02d-%02d %02d:%02d:%02d", v->year, v->month, v->day, v->hour, v->minute, v->second);
        add_fraction(out, room, v->nanoseconds, c->described->digits);
        if (v->kind == value_zoned) {
            int minutes = v->zone_hour * 60 + v->zone_minute;
            size_t used = strlen(out);
            snprintf(out + used, room - used, " %c%02d:%02d", minutes < 0 ? '-' : '+', abs(minutes) / 60, abs(minutes) % 60);
        }
        break;
    case value_guid:
        for (int i = 0, at = 0; i < 16; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) out[at++] = '-';
            at += snprintf(out + at, room - (size_t)at, "%02X", v->bytes[i]);
        }
        break;
    default: out[0] = 0;
    }
}

static char *widened(const char *text, size_t bytes, size_t *count) {
    SQLWCHAR *out = calloc(bytes + 1, sizeof(SQLWCHAR));
    for (size_t i = 0; i < bytes; i++) out[i] = (unsigned char)text[i];
    *count = bytes * sizeof(SQLWCHAR);
    return (char *)out;
}

static char *latin1(const value *v, size_t *count) {
    char *out = malloc(v->unit_count + 1);
    for (size_t i = 0; i < v->unit_count; i++) out[i] = v->units[i] < 256 ? (char)v->units[i] : '?';
    *count = v->unit_count;
    return out;
}

static char *hex_form(const value *v, size_t *count) {
    char *out = malloc(v->byte_count * 2 + 1);
    for (size_t i = 0; i < v->byte_count; i++) snprintf(out + 2 * i, 3, "%02X", v->bytes[i]);
    *count = v->byte_count * 2;
    return out;
}

char *text_form(statement *of, const converting *c, bool wide, size_t *count) {
    const value *v = c->source;
    char small[600] = "", *narrow;
    size_t bytes;
    switch (v->kind) {
    case value_text:  // never wide here
        return quirks(of, quirk_narrow_latin1) ? latin1(v, count) : utf8_of(v->units, v->unit_count, count);
    case value_raw:
        if (!wide) return copied(v->bytes, v->byte_count, count);
        return widened((const char *)v->bytes, v->byte_count, count);
    case value_bytes: narrow = hex_form(v, &bytes); break;
    default:
        plain_form(c, small, sizeof small);
        narrow = copied(small, strlen(small), &bytes);
    }
    if (!wide) return *count = bytes, narrow;
    char *out = widened(narrow, bytes, count);
    free(narrow);
    return out;
}
