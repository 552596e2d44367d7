// Reading a script; its grammar stands in script.h.
#include "script.h"
#include "words.h"

#include <stdio.h>
#include <string.h>

typedef struct {
    script *played;
    statement_script *statement;
    result *result;
    failure *pending_warning;  // row-warning, for the next row
    failure *last;  // what `also` adds to
    line_words line;
} reading;

static const char *const quirk_names[quirk_count] = {
    [quirk_indicators_32] = "indicators-32",
    [quirk_indicators_32_packed] = "indicators-32-packed",
    [quirk_no_total] = "no-total",
    [quirk_silent_truncation] = "silent-truncation",
    [quirk_truncated_indicator] = "truncated-indicator",
    [quirk_unterminated] = "unterminated",
    [quirk_row_array_limit] = "row-array-limit",
    [quirk_rows_fetched_plus] = "rows-fetched-plus",
    [quirk_status_always] = "status-always",
    [quirk_narrow_latin1] = "narrow-latin1",
    [quirk_wide_indicator_units] = "wide-indicator-units",
    [quirk_login_timeout_ignored] = "login-timeout-ignored",
    [quirk_query_timeout_ignored] = "query-timeout-ignored",
    [quirk_cancel_ignored] = "cancel-ignored",
    [quirk_not_thread_safe] = "not-thread-safe",
    [quirk_silent_errors] = "silent-errors",
    [quirk_no_scribble] = "no-scribble",
    [quirk_getdata_once] = "getdata-once",
    [quirk_fetch_after_end_fails] = "fetch-after-end-fails",
    [quirk_name_too_long] = "name-too-long",
    [quirk_columns_lie] = "columns-lie",
};

static const struct { const char *name; SQLSMALLINT type; } type_names[] = {
    {"CHAR", SQL_CHAR}, {"VARCHAR", SQL_VARCHAR}, {"LONGVARCHAR", SQL_LONGVARCHAR}, {"WCHAR", SQL_WCHAR},
    {"WVARCHAR", SQL_WVARCHAR}, {"WLONGVARCHAR", SQL_WLONGVARCHAR}, {"DECIMAL", SQL_DECIMAL},
    {"NUMERIC", SQL_NUMERIC}, {"SMALLINT", SQL_SMALLINT}, {"INTEGER", SQL_INTEGER}, {"REAL", SQL_REAL},
    {"FLOAT", SQL_FLOAT}, {"DOUBLE", SQL_DOUBLE}, {"BIT", SQL_BIT}, {"TINYINT", SQL_TINYINT}, {"BIGINT", SQL_BIGINT},
    {"BINARY", SQL_BINARY}, {"VARBINARY", SQL_VARBINARY}, {"LONGVARBINARY", SQL_LONGVARBINARY},
    {"TYPE_DATE", SQL_TYPE_DATE}, {"TYPE_TIME", SQL_TYPE_TIME}, {"TYPE_TIMESTAMP", SQL_TYPE_TIMESTAMP},
    {"GUID", SQL_GUID}, {"SS_VARIANT", -150}, {"SS_UDT", -151}, {"SS_XML", -152}, {"SS_TABLE", -153},
    {"SS_TIME2", -154}, {"SS_TIMESTAMPOFFSET", -155},
    {"INTERVAL_YEAR_TO_MONTH", SQL_INTERVAL_YEAR_TO_MONTH}, {"INTERVAL_DAY_TO_SECOND", SQL_INTERVAL_DAY_TO_SECOND},
};

static const char *word(reading *r, size_t index) { return index < r->line.count ? r->line.words[index] : ""; }
static bool says(reading *r, size_t index, const char *what) { return strcmp(word(r, index), what) == 0; }

/// STATE NATIVE 'text', from the word `at` on.
static failure *failure_at(reading *r, size_t at) {
    if (strlen(word(r, at)) != 5 || at + 2 >= r->line.count) return NULL;
    failure *read = calloc(1, sizeof *read);
    memcpy(read->state, word(r, at), 5);
    read->native = (SQLINTEGER)strtol(word(r, at + 1), NULL, 10);
    read->text = quoted_units(word(r, at + 2), &read->length);
    if (!read->text) read->text = calloc(1, sizeof(SQLWCHAR));
    return r->last = read;
}

static bool add_record(reading *r, size_t at) {
    failure *to = r->last;
    if (!to) return false;
    while (to->also) to = to->also;
    return (to->also = failure_at(r, at)) != NULL;
}

/// `prepare`, `execute` and `connect` followed by error, also, warning or hang.
static bool read_moment(reading *r, moment *of) {
    if (says(r, 1, "error")) return (of->error = failure_at(r, 2)) != NULL;
    if (says(r, 1, "warning")) return (of->warning = failure_at(r, 2)) != NULL;
    if (says(r, 1, "also")) return add_record(r, 2);
    if (says(r, 1, "hang")) return (of->hang = strtod(word(r, 2), NULL)) > 0;
    return false;
}

static step *add_step(reading *r, step_kind kind) {
    step *added = table_append(&r->result->steps, &r->result->step_count, sizeof(step));
    added->kind = kind;
    added->repeat = 1;
    return added;
}

static bool read_fetch(reading *r) {
    if (says(r, 1, "also")) return add_record(r, 2);
    if (says(r, 1, "hang")) {
        add_step(r, step_hang)->seconds = strtod(word(r, 2), NULL);
        return true;
    }
    return says(r, 1, "error") && (add_step(r, step_error)->what = failure_at(r, 2)) != NULL;
}

static bool read_row(reading *r, size_t from, size_t times) {
    size_t count = r->result->column_count;
    if (r->line.count - from != count) return false;
    step *added = add_step(r, step_row);
    added->repeat = times;
    added->what = r->pending_warning;
    r->pending_warning = NULL;
    added->values = calloc(count + 1, sizeof(value));
    for (size_t i = 0; i < count; i++) {
        if (!value_parse(word(r, from + i), &added->values[i])) return false;
    }
    return true;
}

static bool type_of(const char *text, SQLSMALLINT *type) {
    for (size_t i = 0; i < sizeof type_names / sizeof *type_names; i++) {
        if (strcmp(text, type_names[i].name) == 0) {
            *type = type_names[i].type;
            return true;
        }
    }
    char *end;
    *type = (SQLSMALLINT)strtol(text, &end, 10);
    return end != text && *end == 0;
}

static bool read_column_option(const char *option, column *of) {
    const char *sign = strchr(option, '=');
    if (!sign) return false;
    size_t key = (size_t)(sign - option);
    const char *text = sign + 1;
    long long number = strtoll(text, NULL, 10);
    if (strncmp(option, "size", key) == 0) of->size = (SQLULEN)number;
    else if (strncmp(option, "digits", key) == 0) of->digits = (SQLSMALLINT)number;
    else if (strncmp(option, "octets", key) == 0) of->octets = number;
    else if (strncmp(option, "display", key) == 0) of->display = number;
    else if (strncmp(option, "unsigned", key) == 0) of->is_unsigned = strcmp(text, "yes") == 0;
    else if (strncmp(option, "nullable", key) == 0)
        of->nullable = strcmp(text, "no") == 0 ? SQL_NO_NULLS
                     : strcmp(text, "yes") == 0 ? SQL_NULLABLE : SQL_NULLABLE_UNKNOWN;
    else if (strncmp(option, "type-name", key) == 0) {
        of->type_name = strdup(text[0] == '\'' ? text + 1 : text);
        char *last = strrchr(of->type_name, '\'');
        if (last) *last = 0;
    } else if (strncmp(option, "attr.", 5) == 0) {
        column_attribute *added = table_append(&of->attributes, &of->attribute_count, sizeof *added);
        added->id = strtol(option + 5, NULL, 10);
        added->number = number;
    } else return false;
    return true;
}

static bool read_column(reading *r) {
    column *added = table_append(&r->result->columns, &r->result->column_count, sizeof(column));
    added->nullable = SQL_NULLABLE;
    const char *name = word(r, 1);
    added->name = quoted_units(name, &added->name_length);
    if (!added->name) {
        added->name_length = strlen(name);
        added->name = calloc(added->name_length + 1, sizeof(SQLWCHAR));
        for (size_t i = 0; i < added->name_length; i++) added->name[i] = (SQLWCHAR)(unsigned char)name[i];
    }
    if (!type_of(word(r, 2), &added->type)) return false;
    added->octets = (SQLLEN)added->size;
    for (size_t i = 3; i < r->line.count; i++) {
        if (!read_column_option(word(r, i), added)) return false;
    }
    return true;
}

static void begin_result(reading *r) {
    r->result = table_append(&r->statement->results, &r->statement->result_count, sizeof(result));
    r->result->affected = -1;
}

static bool begin_statement(reading *r) {
    r->statement = table_append(&r->played->statements, &r->played->statement_count, sizeof(statement_script));
    r->statement->part = quoted_units(word(r, 1), &r->statement->part_length);
    r->statement->once = says(r, 2, "once");
    begin_result(r);
    return r->statement->part != NULL;
}

static bool read_in_statement(reading *r) {
    if (says(r, 0, "column")) return read_column(r);
    if (says(r, 0, "row")) return read_row(r, 1, 1);
    if (says(r, 0, "rows")) return read_row(r, 2, strtoul(word(r, 1), NULL, 10));
    if (says(r, 0, "row-warning")) return (r->pending_warning = failure_at(r, 1)) != NULL;
    if (says(r, 0, "row-error")) return (add_step(r, step_row_error)->what = failure_at(r, 1)) != NULL;
    if (says(r, 0, "fetch")) return read_fetch(r);
    if (says(r, 0, "prepare")) return read_moment(r, &r->statement->prepare);
    if (says(r, 0, "execute")) return read_moment(r, &r->statement->execute);
    if (says(r, 0, "affected")) return r->result->affected = strtol(word(r, 1), NULL, 10), true;
    if (says(r, 0, "next-result")) return begin_result(r), true;
    return false;
}

static bool read_info(reading *r) {
    info_answer *added = table_append(&r->played->infos, &r->played->info_count, sizeof *added);
    added->id = (SQLUSMALLINT)strtoul(word(r, 1), NULL, 10);
    added->is_short = says(r, 0, "info16");
    size_t count;
    SQLWCHAR *units = quoted_units(word(r, 2), &count);
    if (!units) return added->number = (SQLUINTEGER)strtoul(word(r, 2), NULL, 10), r->line.count == 3;
    added->is_text = true;
    added->text = calloc(count + 1, 1);
    for (size_t i = 0; i < count; i++) added->text[i] = (char)units[i];
    free(units);
    return true;
}

static bool read_quirk(reading *r) {
    for (int i = 0; i < quirk_count; i++) {
        if (!says(r, 1, quirk_names[i])) continue;
        r->played->has_quirk[i] = true;
        r->played->quirk_number[i] = strtol(word(r, 2), NULL, 10);
        return true;
    }
    return false;
}

static bool read_refusal(reading *r) {
    bool attribute = says(r, 0, "refuse-attribute");
    refusal *added = attribute ? table_append(&r->played->attributes, &r->played->attribute_count, sizeof *added)
                               : table_append(&r->played->c_types, &r->played->c_type_count, sizeof *added);
    added->id = (SQLINTEGER)strtol(word(r, 1), NULL, 10);
    added->at_fetch = says(r, 0, "refuse-at-fetch");
    return (added->what = failure_at(r, 2)) != NULL;
}

static bool read_line(reading *r) {
    if (says(r, 0, "statement")) return begin_statement(r);
    if (says(r, 0, "info") || says(r, 0, "info16")) return read_info(r);
    if (says(r, 0, "quirk")) return read_quirk(r);
    if (strncmp(word(r, 0), "refuse", 6) == 0) return read_refusal(r);
    if (says(r, 0, "connect")) return read_moment(r, &r->played->connect);
    if (says(r, 0, "otherwise")) return r->played->otherwise_ok = says(r, 1, "ok");
    return r->statement && read_in_statement(r);
}

script *script_read(const char *path, char *sentence, size_t capacity) {
    FILE *file = fopen(path, "r");
    if (!file) {
        snprintf(sentence, capacity, "the script %s cannot be opened", path);
        return NULL;
    }
    reading *r = calloc(1, sizeof *r);
    r->played = calloc(1, sizeof *r->played);
    char *line = NULL, *copy = NULL;
    size_t room = 0, number = 0;
    bool good = true;
    while (good && getline(&line, &room, file) >= 0) {
        number++;
        free(copy);
        copy = strdup(line);
        good = words_split(line, &r->line) && (r->line.count == 0 || read_line(r));
    }
    if (!good) snprintf(sentence, capacity, "line %zu of the script %s cannot be played: %s", number, path, copy);
    script *played = r->played;
    free(line);
    free(copy);
    free(r);
    fclose(file);
    if (good) return played;
    script_free(played);
    return NULL;
}

static void failure_free(failure *freed) {
    while (freed) {
        failure *next = freed->also;
        free(freed->text);
        free(freed);
        freed = next;
    }
}

static void result_free(result *freed) {
    for (size_t s = 0; s < freed->step_count; s++) {
        step *one = &freed->steps[s];
        for (size_t c = 0; one->values && c < freed->column_count; c++) value_free(&one->values[c]);
        free(one->values);
        failure_free(one->what);
    }
    for (size_t c = 0; c < freed->column_count; c++) {
        free(freed->columns[c].name);
        free(freed->columns[c].type_name);
        free(freed->columns[c].attributes);
    }
    free(freed->columns);
    free(freed->steps);
}

static void moment_free(moment *freed) {
    failure_free(freed->error);
    failure_free(freed->warning);
}

void script_free(script *played) {
    for (size_t i = 0; i < played->statement_count; i++) {
        statement_script *one = &played->statements[i];
        for (size_t r = 0; r < one->result_count; r++) result_free(&one->results[r]);
        moment_free(&one->prepare);
        moment_free(&one->execute);
        free(one->results);
        free(one->part);
    }
    for (size_t i = 0; i < played->info_count; i++) free(played->infos[i].text);
    for (size_t i = 0; i < played->c_type_count; i++) failure_free(played->c_types[i].what);
    for (size_t i = 0; i < played->attribute_count; i++) failure_free(played->attributes[i].what);
    moment_free(&played->connect);
    free(played->statements);
    free(played->infos);
    free(played->c_types);
    free(played->attributes);
    free(played);
}
