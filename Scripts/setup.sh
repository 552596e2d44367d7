#!/usr/bin/env bash
# Installs what building, testing and measuring need on Debian 12: system packages by apt-get (as root, or by sudo), and
# a Python environment in .venv for the tests and benchmarks. Run again at any time: what is there is kept.
#
#   Scripts/setup.sh [--bench]     --bench adds the programs that `make bench` compares with
set -euo pipefail
cd "$(dirname "$0")/.."

build_packages=(build-essential pkg-config libpq-dev libzstd-dev libsnappy-dev zlib1g-dev liblz4-dev libzip-dev libxml2-dev
    libxlsxwriter-dev libtomlplusplus-dev unixodbc-dev libsqlite3-dev libcurl4-openssl-dev libssl-dev libpcre2-dev)
test_packages=(postgresql-15 openssl python3-venv libreoffice-calc strace faketime time valgrind shellcheck unixodbc
    odbc-postgresql odbc-mariadb libsqliteodbc mariadb-server-core mariadb-client-core tdsodbc prometheus prometheus-pushgateway chromium
    libltdl7 libkrb5-3 libgssapi-krb5-2) # the last three: for Microsoft's ODBC driver
dist_packages=(debootstrap)
packages=("${build_packages[@]}" "${test_packages[@]}" "${dist_packages[@]}")

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "These packages are missing and need root to install: ${missing[*]}" >&2
        exit 1
    fi
}

missing=()
for package in "${packages[@]}"; do
    state=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$state" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "Installing ${missing[*]}"
    # A stale third-party source on the machine must not stop us: the packages come from Debian's own.
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update || echo "apt-get update had errors; going on" >&2
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null
fi

if ! command -v swift >/dev/null; then
    echo "swift is not in PATH. Install the Swift 6.3 toolchain (https://www.swift.org/install/linux/) and run this again." >&2
    exit 1
fi
swift --version >/dev/null 2>&1 || {
    echo "swift is in PATH but does not start; it needs packages of its own (https://www.swift.org/install/linux/):" >&2
    swift --version >&2 || exit 1
}

# Debian's own interpreter, to which python3-venv belongs; another may stand earlier in PATH.
python=${PYTHON:-/usr/bin/python3}
[ -x .venv/bin/python ] || "$python" -m venv .venv
requirements=(-r Tests/Live/requirements.txt -r Tests/Workbook/requirements.txt)
[ "${1:-}" != --bench ] || requirements+=(-r Benchmarks/requirements.txt)
.venv/bin/python -m pip install --quiet --disable-pip-version-check "${requirements[@]}"
echo "Set up. 'make' lists what can be done."
