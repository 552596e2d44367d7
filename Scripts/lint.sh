#!/usr/bin/env bash
# Formatting of Swift, shell and Python, and those rules of CONTRIBUTING.md that a program can check.
# The compiler's warnings are errors in every build, so they are not looked for here.
set -euo pipefail
cd "$(dirname "$0")/.."
failed=0
complain() { printf 'lint: %s\n' "$1" >&2; failed=1; }

swift format lint --strict -r Sources Tests Benchmarks Package.swift || complain 'swift format lint found something (make format mends most)'

scripts=(.ci/run Scripts/*.sh)
for script in "${scripts[@]}"; do bash -n "$script" || complain "$script does not parse"; done
if command -v shellcheck >/dev/null; then shellcheck -S warning "${scripts[@]}" || complain 'shellcheck found something'; fi

if [ -x .venv/bin/ruff ]; then
    .venv/bin/ruff check -q Tests Benchmarks Scripts || complain 'ruff found something'
else
    python3 -m compileall -q Tests Benchmarks Scripts || complain 'a Python file does not parse'
fi

python3 Scripts/threads.py || complain 'what happened to another tool has no test (Tests/Live/peers/threads.csv)'

# The core builds without Foundation (docs/ARCHITECTURE.md).
if grep -rnE '^ *(public |package |@preconcurrency )*import Foundation' Sources/Columnar Sources/Parquet Sources/Ports Sources/Engine; then
    complain 'Foundation is imported in the core'
fi
# A file's name says what is decided in it.
while IFS= read -r file; do complain "$file: a name that says nothing"; done < <(
    find Sources Tests Benchmarks -name '*.swift' | grep -E '(Utils|Utilities|Helpers?|Manager|Common|Misc)[^/]*\.swift$' || true
)
# No environment variable is read below the command line.
if grep -rnE '\b(getenv|ProcessInfo\.processInfo\.environment)\b' Sources --include='*.swift' | grep -v '^Sources/IngestCLI/\|^Sources/ingest/'; then
    complain 'an environment variable is read below IngestCLI'
fi
while IFS= read -r file; do
    lines=$(wc -l <"$file")
    [ "$lines" -le 800 ] || complain "$file has $lines lines; look for the seam"
done < <(find Sources Tests Benchmarks -name '*.swift')

# What docs/troubleshooting.md explains is what the program says: each quoted message of two words or more stands in the sources.
while IFS= read -r words; do
    grep -rqF -- "$words" Sources || complain "docs/troubleshooting.md explains '$words', which nothing prints"
done < <(sed -n 's/^| \(`[^|]*\) |.*/\1/p' docs/troubleshooting.md | grep -o '`[^`]* [^`]*`' | tr -d '`')

[ $failed = 0 ] && echo 'lint: clean'
exit $failed
