#!/usr/bin/env bash
# Runs a command with INGEST_TEST_PG naming a private throwaway PostgreSQL (its user is a superuser; without TLS, which the
# tests want refused), and stops the server
# whatever becomes of the command.
#
#   Scripts/with-postgres.sh COMMAND [ARGUMENT]...
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
clean_up() {
    "$here/postgres.sh" stop "$work/pg" || true
    rm -rf "$work"
}
trap clean_up EXIT
chmod 755 "$work"
"$here/postgres.sh" start "$work/pg" --auth scram
conninfo="host=127.0.0.1 port=$(cat "$work/pg/port") user=postgres dbname=postgres"
conninfo+=" password=$(cat "$work/pg/password")"
INGEST_TEST_PG=$conninfo "$@"
