#include "handles.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/// Threads inside the driver that a journal belongs to: several drivers are played in one process at a time.
typedef struct inside_count {
    char *journal;
    atomic_int threads;
    struct inside_count *next;
} inside_count;

static pthread_mutex_t counts_gate = PTHREAD_MUTEX_INITIALIZER;
static inside_count *counts;

atomic_int *threads_inside(const char *journal) {
    pthread_mutex_lock(&counts_gate);
    inside_count *at = counts;
    while (at && strcmp(at->journal, journal) != 0) at = at->next;
    if (!at) {
        at = calloc(1, sizeof *at);
        at->journal = strdup(journal);
        at->next = counts;
        counts = at;
    }
    pthread_mutex_unlock(&counts_gate);
    return &at->threads;
}

bool quirks(const void *called, quirk which) {
    const connection *of = ((const handle *)called)->of;
    return of && of->played && of->played->has_quirk[which];
}

void journal_line(connection *of, const char *format, ...) {
    if (!of || !of->journal) return;
    char line[1 << 14];
    va_list list;
    va_start(list, format);
    int length = vsnprintf(line, sizeof line - 1, format, list);
    va_end(list);
    if (length < 0) return;
    if ((size_t)length > sizeof line - 2) length = (int)sizeof line - 2;
    for (int i = 0; i < length; i++) if (line[i] == '\n' || line[i] == '\r') line[i] = ' ';
    line[length++] = '\n';
    // One write a line: lines of several threads do not mix in a file that is appended to.
    int file = open(of->journal, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (write(file, line, (size_t)length) < 0) abort();
    close(file);
}

bool enter(void *called, handle_kind kind, const char *function) {
    handle *of = called;
    if (!of || of->kind != kind) return false;
    if (atomic_fetch_add(&of->inside, 1) != 0) {
        journal_line(of->of, "violation %s while another thread is in a call of the same handle", function);
    }
    if (quirks(of, quirk_not_thread_safe)) {
        if (atomic_fetch_add(of->of->threads_inside, 1) != 0) {
            journal_line(of->of, "violation %s while another thread is in this driver, which is not thread-safe", function);
        }
        usleep(200);
    }
    forget_records(of);
    return true;
}

SQLRETURN leave(void *called, SQLRETURN with) {
    handle *of = called;
    if (quirks(of, quirk_not_thread_safe)) atomic_fetch_sub(of->of->threads_inside, 1);
    atomic_fetch_sub(&of->inside, 1);
    return with;
}

void expect_rest(connection *of, const char *function) {
    if (of->statements_at_work > 0) journal_line(of, "violation %s while a statement of the connection is at work", function);
}

void work(statement *of, const char *function) {
    expect_rest(of->head.of, function);
    atomic_fetch_add(&of->head.of->statements_at_work, 1);
}

SQLRETURN rest(statement *of, SQLRETURN with) {
    atomic_fetch_sub(&of->head.of->statements_at_work, 1);
    return leave(of, with);
}

void forget_records(handle *of) {
    for (size_t i = 0; i < of->record_count; i++) free(of->records[i].text);
    free(of->records);
    of->records = NULL;
    of->record_count = 0;
}

static record *add(handle *of, const char *state, SQLLEN row) {
    of->records = realloc(of->records, (of->record_count + 1) * sizeof(record));
    record *added = &of->records[of->record_count++];
    memset(added, 0, sizeof *added);
    memcpy(added->state, state, 5);
    added->row = row;
    return added;
}

void note_text(void *called, const char *state, SQLLEN row, const char *text) {
    if (quirks(called, quirk_silent_errors)) return;
    record *added = add(called, state, row);
    added->text = units_of(text, &added->length);
}

/// The text of a failure with $PWD and $UID filled in.
static SQLWCHAR *filled(const connection *of, const failure *what, size_t *length) {
    size_t bytes;
    char *plain = utf8_of(what->text, what->length, &bytes);
    char out[4096];
    size_t used = 0;
    for (const char *at = plain; *at && used < sizeof out - 600;) {
        const char *with = strncmp(at, "$PWD", 4) == 0 ? of->password : strncmp(at, "$UID", 4) == 0 ? of->user : NULL;
        if (with) {
            used += (size_t)snprintf(out + used, 512, "%s", with);
            at += 4;
        } else {
            out[used++] = *at++;
        }
    }
    out[used] = 0;
    free(plain);
    return units_of(out, length);
}

void note(void *called, const failure *what, SQLLEN row) {
    handle *of = called;
    if (quirks(called, quirk_silent_errors)) return;
    for (; what; what = what->also) {
        record *added = add(of, what->state, row);
        added->native = what->native;
        added->text = filled(of->of, what, &added->length);
    }
}

SQLRETURN fail_as(void *called, const failure *what) {
    note(called, what, SQL_NO_ROW_NUMBER);
    return SQL_ERROR;
}

SQLRETURN fail(void *called, const char *state, const char *format, ...) {
    char text[1024];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    note_text(called, state, SQL_NO_ROW_NUMBER, text);
    return SQL_ERROR;
}

static struct timespec after(double seconds) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    at.tv_sec += (time_t)seconds;
    at.tv_nsec += (long)((seconds - (double)(time_t)seconds) * 1e9);
    if (at.tv_nsec >= 1000000000) {
        at.tv_nsec -= 1000000000;
        at.tv_sec++;
    }
    return at;
}

SQLRETURN hang_statement(statement *waiting, double seconds) {
    bool limited = waiting->query_timeout > 0 && !quirks(waiting, quirk_query_timeout_ignored)
        && (double)waiting->query_timeout < seconds;
    struct timespec until = after(limited ? (double)waiting->query_timeout : seconds);
    pthread_mutex_lock(&waiting->gate);
    while (!waiting->cancel_asked && pthread_cond_timedwait(&waiting->cancelled, &waiting->gate, &until) == 0) {}
    bool cancelled = waiting->cancel_asked;
    waiting->cancel_asked = false;
    pthread_mutex_unlock(&waiting->gate);
    if (cancelled) return fail(waiting, "HY008", "Operation canceled");
    if (limited) return fail(waiting, "HYT00", "Query timeout expired");
    return SQL_SUCCESS;
}

SQLRETURN hang_connection(connection *waiting, double seconds) {
    bool limited = waiting->login_timeout > 0 && !quirks(waiting, quirk_login_timeout_ignored)
        && (double)waiting->login_timeout < seconds;
    double pause = limited ? (double)waiting->login_timeout : seconds;
    struct timespec left = {(time_t)pause, (long)((pause - (double)(time_t)pause) * 1e9)};
    while (nanosleep(&left, &left) != 0) {}
    if (limited) return fail(waiting, "HYT00", "Login timeout expired");
    return SQL_SUCCESS;
}
