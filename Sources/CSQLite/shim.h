#include <sqlite3.h>

// Swift cannot call variadic functions.
static inline int ingest_sqlite3_db_config(sqlite3 *db, int option, int value) {
    return sqlite3_db_config(db, option, value, (int *)0);
}
