#!/usr/bin/env bash
# Proves that the Debian package works where no Swift is: installs it with its dependencies in a bare Debian 12 made by
# debootstrap, then runs the binary there, an end-to-end copy from a private PostgreSQL outside included. Needs root.
set -euo pipefail
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || { echo "dist-check needs root (debootstrap, chroot): sudo make dist-check" >&2; exit 1; }
debs=(dist/ingest_*.deb)
[ -f "${debs[0]}" ] || { echo "no package in dist/: run 'make dist'" >&2; exit 1; }

work=$(mktemp -d)
chmod 755 "$work"
bare=$work/debian
clean_up() {
    Scripts/postgres.sh stop "$work/pg" || true
    if mountpoint -q "$bare/proc"; then umount "$bare/proc"; fi
    rm -rf "$work"
}
trap clean_up EXIT

mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
debootstrap --variant=minbase bookworm "$bare" "$mirror" >"$work/debootstrap.log" 2>&1 || { tail -20 "$work/debootstrap.log" >&2; exit 1; }
# The network settings of this machine, proxies for apt among them.
cp /etc/resolv.conf "$bare/etc/resolv.conf"
for conf in /etc/apt/apt.conf.d/*proxy*; do [ ! -f "$conf" ] || cp "$conf" "$bare/etc/apt/apt.conf.d/"; done
cp "${debs[0]}" "$bare/tmp/ingest.deb"
# Swift's runtime finds a program's arguments there, as it would in any container.
mount -t proc proc "$bare/proc"

inside() { chroot "$bare" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }
# minbase knows one source; the security and point updates are what a real machine has.
inside apt-get -qq update
inside apt-get -qq -y --no-install-recommends install /tmp/ingest.deb >"$work/install.log" 2>&1 || { tail -20 "$work/install.log" >&2; exit 1; }

fail() { echo "dist-check: $1" >&2; exit 1; }
[ -z "$(inside find / -xdev -iname '*libswift*' -print -quit)" ] || fail 'Swift libraries are inside: this proves nothing'
inside ldd /usr/bin/ingest | grep 'not found' && fail 'libraries are missing'
inside ingest --version
inside ingest --help >/dev/null
inside ingest copy --help >/dev/null
# A project: libxlsxwriter makes its workbook, libzip and libxml2 read it, toml++ reads its settings.
inside ingest init /tmp/project >/dev/null
inside ingest validate --strict --project /tmp/project /tmp/project/ingestion_config.xlsx
inside ingest init --upgrade /tmp/project/ingestion_config.xlsx --project /tmp/project | grep -q 'was not touched' ||
    fail 'the workbook of a new project lacks something'
for file in bash-completion/completions/ingest zsh/vendor-completions/_ingest fish/vendor_completions.d/ingest.fish \
    man/man1/ingest.1.gz doc/ingest/copyright doc/ingest/copy.md doc/ingest/guide-workbook.md \
    doc/ingest/examples/ingestion_config.xlsx; do
    [ -s "$bare/usr/share/$file" ] || fail "$file is missing"
done

Scripts/postgres.sh start "$work/pg" --auth trust
port=$(cat "$work/pg/port")
psql -qX "host=127.0.0.1 port=$port user=postgres dbname=postgres" -c \
    "create table t as select i as id, md5(i::text) as word, (i % 100)::numeric(9,2) as price from generate_series(1, 50000) i"
inside ingest copy "postgresql://postgres@127.0.0.1:$port/postgres" t /tmp/lake
inside ingest inspect /tmp/lake/t.parquet >/dev/null
[ "$(stat -c %s "$bare/tmp/lake/t.parquet")" -gt 100000 ] || fail 'the file is too small to be right'
if [ -x .venv/bin/python ]; then
    rows=$(.venv/bin/python -c "import pyarrow.parquet, sys; print(pyarrow.parquet.read_table(sys.argv[1]).num_rows)" "$bare/tmp/lake/t.parquet")
    [ "$rows" = 50000 ] || fail "$rows rows instead of 50000"
fi
inside apt-get -qq -y remove ingest >/dev/null
[ ! -e "$bare/usr/bin/ingest" ] || fail 'the package leaves the binary behind'
echo 'dist-check: the package installs, runs, copies and is removed without Swift'
