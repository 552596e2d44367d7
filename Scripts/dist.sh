#!/usr/bin/env bash
# Makes dist/ingest (the release build of `make build`, stripped) and dist/ingest_VERSION_ARCH.deb, whose Depends are
# the packages that own the libraries the binary really loads.
set -euo pipefail
cd "$(dirname "$0")/.."

binary=.build/release/ingest
[ -x $binary ] || { echo "no binary: run 'make dist', which builds it" >&2; exit 1; }

rm -rf dist
mkdir -p dist/root/usr/bin
install -m 755 $binary dist/ingest
strip --strip-all dist/ingest
# "ingest 0.1.0 (build abc)" → 0.1.0
version=$(dist/ingest --version | sed -n '1s/^ingest \(version \)\{0,1\}\([0-9][0-9A-Za-z.+~-]*\).*/\2/p')
[ -n "$version" ] || { echo "cannot tell the version from '$(dist/ingest --version | head -1)'" >&2; exit 1; }
arch=$(dpkg --print-architecture)

if ldd dist/ingest | grep -i swift; then echo "a Swift library is still loaded dynamically" >&2; exit 1; fi

# Only what the binary itself names (readelf): what libpq needs, libpq5 depends on.
depends=()
while IFS= read -r library; do
    path=$(ldd dist/ingest | awk -v l="$library" '$1 == l { print $3 }')
    case $library in ld-linux*) continue ;; esac
    [ -n "$path" ] || { echo "$library is needed and was not found" >&2; exit 1; }
    # /lib is a link to /usr/lib; packages are registered under either.
    owner=$(dpkg -S "$path" 2>/dev/null || dpkg -S "/usr$path" 2>/dev/null || dpkg -S "${path#/usr}" 2>/dev/null ||
        dpkg -S "$(readlink -f "$path")") || { echo "no package owns $path" >&2; exit 1; }
    package=${owner%%:*}
    case $package in
    # The C library's symbols are versioned: what was linked here needs at least this release.
    libc6) depends+=("libc6 (>= $(dpkg-query -W -f '${Version}' libc6 | sed 's/-.*//'))") ;;
    *) depends+=("$package") ;;
    esac
done < <(readelf -d dist/ingest | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
depends_line=$(printf '%s\n' "${depends[@]}" | sort -u | paste -sd, | sed 's/,/, /g')

root=dist/root
install -m 755 dist/ingest $root/usr/bin/ingest
doc=$root/usr/share/doc/ingest
mkdir -p $doc $root/usr/share/man/man1
cat >$doc/copyright <<'COPYRIGHT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ingest

Files: *
Copyright: the authors of ingest
License: Apache-2.0

Files: usr/bin/ingest
Copyright: the authors of ingest; Apple Inc. and the Swift project authors (the Swift runtime inside)
License: Apache-2.0 with Swift-exception

License: Apache-2.0
 On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.

License: Apache-2.0 with Swift-exception
 The Apache License 2.0 (/usr/share/common-licenses/Apache-2.0), with the Runtime Library Exception:
 As an exception, if you use this Software to compile your source code and portions of this Software are embedded into
 the binary product as a result, you may redistribute such product without providing attribution as would otherwise be
 required by Sections 4(a), 4(b) and 4(d) of the License.
COPYRIGHT
# What is for users; the pages for who works on it stay in the repository.
for page in README.md docs/[a-z]*.md; do install -m 644 "$page" $doc/; done
mkdir -p $doc/pictures $doc/examples
install -m 644 docs/pictures/*.png $doc/pictures/
install -m 644 templates/ingest.toml templates/ingestion_config.xlsx $doc/examples/
gzip -9nc CHANGELOG.md >$doc/changelog.gz
dist/ingest help --man | gzip -9nc >$root/usr/share/man/man1/ingest.1.gz
mkdir -p $root/usr/share/bash-completion/completions $root/usr/share/zsh/vendor-completions \
    $root/usr/share/fish/vendor_completions.d
dist/ingest completions bash >$root/usr/share/bash-completion/completions/ingest
dist/ingest completions zsh >$root/usr/share/zsh/vendor-completions/_ingest
dist/ingest completions fish >$root/usr/share/fish/vendor_completions.d/ingest.fish

mkdir -p $root/DEBIAN
cat >$root/DEBIAN/control <<CONTROL
Package: ingest
Version: $version
Architecture: $arch
Maintainer: ingest maintainers <maintainers@ingest.invalid>
Installed-Size: $(du -sk $root/usr | cut -f1)
Depends: $depends_line
Section: database
Priority: optional
Suggests: odbc-postgresql, odbc-mariadb, tdsodbc
Description: batch ingestion of database tables into Parquet
 Copies tables, views and query results out of databases into Parquet files
 that every common reader understands, exactly, as of one moment, and as fast
 as the server can send. Checks the workbook in which people plan such loads.
CONTROL
find $root -type d -exec chmod 755 {} +
deb=dist/ingest_${version}_$arch.deb
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct 2>/dev/null || date +%s) \
    dpkg-deb --root-owner-group -Zxz --build $root "$deb" >/dev/null
rm -rf $root
echo "$deb ($(stat -c %s "$deb" | numfmt --to=iec)B); the binary alone: dist/ingest ($(stat -c %s dist/ingest | numfmt --to=iec)B)"
echo "Depends: $depends_line"
