// The floor: takes a COPY stream from libpq and throws it away. What one connection cannot be faster than.
//   drain CONNINFO SQL
#include <libpq-fe.h>
#include <stdio.h>

int main(int argc, char **argv) {
    if (argc != 3) {
        fputs("usage: drain CONNINFO SQL\n", stderr);
        return 2;
    }
    PGconn *connection = PQconnectdb(argv[1]);
    if (PQstatus(connection) != CONNECTION_OK) {
        fputs(PQerrorMessage(connection), stderr);
        return 1;
    }
    PGresult *answer = PQexec(connection, argv[2]);
    if (PQresultStatus(answer) != PGRES_COPY_OUT) {
        fputs(PQerrorMessage(connection), stderr);
        return 1;
    }
    PQclear(answer);
    char *row;
    long rows = 0, bytes = 0;
    int length;
    while ((length = PQgetCopyData(connection, &row, 0)) > 0) {
        rows++;
        bytes += length;
        PQfreemem(row);
    }
    printf("%ld rows, %ld bytes\n", rows, bytes);
    PQfinish(connection);
    return length == -1 ? 0 : 1;
}
