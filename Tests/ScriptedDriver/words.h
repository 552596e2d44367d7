// The words of one line of a script, and tables that grow.
#pragma once
#include <stdlib.h>

#pragma GCC visibility push(hidden)

enum { words_maximum = 4096 };

typedef struct {
    char *words[words_maximum];
    size_t count;
} line_words;

/// Cuts `line` up in place. False where a quote is not closed.
int words_split(char *line, line_words *out);

/// Room for one more element at the end of a table.
void *table_append(void *table_pointer, size_t *count, size_t width);

#pragma GCC visibility pop
