// A C face for toml++: the document as a flat walk of events, so that no C++ type crosses into Swift.
#pragma once

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ingest_toml_kind {
    INGEST_TOML_TABLE,
    INGEST_TOML_ARRAY,
    // Ends the innermost table or array that is open.
    INGEST_TOML_END,
    INGEST_TOML_STRING,
    INGEST_TOML_INTEGER,
    INGEST_TOML_FLOAT,
    INGEST_TOML_BOOLEAN,
    // Dates and times are handed over as their ISO 8601 text.
    INGEST_TOML_DATE,
    INGEST_TOML_TIME,
    INGEST_TOML_DATE_TIME,
};

typedef struct ingest_toml_event {
    int32_t kind;
    // The name in the enclosing table; NULL for elements of arrays and for the document itself. Not terminated.
    const char *key;
    size_t key_length;
    // Strings, dates and times. Not terminated.
    const char *text;
    size_t text_length;
    // Integers, and booleans as 0 or 1.
    int64_t integer;
    double real;
    // Where the key stands (of an element: the value), from 1.
    uint32_t line;
    uint32_t column;
} ingest_toml_event;

typedef struct ingest_toml_error {
    char message[400];
    uint32_t line;
    uint32_t column;
} ingest_toml_error;

// Called for each event, in no particular order of keys; the pointers are good during the call only.
typedef void (*ingest_toml_visitor)(void *context, const ingest_toml_event *event);

// Reads a document held in memory. Returns 0, or 1 after filling `error`; the visitor is only called for a document
// that is whole and valid. Nothing is thrown and the stack that is used is bounded.
int ingest_toml_parse(const char *bytes, size_t length, ingest_toml_visitor visit, void *context,
                      ingest_toml_error *error);

#ifdef __cplusplus
}
#endif
