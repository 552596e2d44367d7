#!/usr/bin/env bash
# A private PostgreSQL server in a directory of its own, for tests and benchmarks. It listens on 127.0.0.1 and
# on a socket in DIR, belongs to an unprivileged user (PostgreSQL refuses root), and knows nothing of other servers.
#
#   Scripts/postgres.sh start DIR [--auth trust|scram] [--tls] [--port N] [--set key=value]...
#   Scripts/postgres.sh standby DIR OF     a copy of the running server in OF, which follows it; same password
#   Scripts/postgres.sh stop DIR          at once, whatever clients do
#
# After start, DIR holds `port`, `password` (of the superuser `postgres`), with --tls `root.crt`, and `log`.
set -euo pipefail

bin=${PG_BIN:-}
if [ -z "$bin" ]; then
    for candidate in /usr/lib/postgresql/{18,17,16,15,14}/bin; do
        if [ -x "$candidate/initdb" ]; then bin=$candidate; break; fi
    done
fi
[ -n "$bin" ] || { echo "No PostgreSQL server is installed: run 'make setup' (package postgresql-15)." >&2; exit 1; }

usage() { sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2; }
unprivileged() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=postgres --regid=postgres --init-groups env HOME=/ LC_ALL=C.UTF-8 "$@"
    else
        LC_ALL=C.UTF-8 "$@"
    fi
}
free_port() { "$(dirname "$0")/free_port.py"; }

[ $# -ge 2 ] || usage
verb=$1
dir=$2
shift 2

case $verb in
start)
    auth=scram-sha-256 tls=no port=
    settings=()
    while [ $# -gt 0 ]; do
        case $1 in
        --auth) case $2 in trust) auth=trust ;; scram) auth=scram-sha-256 ;; *) usage ;; esac; shift 2 ;;
        --tls) tls=yes; shift ;;
        --port) port=$2; shift 2 ;;
        --set) settings+=("$2"); shift 2 ;;
        *) usage ;;
        esac
    done
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    if [ "$(id -u)" = 0 ]; then chown postgres: "$dir"; fi
    chmod 711 "$dir"
    if [ ! -d "$dir/data" ]; then
        [ -f "$dir/password" ] || printf 'p%s\n' "$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')" >"$dir/password"
        chmod 644 "$dir/password"
        unprivileged "$bin/initdb" -D "$dir/data" -U postgres -A "$auth" --pwfile="$dir/password" -E UTF8 \
            --locale=C.UTF-8 --no-sync >"$dir/initdb.log" 2>&1 || { cat "$dir/initdb.log" >&2; exit 1; }
        [ -n "$port" ] || port=$(free_port)
        {
            printf '%s\n' "port = $port" "listen_addresses = '127.0.0.1'" "unix_socket_directories = '$dir'" \
                'fsync = off' 'shared_buffers = 64MB' 'max_connections = 60' "log_line_prefix = '%m [%p] %q%u@%d '"
            if [ ${#settings[@]} -gt 0 ]; then printf '%s\n' "${settings[@]}"; fi
        } >>"$dir/data/postgresql.conf"
        if [ $tls = yes ]; then
            openssl req -new -x509 -days 2 -nodes -newkey rsa:2048 -subj /CN=localhost \
                -addext 'subjectAltName = DNS:localhost, IP:127.0.0.1' \
                -keyout "$dir/data/server.key" -out "$dir/data/server.crt" 2>/dev/null
            chmod 600 "$dir/data/server.key"
            cp "$dir/data/server.crt" "$dir/root.crt"
            chmod 644 "$dir/root.crt"
            if [ "$(id -u)" = 0 ]; then chown postgres: "$dir/data/server.key" "$dir/data/server.crt"; fi
            echo 'ssl = on' >>"$dir/data/postgresql.conf"
        fi
        echo "$port" >"$dir/port"
    fi
    unprivileged "$bin/pg_ctl" -s -w -t 60 -D "$dir/data" -l "$dir/log" start || { tail -20 "$dir/log" >&2; exit 1; }
    ;;
standby)
    [ $# -eq 1 ] || usage
    primary=$(cd "$1" && pwd)
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    if [ "$(id -u)" = 0 ]; then chown postgres: "$dir"; fi
    chmod 711 "$dir"
    PGPASSWORD=$(cat "$primary/password") unprivileged "$bin/pg_basebackup" -h 127.0.0.1 -p "$(cat "$primary/port")" \
        -U postgres -D "$dir/data" -R -X stream -c fast --no-sync
    free_port >"$dir/port"
    cp "$primary/password" "$dir/password"
    printf '%s\n' "port = $(cat "$dir/port")" "unix_socket_directories = '$dir'" >>"$dir/data/postgresql.conf"
    unprivileged "$bin/pg_ctl" -s -w -t 60 -D "$dir/data" -l "$dir/log" start || { tail -20 "$dir/log" >&2; exit 1; }
    ;;
stop)
    [ -d "$dir/data" ] || exit 0
    unprivileged "$bin/pg_ctl" -s -w -D "$dir/data" -m immediate stop || true
    ;;
*) usage ;;
esac
