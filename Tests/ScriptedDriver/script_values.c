// Literals of a script.
#include "script.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// Where the quoted part of a word begins and ends; the quotes are left out.
static bool quoted_part(const char *word, const char **from, const char **to) {
    const char *first = strchr(word, '\'');
    const char *last = strrchr(word, '\'');
    if (!first || first == last) return false;
    *from = first + 1;
    *to = last;
    return true;
}

static size_t put_scalar(SQLWCHAR *out, uint32_t scalar) {
    if (scalar < 0x10000) {
        out[0] = (SQLWCHAR)scalar;
        return 1;
    }
    out[0] = (SQLWCHAR)(0xD800 + ((scalar - 0x10000) >> 10));
    out[1] = (SQLWCHAR)(0xDC00 + ((scalar - 0x10000) & 0x3FF));
    return 2;
}

static size_t put_escape(SQLWCHAR *out, const char **at) {
    char c = *(*at)++;
    if (c == 'u') {
        uint32_t unit = 0;
        for (int i = 0; i < 4; i++) unit = unit * 16 + (uint32_t)(hex_digit(*(*at)++) & 15);
        out[0] = (SQLWCHAR)unit;
        return 1;
    }
    out[0] = (SQLWCHAR)(c == 'n' ? '\n' : c == 't' ? '\t' : c == '0' ? 0 : c);
    return 1;
}

SQLWCHAR *quoted_units(const char *word, size_t *count) {
    const char *at, *end;
    if (!quoted_part(word, &at, &end)) return NULL;
    SQLWCHAR *out = calloc((size_t)(end - at) + 1, sizeof(SQLWCHAR));
    size_t used = 0;
    while (at < end) {
        unsigned char c = (unsigned char)*at++;
        if (c == '\\') {
            used += put_escape(out + used, &at);
        } else if (c < 0x80) {
            out[used++] = c;
        } else {
            int more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : 1;
            uint32_t scalar = c & (0x3Fu >> more);
            while (more-- > 0 && at < end) scalar = scalar << 6 | ((unsigned char)*at++ & 0x3F);
            used += put_scalar(out + used, scalar);
        }
    }
    *count = used;
    return out;
}

static bool parse_hex(const char *word, uint8_t **bytes, size_t *count) {
    const char *at, *end;
    if (!quoted_part(word, &at, &end)) return false;
    *bytes = malloc((size_t)(end - at) / 2 + 1);
    *count = 0;
    int high = -1;
    for (; at < end; at++) {
        int digit = hex_digit(*at);
        if (digit < 0) continue;  // blanks and the hyphens of a GUID
        if (high < 0) {
            high = digit;
        } else {
            (*bytes)[(*count)++] = (uint8_t)(high << 4 | digit);
            high = -1;
        }
    }
    return high < 0;
}

static bool parse_clock(const char *text, value *parsed, int *used) {
    int n = 0;
    if (sscanf(text, "%d:%d:%d%n", &parsed->hour, &parsed->minute, &parsed->second, &n) != 3) return false;
    if (text[n] == '.') {
        uint32_t nanos = 0;
        int digits = 0;
        for (n++; text[n] >= '0' && text[n] <= '9' && digits < 9; n++, digits++) nanos = nanos * 10 + (uint32_t)(text[n] - '0');
        for (; digits < 9; digits++) nanos *= 10;
        parsed->nanoseconds = nanos;
    }
    *used = n;
    return true;
}

static bool parse_moment(const char *word, value *parsed) {
    const char *text, *end;
    if (!quoted_part(word, &text, &end)) return false;
    int n = 0;
    if (parsed->kind != value_time) {
        if (sscanf(text, "%d-%d-%d%n", &parsed->year, &parsed->month, &parsed->day, &n) != 3) return false;
        text += n;
    }
    if (parsed->kind != value_date && !parse_clock(text, parsed, &n)) return false;
    text += n;
    if (parsed->kind != value_zoned) return true;
    char sign = '+';
    if (sscanf(text, " %c%d:%d", &sign, &parsed->zone_hour, &parsed->zone_minute) != 3) return false;
    if (sign == '-') {
        parsed->zone_hour = -parsed->zone_hour;
        parsed->zone_minute = -parsed->zone_minute;
    }
    return true;
}

static bool parse_repeat(const char *word, value *parsed) {
    char *rest;
    size_t times = strtoul(word + 7, &rest, 10);
    if (*rest++ != ':' || !value_parse(rest, parsed)) return false;
    size_t width = parsed->kind == value_text ? sizeof(SQLWCHAR) : 1;
    size_t count = parsed->kind == value_text ? parsed->unit_count : parsed->byte_count;
    char *from = parsed->kind == value_text ? (char *)parsed->units : (char *)parsed->bytes;
    char *out = malloc(times * count * width + 2);
    for (size_t i = 0; i < times; i++) memcpy(out + i * count * width, from, count * width);
    free(from);
    if (parsed->kind == value_text) {
        parsed->units = (SQLWCHAR *)(void *)out;
        parsed->unit_count = times * count;
    } else {
        parsed->bytes = (uint8_t *)out;
        parsed->byte_count = times * count;
    }
    return true;
}

bool value_parse(const char *word, value *parsed) {
    memset(parsed, 0, sizeof *parsed);
    if (strncmp(word, "repeat:", 7) == 0) return parse_repeat(word, parsed);
    const char *last_quote = strrchr(word, '\'');
    char *lie = strchr(last_quote ? last_quote : word, '@');
    if (lie) {
        parsed->lies = true;
        parsed->indicator = strtol(lie + 1, NULL, 10);
    }
    size_t head = strcspn(word, "'@");
    static const struct { const char *prefix; value_kind kind; } kinds[] = {
        {"d", value_date}, {"t", value_time}, {"ts", value_stamp}, {"tz", value_zoned},
        {"x", value_bytes}, {"raw", value_raw}, {"g", value_guid}, {"", value_text},
    };
    if (!last_quote) {
        if (strncmp(word, "NULL", head) == 0 && head == 4) parsed->kind = value_null;
        else if (strncmp(word, "$row", head) == 0 && head == 4) parsed->kind = value_row_number;
        else {
            parsed->kind = value_number;
            parsed->number = strndup(word, head);
        }
        return true;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (strlen(kinds[i].prefix) != head || strncmp(word, kinds[i].prefix, head) != 0) continue;
        parsed->kind = kinds[i].kind;
        switch (parsed->kind) {
        case value_text: return (parsed->units = quoted_units(word, &parsed->unit_count)) != NULL;
        case value_bytes: case value_raw: return parse_hex(word, &parsed->bytes, &parsed->byte_count);
        case value_guid: return parse_hex(word, &parsed->bytes, &parsed->byte_count) && parsed->byte_count == 16;
        default: return parse_moment(word, parsed);
        }
    }
    return false;
}

void value_free(value *parsed) {
    free(parsed->number);
    free(parsed->units);
    free(parsed->bytes);
}
