// The script: what the driver plays.
//
// One directive a line; words are parted by blanks or commas; # begins a comment; 'quoted words' know \' \\ \n \t \0 and
// \uHHHH, a UTF-16 unit of its own (which may be half of a pair). In messages $PWD and $UID stand for what the
// connection string said.
//
//   info ID NUMBER|'text'             answer of SQLGetInfo; those a driver must have are there already
//   info16 ID NUMBER                  the same where the answer is 16 bits wide
//   refuse C_TYPE FAILURE             SQLBindCol and SQLGetData refuse this C type
//   refuse-at-fetch C_TYPE FAILURE    SQLBindCol takes it, and SQLFetch then fails
//   refuse-attribute ID FAILURE       SQLSetConnectAttr and SQLSetStmtAttr refuse this attribute
//   connect error FAILURE | connect also FAILURE | connect hang SECONDS | connect warning FAILURE
//   otherwise ok                      statements that are not in the script succeed without a result
//   quirk NAME [NUMBER]               see `quirk` below
//
//   statement 'part of its text' [once]     the first that fits is played; `once`: and then never again
//     prepare error FAILURE | prepare hang SECONDS
//     execute error FAILURE | execute also FAILURE | execute hang SECONDS | execute warning FAILURE
//     affected N
//     column NAME TYPE [size=N] [digits=N] [nullable=yes|no|unknown] [type-name='x'] [unsigned=yes|no] [octets=N]
//            [display=N] [attr.ID=N]        TYPE as in sqlext.h without SQL_, or a number
//     row VALUE…                            a row
//     rows N VALUE…                         N such rows
//     row-warning FAILURE                   the next row comes with SQL_ROW_SUCCESS_WITH_INFO
//     row-error FAILURE                     a row that cannot be read
//     fetch error FAILURE | fetch also FAILURE | fetch hang SECONDS      where the rows before it have been read
//     next-result                           begins a further result
//
//   FAILURE   STATE NATIVE 'text'; `also` adds a record to the failure before it
//   VALUE     NULL | NUMBER, digits as the driver writes them | 'text' | x'hex' | d'2024-01-02' | t'03:04:05.1234567' |
//             ts'2024-01-02 03:04:05.1234567' | tz'2024-01-02 03:04:05.1234567 +05:30' | g'guid' |
//             repeat:N:'text' | repeat:N:x'hex' | $row, the number of the row from 1
//             raw'hex' is text whose bytes, where narrow text is asked for, are these
//             @N behind a value: the indicator that is reported with it instead of the true one
//
// Catalog functions are statements whose text is their name and arguments: SQLTables('cat','schema','table','types').
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sql.h>
#include <sqlext.h>
#include <sqlucode.h>

#pragma GCC visibility push(hidden)

typedef enum {
    value_null, value_number, value_text, value_bytes, value_raw, value_date, value_time, value_stamp, value_zoned,
    value_guid, value_row_number
} value_kind;

typedef struct {
    value_kind kind;
    char *number;
    SQLWCHAR *units;  // text
    size_t unit_count;
    uint8_t *bytes;  // bytes, raw, guid (in network order)
    size_t byte_count;
    int year, month, day, hour, minute, second, zone_hour, zone_minute;
    uint32_t nanoseconds;
    bool lies;
    SQLLEN indicator;
} value;

typedef struct failure {
    char state[6];
    SQLINTEGER native;
    SQLWCHAR *text;
    size_t length;
    struct failure *also;
} failure;

typedef struct {
    long id;
    SQLLEN number;
} column_attribute;

typedef struct {
    SQLWCHAR *name;
    size_t name_length;
    SQLSMALLINT type;
    SQLULEN size;
    SQLSMALLINT digits;
    SQLSMALLINT nullable;
    bool is_unsigned;
    SQLLEN octets, display;
    char *type_name;
    column_attribute *attributes;
    size_t attribute_count;
} column;

typedef enum { step_row, step_row_error, step_error, step_hang } step_kind;

typedef struct {
    step_kind kind;
    size_t repeat;
    value *values;
    failure *what;  // of an error; of a row, its warning
    double seconds;
} step;

typedef struct {
    column *columns;
    size_t column_count;
    step *steps;
    size_t step_count;
    SQLLEN affected;
} result;

typedef struct {
    failure *error, *warning;
    double hang;
} moment;

typedef struct {
    SQLWCHAR *part;
    size_t part_length;
    bool once, used;
    moment prepare, execute;
    result *results;
    size_t result_count;
} statement_script;

typedef struct {
    SQLUSMALLINT id;
    bool is_text, is_short;
    SQLUINTEGER number;
    char *text;
} info_answer;

typedef struct {
    SQLINTEGER id;
    bool at_fetch;
    failure *what;
} refusal;

typedef enum {
    quirk_indicators_32,  // indicators are written as 4 bytes of 8, the rest left as it was
    quirk_indicators_32_packed,  // and stand 4 bytes apart
    quirk_no_total,  // what does not fit is reported as SQL_NO_TOTAL
    quirk_silent_truncation,  // it is reported by the indicator alone
    quirk_truncated_indicator,  // it is reported by the return code alone
    quirk_unterminated,  // text has no zero behind it
    quirk_row_array_limit,  // N rows are the most that a fetch delivers
    quirk_rows_fetched_plus,  // N rows more are reported than were written
    quirk_status_always,  // every row has the status N
    quirk_narrow_latin1,  // narrow text is ISO 8859-1 with ? for the rest
    quirk_wide_indicator_units,  // indicators of wide text count units
    quirk_login_timeout_ignored,
    quirk_query_timeout_ignored,
    quirk_cancel_ignored,
    quirk_not_thread_safe,  // two threads inside at once are a violation
    quirk_silent_errors,  // failures have no diagnostic record
    quirk_no_scribble,  // memory without a value is left alone; usually it is overwritten, as a driver may
    quirk_getdata_once,  // SQLGetData has no pieces: a second call has no data
    quirk_fetch_after_end_fails,  // SQLFetch behind the last row is an error, not SQL_NO_DATA
    quirk_name_too_long,  // SQLDescribeCol reports a length of name that is not there
    quirk_columns_lie,  // SQLNumResultCols says N columns more than there are
    quirk_count
} quirk;

typedef struct {
    statement_script *statements;
    size_t statement_count;
    info_answer *infos;
    size_t info_count;
    refusal *c_types, *attributes;
    size_t c_type_count, attribute_count;
    moment connect;
    bool otherwise_ok;
    bool has_quirk[quirk_count];
    long quirk_number[quirk_count];
} script;

/// Null and a sentence where the script cannot be read.
script *script_read(const char *path, char *sentence, size_t capacity);
void script_free(script *played);

/// Of script_values.c: one word of a row; false where it is no value.
bool value_parse(const char *word, value *parsed);
void value_free(value *parsed);
/// The text between the quotes of a word, as UTF-16; null where it has none.
SQLWCHAR *quoted_units(const char *word, size_t *count);

#pragma GCC visibility pop
