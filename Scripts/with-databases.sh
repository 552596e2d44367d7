#!/usr/bin/env bash
# Runs a command with INGEST_TEST_PG naming a private throwaway PostgreSQL (its user is a superuser; without TLS, which the
# tests want refused), INGEST_TEST_PG_STANDBY a standby of it, and INGEST_TEST_MARIADB a MariaDB, as the keywords of an ODBC connection string without its DRIVER;
# stops both whatever becomes of the command.
#
#   Scripts/with-databases.sh COMMAND [ARGUMENT]...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
clean_up() {
    "$here/postgres.sh" stop "$work/standby" || true
    "$here/postgres.sh" stop "$work/pg" || true
    "$here/mariadb.sh" stop "$work/mariadb" || true
    rm -rf "$work"
}
trap clean_up EXIT
chmod 755 "$work"
"$here/postgres.sh" start "$work/pg" --auth scram --set max_prepared_transactions=20
conninfo="host=127.0.0.1 port=$(cat "$work/pg/port") user=postgres dbname=postgres"
conninfo+=" password=$(cat "$work/pg/password")"
"$here/postgres.sh" standby "$work/standby" "$work/pg"
standby=${conninfo/port=$(cat "$work/pg/port")/port=$(cat "$work/standby/port")}
"$here/mariadb.sh" start "$work/mariadb"
mariadb --no-defaults -S "$work/mariadb/socket" -u root -e 'create database test'
keywords="SERVER=127.0.0.1;PORT=$(cat "$work/mariadb/port");UID=root;PWD=$(cat "$work/mariadb/password");DATABASE=test"
export INGEST_TEST_PG_STANDBY=$standby
INGEST_TEST_PG=$conninfo INGEST_TEST_MARIADB=$keywords "$@"
