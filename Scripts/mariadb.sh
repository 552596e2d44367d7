#!/usr/bin/env bash
# A private MariaDB server in a directory of its own, for tests and benchmarks. It listens on 127.0.0.1 and on a socket in
# DIR, runs without privileges, reads no option file, and knows nothing of other servers.
#
#   Scripts/mariadb.sh start DIR [--set OPTION]...    OPTION as mariadbd takes it: max-allowed-packet=64M
#   Scripts/mariadb.sh stop DIR           at once, whatever clients do
#
# After start, DIR holds `port`, `password` (of `root`), `socket`, `pid` and `log`.
set -euo pipefail
PATH=$PATH:/usr/sbin

usage() { sed -n '2,7s/^# \{0,1\}//p' "$0" >&2; exit 2; }
unprivileged() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid=nobody --regid=nogroup --clear-groups env HOME=/ "$@"
    else
        "$@"
    fi
}
free_port() { "$(dirname "$0")/free_port.py"; }

[ $# -ge 2 ] || usage
verb=$1
dir=$2
shift 2

case $verb in
start)
    command -v mariadbd >/dev/null || { echo "No MariaDB server is installed: run 'make setup'." >&2; exit 1; }
    settings=()
    while [ $# -gt 0 ]; do
        case $1 in
        --set) settings+=("--$2"); shift 2 ;;
        *) usage ;;
        esac
    done
    mkdir -p "$dir"
    dir=$(cd "$dir" && pwd)
    if [ "$(id -u)" = 0 ]; then chown nobody:nogroup "$dir"; fi
    chmod 711 "$dir"
    fresh=no
    if [ ! -d "$dir/data" ]; then
        fresh=yes
        unprivileged mariadb-install-db --no-defaults --datadir="$dir/data" --auth-root-authentication-method=normal \
            --skip-test-db --innodb-log-file-size=10M >"$dir/install.log" 2>&1 || { cat "$dir/install.log" >&2; exit 1; }
        printf 'p%s\n' "$(od -An -N12 -tx1 /dev/urandom | tr -d ' \n')" >"$dir/password"
        free_port >"$dir/port"
    fi
    rm -f "$dir/socket" "$dir/pid"
    # --no-defaults would leave the character set at latin1.
    unprivileged mariadbd --no-defaults --datadir="$dir/data" --socket="$dir/socket" --port="$(cat "$dir/port")" \
        --bind-address=127.0.0.1 --pid-file="$dir/pid" --skip-name-resolve --skip-log-bin --performance-schema=0 \
        --character-set-server=utf8mb4 --collation-server=utf8mb4_bin --innodb-buffer-pool-size=64M \
        --innodb-log-file-size=10M --innodb-flush-log-at-trx-commit=0 --max-connections=60 "${settings[@]}" \
        >"$dir/log" 2>&1 </dev/null &
    for _ in $(seq 600); do
        [ -S "$dir/socket" ] && [ -s "$dir/pid" ] && break
        kill -0 $! 2>/dev/null || { tail -20 "$dir/log" >&2; exit 1; }
        sleep 0.05
    done
    if [ $fresh = yes ]; then
        mariadb --no-defaults -S "$dir/socket" -u root <<SQL
create or replace user root@'127.0.0.1' identified by '$(cat "$dir/password")';
grant all on *.* to root@'127.0.0.1' with grant option;
SQL
    fi
    ;;
stop)
    [ -s "$dir/pid" ] || exit 0
    pid=$(cat "$dir/pid")
    kill -9 "$pid" 2>/dev/null || true
    for _ in $(seq 200); do kill -0 "$pid" 2>/dev/null || break; sleep 0.02; done
    rm -f "$dir/pid"
    ;;
*) usage ;;
esac
