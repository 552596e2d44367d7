// Handles, connecting, transactions.
#include "handles.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static SQLRETURN allocate_connection(environment *parent, SQLHANDLE *out) {
    if (parent->head.kind != kind_environment) return SQL_INVALID_HANDLE;
    connection *made = calloc(1, sizeof *made);
    made->head.kind = kind_connection;
    made->head.of = made;
    *out = made;
    return SQL_SUCCESS;
}

static SQLRETURN allocate_statement(connection *parent, SQLHANDLE *out) {
    if (!enter(parent, kind_connection, "SQLAllocHandle")) return SQL_INVALID_HANDLE;
    statement *made = calloc(1, sizeof *made);
    made->head.kind = kind_statement;
    made->head.of = parent;
    made->array_size = 1;
    made->bindings = calloc(bindings_maximum, sizeof(binding));
    pthread_mutex_init(&made->gate, NULL);
    pthread_cond_init(&made->cancelled, NULL);
    for (int i = 0; i < 4; i++) {
        descriptor *part = made->descriptors[i] = calloc(1, sizeof *part);
        part->head.kind = kind_descriptor;
        part->head.of = parent;
        part->statement = made;
        part->which = i;
    }
    atomic_fetch_add(&parent->open_statements, 1);
    journal_line(parent, "open statement");
    *out = made;
    return leave(parent, SQL_SUCCESS);
}

EXPORTED SQLRETURN SQL_API SQLAllocHandle(SQLSMALLINT type, SQLHANDLE parent, SQLHANDLE *out) {
    switch (type) {
    case SQL_HANDLE_ENV: {
        environment *made = calloc(1, sizeof *made);
        made->head.kind = kind_environment;
        *out = made;
        return SQL_SUCCESS;
    }
    case SQL_HANDLE_DBC: return allocate_connection(parent, out);
    case SQL_HANDLE_STMT: return allocate_statement(parent, out);
    default: return SQL_ERROR;
    }
}

static void free_statement(statement *freed) {
    close_cursor(freed);
    for (int i = 0; i < 4; i++) {
        forget_records(&freed->descriptors[i]->head);
        free(freed->descriptors[i]);
    }
    expect_rest(freed->head.of, "SQLFreeHandle");
    atomic_fetch_sub(&freed->head.of->open_statements, 1);
    journal_line(freed->head.of, "close statement");
    pthread_mutex_destroy(&freed->gate);
    pthread_cond_destroy(&freed->cancelled);
    free(freed->bindings);
    free(freed->text);
    free(freed->rowset);
    forget_records(&freed->head);
    freed->head.kind = 0;
    free(freed);
}

EXPORTED SQLRETURN SQL_API SQLFreeHandle(SQLSMALLINT type, SQLHANDLE called) {
    handle *of = called;
    if (type == SQL_HANDLE_STMT && of->kind == kind_statement) {
        if (of->inside) violation((statement *)called, "a statement was freed while a call of it runs");
        free_statement(called);
    } else if (type == SQL_HANDLE_DBC && of->kind == kind_connection) {
        connection *freed = called;
        if (freed->played) script_free(freed->played);
        free(freed->journal);
        free(freed->password);
        free(freed->user);
        forget_records(of);
        of->kind = 0;
        free(of);
    } else if (type == SQL_HANDLE_ENV && of->kind == kind_environment) {
        of->kind = 0;
        free(of);
    } else {
        return SQL_INVALID_HANDLE;
    }
    return SQL_SUCCESS;
}

EXPORTED SQLRETURN SQL_API SQLSetEnvAttr(SQLHENV called, SQLINTEGER id, SQLPOINTER number, SQLINTEGER length) {
    (void)length;
    environment *of = called;
    if (of->head.kind != kind_environment) return SQL_INVALID_HANDLE;
    if (id == SQL_ATTR_ODBC_VERSION) of->version = (SQLINTEGER)(intptr_t)number;
    return SQL_SUCCESS;
}

EXPORTED SQLRETURN SQL_API SQLGetEnvAttr(
    SQLHENV called, SQLINTEGER id, SQLPOINTER out, SQLINTEGER capacity, SQLINTEGER *length
) {
    (void)capacity, (void)length;
    if (id == SQL_ATTR_ODBC_VERSION) *(SQLINTEGER *)out = ((environment *)called)->version;
    return SQL_SUCCESS;
}

/// The value of a keyword of a connection string, without its braces; null where there is none.
static char *keyword(const char *string, const char *name) {
    size_t length = strlen(name);
    const char *at = string;
    while (*at) {
        bool named = strncasecmp(at, name, length) == 0 && at[length] == '=';
        at += strcspn(at, "=");
        if (*at) at++;
        char *out = malloc(strlen(at) + 1);
        size_t used = 0;
        if (*at == '{') {
            for (at++; *at; at++) {
                if (*at == '}' && at[1] != '}') break;
                if (*at == '}') at++;
                out[used++] = *at;
            }
            at += strcspn(at, ";");
        } else {
            while (*at && *at != ';') out[used++] = *at++;
        }
        out[used] = 0;
        if (named) return out;
        free(out);
        if (*at) at++;
    }
    return NULL;
}

static SQLRETURN connect_with(connection *of, const char *string) {
    of->journal = keyword(string, "Journal");
    of->password = keyword(string, "PWD");
    of->user = keyword(string, "UID");
    journal_line(of, "connect %s", string);
    of->threads_inside = threads_inside(of->journal ? of->journal : "");
    char *path = keyword(string, "Script");
    if (!path) return fail(of, "08001", "[Scripted]the connection string names no Script");
    char sentence[1024];
    of->played = script_read(path, sentence, sizeof sentence);
    free(path);
    if (!of->played) {
        violation(of, "%s", sentence);
        return fail(of, "08001", "[Scripted]%s", sentence);
    }
    const moment *plays = &of->played->connect;
    if (plays->hang > 0) {
        SQLRETURN waited = hang_connection(of, plays->hang);
        if (waited != SQL_SUCCESS) return waited;
    }
    if (plays->error) return fail_as(of, plays->error);
    of->connected = true;
    journal_line(of, "open connection");
    if (!plays->warning) return SQL_SUCCESS;
    note(of, plays->warning, SQL_NO_ROW_NUMBER);
    return SQL_SUCCESS_WITH_INFO;
}

EXPORTED SQLRETURN SQL_API SQLDriverConnectW(
    SQLHDBC called, SQLHWND window, SQLWCHAR *in, SQLSMALLINT in_length, SQLWCHAR *out, SQLSMALLINT capacity,
    SQLSMALLINT *length, SQLUSMALLINT completion
) {
    (void)window;
    connection *of = called;
    if (!enter(of, kind_connection, "SQLDriverConnect")) return SQL_INVALID_HANDLE;
    size_t count = 0;
    if (in_length == SQL_NTS) while (in[count]) count++;
    else count = (size_t)in_length;
    size_t bytes;
    char *string = utf8_of(in, count, &bytes);
    if (completion != SQL_DRIVER_NOPROMPT) {
        journal_line(of, "violation SQLDriverConnect would open a dialogue");
    }
    SQLRETURN result = connect_with(of, string);
    free(string);
    if (SQL_SUCCEEDED(result) && out && capacity > 0) put_wide(in, count, out, capacity * (SQLLEN)sizeof(SQLWCHAR));
    if (SQL_SUCCEEDED(result) && length) *length = (SQLSMALLINT)count;
    // The quirk was not known yet when this call began.
    if (quirks(of, quirk_not_thread_safe)) atomic_fetch_add(of->threads_inside, 1);
    return leave(of, result);
}

EXPORTED SQLRETURN SQL_API SQLDisconnect(SQLHDBC called) {
    connection *of = called;
    if (!enter(of, kind_connection, "SQLDisconnect")) return SQL_INVALID_HANDLE;
    if (of->in_transaction && of->manual_commit) {
        return leave(of, fail(of, "25000", "[Scripted]Invalid transaction state"));
    }
    expect_rest(of, "SQLDisconnect");
    if (of->open_statements > 0) violation(of, "a connection was closed with %d open statements", of->open_statements);
    if (of->connected) journal_line(of, "close connection");
    of->connected = false;
    return leave(of, SQL_SUCCESS);
}

EXPORTED SQLRETURN SQL_API SQLEndTran(SQLSMALLINT type, SQLHANDLE called, SQLSMALLINT how) {
    if (type == SQL_HANDLE_ENV) return SQL_SUCCESS;
    connection *of = called;
    if (!enter(of, kind_connection, "SQLEndTran")) return SQL_INVALID_HANDLE;
    journal_line(of, "transaction %s", how == SQL_COMMIT ? "commit" : "rollback");
    of->in_transaction = false;
    return leave(of, SQL_SUCCESS);
}
