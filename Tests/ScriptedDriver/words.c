#include "words.h"

#include <stdio.h>
#include <string.h>

static int parts(char c) { return c == ' ' || c == ',' || c == '\t' || c == '\r' || c == '\n'; }

int words_split(char *line, line_words *out) {
    out->count = 0;
    char *at = line;
    for (;;) {
        while (*at && parts(*at)) at++;
        if (!*at || *at == '#') return 1;
        if (out->count == words_maximum) return 0;
        out->words[out->count++] = at;
        int quoted = 0;
        while (*at && (quoted || !parts(*at))) {
            if (quoted && *at == '\\' && at[1]) at++;
            else if (*at == '\'') quoted = !quoted;
            at++;
        }
        if (quoted) return 0;
        if (!*at) return 1;
        *at++ = 0;
    }
}

void *table_append(void *table_pointer, size_t *count, size_t width) {
    void **table = table_pointer;
    if ((*count & (*count - 1)) == 0) {
        void *grown = realloc(*table, (*count ? *count * 2 : 1) * width);
        if (!grown) abort();
        *table = grown;
    }
    char *slot = (char *)*table + *count * width;
    memset(slot, 0, width);
    *count += 1;
    return slot;
}
