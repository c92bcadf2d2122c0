"""Search to the moment: how long it takes, and whether the right moment comes first.

    python -m tests.benchmarks.search [--segments 1000000] [--each 200] [--database postgresql,sqlite] [--kept FOLDER]

An archive of made editions (`search_corpus`), of 100 segments each, in each database; so many questions of each of nine
kinds, drawn from its text by a seed. A question takes what the page asks for it: the moments with their quotations, then
the facets with their counts. Times are those of the clock, and of the processor (this process and, on PostgreSQL, the
server's that answers it); other work on the machine shows in the first and hardly in the second.

Judged: the moment that a question was drawn from is among the first five that are shown, and begins within half a second
of the word. A rare word is one said in at most five segments, two words or a phrase are such as meet by chance once at
most: of commoner ones, many moments are right.

With `--kept` the archives stay in the folder and are found again: filling them is most of the time.

Then one edition is removed from each and its bytes from the files, while somebody searches on.
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.benchmarks.stage import say

DATABASES = ("postgresql", "sqlite")
# p95 in ms at a million segments; SQLite may take twice as long.
AIMS = {
    "rare": 60, "middle": 200, "common": 200, "two words": 60, "phrase": 60, "prefix": 80, "no accents": 60, "acronym": 60,
    "misspelled": 80,
}  # fmt: skip
RIGHT = 0.95  # of the questions that are judged
LOOK_AT = 10  # of those that missed


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--segments", type=int, default=1_000_000)
    parser.add_argument("--each", type=int, default=200)
    parser.add_argument("--database", default=",".join(DATABASES))
    parser.add_argument("--kept", type=Path)
    options = parser.parse_args()
    found = {database: _in_a_process(database, options) for database in options.database.split(",")}
    say(f"\n{options.segments:,} segments, {options.each} questions of each kind")
    _print_times(found)
    _print_judged(found)
    shares = [right / of for one in found.values() for right, _first, of in one["judged"].values()]
    return int(min(shares) < RIGHT)


def _in_a_process(database: str, options: argparse.Namespace) -> dict[str, Any]:
    """One process speaks to one database."""
    told = [database, str(options.segments), str(options.each), str(options.kept or "")]
    command = [sys.executable, "-m", "tests.benchmarks.search_measuring", *told]
    answer = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
    found: dict[str, Any] = json.loads(answer.splitlines()[-1])
    return found


def _print_times(found: dict[str, dict[str, Any]]) -> None:
    """Each database's columns: clock p50 and p95, processor p50 and p95."""
    head = "".join(f"{name:>14}: p50   p95   cpu   p95" for name in found)
    say(f"\n{'ms, with facets':<15}{head}   ratio    aim")
    for kind, aim in AIMS.items():
        cells, p95s = [], []
        for one in found.values():
            wall, cpu = one["times"][kind]["wall"], one["times"][kind]["cpu"]
            figures = (statistics.median(wall), p95(wall), statistics.median(cpu), p95(cpu))
            cells.append(f"{figures[0]:>20.1f}" + "".join(f"{figure:>6.1f}" for figure in figures[1:]))
            p95s.append(p95(cpu))
        # Of the processor, as the databases are not asked at the same time.
        ratio = f"{p95s[1] / p95s[0]:>8.2f}" if len(p95s) == 2 else f"{'':>8}"
        say(f"{kind:<15}{''.join(cells)}{ratio}{aim:>7}")
    for name, one in found.items():
        say(
            f"{name}: index {one['bytes'] / 2**20:,.0f} MiB, filled in {one['filled_s']:.0f} s; one edition replaced in"
            f" {statistics.median(one['replaced_ms']):.0f} ms (p95 {p95(one['replaced_ms']):.0f}); removed from the files in {one['purged_s']:.0f} s, while the slowest of"
            f" {one['asked']:.0f} searches for a rare word took {one['waited_ms']:.0f} ms; load {one['load']:.1f}"
        )


def _print_judged(found: dict[str, dict[str, Any]]) -> None:
    for name, one in found.items():
        say(f"\n{name}")
        for kind, (right, first, of) in one["judged"].items():
            say(
                f"  {kind:<30}{right / of:>8.1%} among the first five, {first / of:.1%} first   ({right} of {of})"
            )
        for missed in one["missed"][:LOOK_AT]:
            say(f"  MISSED {missed}")


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1] if len(values) > 1 else values[0]


if __name__ == "__main__":
    sys.exit(main())
