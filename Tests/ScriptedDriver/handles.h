// What the handles stand for, and what every entry point does first and last.
#pragma once
#include "script.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#pragma GCC visibility push(hidden)

typedef struct {
    char state[6];
    SQLINTEGER native;
    SQLWCHAR *text;
    size_t length;
    SQLLEN row;
} record;

typedef enum { kind_environment = 0x51A1, kind_connection, kind_statement, kind_descriptor } handle_kind;

/// The beginning of every handle.
typedef struct {
    handle_kind kind;
    atomic_int inside;
    record *records;
    size_t record_count;
    struct connection *of;  // null for an environment
} handle;

typedef struct {
    handle head;
    SQLINTEGER version;
} environment;

typedef struct connection {
    handle head;
    script *played;
    char *journal;
    char *password, *user;
    bool connected, in_transaction, manual_commit;
    atomic_int open_statements;
    atomic_int statements_at_work;
    atomic_int *threads_inside;  // of all connections with this journal
    SQLULEN login_timeout;
    SQLULEN connection_timeout;
} connection;

typedef struct {
    bool bound;
    SQLSMALLINT c_type;
    char *data;
    SQLLEN capacity;
    SQLLEN *indicator;
    SQLSMALLINT precision, scale;
} binding;

typedef struct {
    bool bound;
    SQLSMALLINT c_type;
    const char *data;
    SQLLEN capacity;
    SQLLEN *indicator;
} parameter;

enum { bindings_maximum = 4096, parameters_maximum = 256 };

typedef struct statement {
    handle head;
    struct descriptor *descriptors[4];  // application row, application parameter, implementation row and parameter
    statement_script *plays;
    SQLWCHAR *text;
    size_t text_length;
    bool prepared, open;
    size_t result_at;
    // Where in the result: the step, how many times it was played, the rows read in all.
    size_t step_at, step_played, rows_read;
    bool at_end;
    binding *bindings;  // 1-based
    parameter parameters[parameters_maximum];
    SQLULEN array_size, query_timeout, maximum_length, bind_type;
    SQLULEN *rows_fetched;
    SQLUSMALLINT *row_status;
    SQLLEN *bind_offset;
    // The rowset that was fetched last, for SQLGetData.
    struct { const value *values; size_t number; } *rowset;
    size_t rowset_count, rowset_room, rowset_position;
    // The value that SQLGetData is in the middle of.
    SQLUSMALLINT piece_column;
    SQLSMALLINT piece_type;
    size_t piece_at;
    bool piece_done;
    pthread_mutex_t gate;
    pthread_cond_t cancelled;
    bool cancel_asked;
} statement;

typedef struct descriptor {
    handle head;
    statement *statement;
    int which;
} descriptor;

/// Begins a call: checks the handle and that no other thread is in it, and forgets the records of the call before.
bool enter(void *called, handle_kind kind, const char *function);
/// Ends it.
SQLRETURN leave(void *called, SQLRETURN with);
/// A call that asks something of the server, on whose line there is one at a time: to be ended by `rest`.
void work(statement *of, const char *function);
SQLRETURN rest(statement *of, SQLRETURN with);
/// For calls that would disturb a statement at work.
void expect_rest(connection *of, const char *function);

void journal_line(connection *of, const char *format, ...) __attribute__((format(printf, 2, 3)));
#define violation(handle, ...) journal_line((handle)->head.of, "violation " __VA_ARGS__)
atomic_int *threads_inside(const char *journal);
bool quirks(const void *handle, quirk which);

/// Adds records and returns SQL_ERROR.
SQLRETURN fail(void *called, const char *state, const char *format, ...) __attribute__((format(printf, 3, 4)));
SQLRETURN fail_as(void *called, const failure *what);
/// Adds records; `row` is a row of the rowset from 1, or SQL_NO_ROW_NUMBER.
void note(void *called, const failure *what, SQLLEN row);
void note_text(void *called, const char *state, SQLLEN row, const char *text);
void forget_records(handle *of);

/// Waits as a driver does: until it is cancelled or a timeout passes. SQL_SUCCESS when the time is over.
SQLRETURN hang_statement(statement *waiting, double seconds);
SQLRETURN hang_connection(connection *waiting, double seconds);

// Text.
char *utf8_of(const SQLWCHAR *units, size_t count, size_t *bytes);
SQLWCHAR *units_of(const char *text, size_t *count);
/// Copies to a buffer of `capacity` bytes as SQLGetInfoW and the like do; true where it was cut.
bool put_wide(const SQLWCHAR *units, size_t count, void *target, SQLLEN capacity);

// Of statement.c, for the catalog functions.
SQLRETURN run_text(statement *of, SQLWCHAR *text, size_t length);
void close_cursor(statement *of);
const result *current_result(const statement *of);

// Of convert.c.
/// Writes one value as `c_type` to `target`, from byte `from` of it on where it is of variable width. `left` becomes the
/// bytes that were there (or SQL_NULL_DATA), `written` those that were written.
typedef enum { converted, converted_cut, converted_lossy, convert_failed } conversion;
typedef struct {
    const column *described;
    const value *source;
    size_t row_number;
    SQLSMALLINT c_type, precision, scale;
    char *target;
    SQLLEN capacity;
    size_t from;
    SQLLEN row;  // for the records
    SQLLEN left;
    size_t written;
} converting;
conversion convert_value(statement *of, converting *c);
/// 0 for types of variable width.
size_t width_of(SQLSMALLINT c_type);
SQLSMALLINT resolved_type(SQLSMALLINT c_type, const column *of);

#pragma GCC visibility pop

#define EXPORTED __attribute__((visibility("default")))
