// UTF-8 and UTF-16; halves of pairs become U+FFFD in UTF-8.
#include "handles.h"

#include <stdlib.h>
#include <string.h>

char *utf8_of(const SQLWCHAR *units, size_t count, size_t *bytes) {
    unsigned char *out = malloc(count * 3 + 1);
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t scalar = units[i];
        bool high = scalar >= 0xD800 && scalar < 0xDC00;
        if (high && i + 1 < count && units[i + 1] >= 0xDC00 && units[i + 1] < 0xE000) {
            scalar = 0x10000 + ((scalar - 0xD800) << 10) + (units[++i] - 0xDC00u);
        } else if (scalar >= 0xD800 && scalar < 0xE000) {
            scalar = 0xFFFD;
        }
        if (scalar < 0x80) {
            out[used++] = (unsigned char)scalar;
        } else if (scalar < 0x800) {
            out[used++] = (unsigned char)(0xC0 | scalar >> 6);
            out[used++] = (unsigned char)(0x80 | (scalar & 0x3F));
        } else if (scalar < 0x10000) {
            out[used++] = (unsigned char)(0xE0 | scalar >> 12);
            out[used++] = (unsigned char)(0x80 | (scalar >> 6 & 0x3F));
            out[used++] = (unsigned char)(0x80 | (scalar & 0x3F));
        } else {
            out[used++] = (unsigned char)(0xF0 | scalar >> 18);
            out[used++] = (unsigned char)(0x80 | (scalar >> 12 & 0x3F));
            out[used++] = (unsigned char)(0x80 | (scalar >> 6 & 0x3F));
            out[used++] = (unsigned char)(0x80 | (scalar & 0x3F));
        }
    }
    out[used] = 0;
    *bytes = used;
    return (char *)out;
}

SQLWCHAR *units_of(const char *text, size_t *count) {
    size_t bytes = strlen(text), used = 0;
    SQLWCHAR *out = calloc(bytes + 1, sizeof(SQLWCHAR));
    const unsigned char *at = (const unsigned char *)text;
    while (*at) {
        uint32_t scalar = *at++;
        int more = scalar < 0x80 ? 0 : scalar >= 0xF0 ? 3 : scalar >= 0xE0 ? 2 : 1;
        if (more) scalar &= 0x3Fu >> more;
        for (; more > 0 && *at; more--) scalar = scalar << 6 | (*at++ & 0x3F);
        if (scalar >= 0x10000) {
            out[used++] = (SQLWCHAR)(0xD800 + ((scalar - 0x10000) >> 10));
            out[used++] = (SQLWCHAR)(0xDC00 + ((scalar - 0x10000) & 0x3FF));
        } else {
            out[used++] = (SQLWCHAR)scalar;
        }
    }
    *count = used;
    return out;
}

bool put_wide(const SQLWCHAR *units, size_t count, void *target, SQLLEN capacity) {
    if (!target) return false;
    if (capacity < (SQLLEN)sizeof(SQLWCHAR)) return true;
    size_t room = (size_t)capacity / sizeof(SQLWCHAR) - 1;
    size_t copied = count < room ? count : room;
    memcpy(target, units, copied * sizeof(SQLWCHAR));
    ((SQLWCHAR *)target)[copied] = 0;
    return copied < count;
}
