"""Instructions per value and allocations per round of every micro-benchmark, against instruction-limits.json. Encoders must
not allocate per page at all, once the first row group has sized their buffers.

Instruction counts repeat where times do not, so CI gates on them. Each workload runs twice under callgrind, with fewer
and with more rounds; the difference is free of start-up and of building the input. A count more than 5 % above its
limit fails; one more than 5 % below asks for the limit to be lowered.

    instructions.py BINARY [--update] [--only WORKLOAD]
"""

import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).parent
LIMITS = HERE / "instruction-limits.json"
TOLERANCE = 0.05
FEW, MORE = 2, 4
# Hash seeds and the place of things in memory must not differ from run to run.
ENVIRONMENT = {**os.environ, "SWIFT_DETERMINISTIC_HASHING": "1"}


def count(binary: pathlib.Path, workload: str, rounds: int) -> tuple[int, int]:
    """Instructions of the whole process, and values per round."""
    command = ["setarch", "-R", "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(binary), workload,
               "--rounds", str(rounds)]
    done = subprocess.run(command, capture_output=True, text=True, env=ENVIRONMENT)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    if done.returncode or not collected:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    return int(collected[1]), int(re.search(r"(\d+) values/round", done.stdout)[1])


def instructions_per_value(binary: pathlib.Path, workload: str) -> float:
    few, values = count(binary, workload, FEW)
    more, _ = count(binary, workload, MORE)
    return (more - few) / (MORE - FEW) / values


def allocations_per_round(binary: pathlib.Path, workload: str, shim: pathlib.Path, rounds: int = 5, repeats: int = 1) -> float:
    environment = ENVIRONMENT | {"LD_PRELOAD": str(shim)}
    command = [binary, workload, "--rounds", str(rounds), "--repeats", str(repeats)]
    printed = subprocess.check_output(command, text=True, env=environment)
    return float(re.search(r"([\d.]+) allocations/round", printed)[1])


def allocations_per_page(binary: pathlib.Path, workload: str, shim: pathlib.Path) -> float:
    """What 8 pages more cost in the fourth to seventh row group, when buffers have their size. Footer and page index are
    per row group, and cancel out."""

    def settled(repeats: int) -> int:
        # The first round is not counted.
        few, more = (allocations_per_round(binary, workload, shim, rounds, repeats) * (rounds - 1) for rounds in (3, 7))
        return round(more - few)

    # To one decimal: the buffers of the page index grow now and then.
    return round((settled(repeats=4) - settled(repeats=3)) / 4 / 8, 1)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", type=pathlib.Path)
    parser.add_argument("--update", action="store_true", help="write what was counted as the new limits")
    parser.add_argument("--only", help="one workload")
    options = parser.parse_args()
    workloads = subprocess.check_output([options.binary, "list"], text=True).split()
    # The whole pipeline is mostly zstd, and masks are libcrypto's: they are timed, not counted.
    workloads = [w for w in workloads if w != "copy-lineitem" and not w.startswith("mask-") and options.only in (None, w)]
    limits = json.loads(LIMITS.read_text()) if LIMITS.exists() else {}
    found, failures = {}, []
    with tempfile.TemporaryDirectory() as folder:
        shim = pathlib.Path(folder) / "allocations.so"
        subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", shim, HERE / "allocations.c"], check=True)
        print(f"{'workload':34} {'instructions/value':>18} {'limit':>8} {'allocations/round':>18} {'limit':>6}")
        for workload in workloads:
            instructions = round(instructions_per_value(options.binary, workload), 1)
            allocations = allocations_per_round(options.binary, workload, shim)
            found[workload] = {"instructions": instructions, "allocations": allocations}
            per_page = allocations_per_page(options.binary, workload, shim) if workload.startswith("encode-") else 0
            if per_page:
                failures.append(f"{workload}: {per_page} allocations per page")
            limit = limits.get(workload)
            note = ""
            if limit is None:
                note = "no limit"
                if not options.update:
                    failures.append(f"{workload} has no limit; run with --update")
            else:
                if instructions > limit["instructions"] * (1 + TOLERANCE) + 0.1:
                    note = "MORE INSTRUCTIONS"
                elif instructions < limit["instructions"] * (1 - TOLERANCE) - 0.1:
                    note = "better: lower the limit (--update)"
                if allocations > limit["allocations"]:
                    note = "MORE ALLOCATIONS"
                if note.startswith("MORE"):
                    failures.append(f"{workload}: {note.lower()}")
            shown = limit or {"instructions": "-", "allocations": "-"}
            print(f"{workload:34} {instructions:18.1f} {shown['instructions']:>8} {allocations:18.1f}"
                  f" {shown['allocations']:>6} {note}", flush=True)
    if options.update:
        LIMITS.write_text(json.dumps(limits | found, indent=2) + "\n")
        print(f"limits written to {LIMITS.name}")
        return 0
    for failure in failures:
        print("instructions:", failure, file=sys.stderr)
    print(f"{len(found) - len(failures)} passed, {len(failures)} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
