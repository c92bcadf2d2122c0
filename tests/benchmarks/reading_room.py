"""How long the public pages take the server, and how many questions they ask, with as many editions as a large archive has.

    .venv/bin/python -m tests.benchmarks.reading_room [--editions 10000] [--organizations 2000] [--sqlite] [--times 30] [--folder FOLDER]

Made from a seed (tests/many_editions.py): eight segments an edition, three mentions, and one organization that half of the
editions speak of, so that its page has thousands of moments. The view is called in this process, template included, as a
worker would; the first requests of each page are not counted. Where other programs keep this machine busy, the clock measures
them too: beside it stands what this process and its database's have computed for one request. Aims: ≤ 100 ms p95, ≤ 15 queries; an organization ≤ 150 ms.
"""

import argparse
import importlib
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from tests.benchmarks import stage

WARM = 3
AIM_MS, AIM_OF_ORGANIZATIONS_MS, QUERIES = 100, 150, 15
PAGES = (
    "/", "/testimonies/", "/testimonies/?page=200", "/testimonies/?order=title", "/testimonies/?organization=org-0&decade=1970",
    "/testimonies/?country=MX&place=managua-ni&sound=audio", "/explore/", "/people/", "/people/elena-aguirre/", "/places/",
    "/places/managua-ni/", "/subjects/", "/subjects/exilio/", "/collections/", "/collections/voces-del-exilio/", "/timeline/",
    "/timeline/?show=testimonies", "/map/", "/organizations/", "/organizations/?q=frente", "/organizations/org-0/",
    "/organizations/org-0/?by=year", "/organizations/org-7/", "/testimonies/many00000042/", "/statistics/", "/about/",
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--editions", type=int, default=10_000)
    parser.add_argument("--organizations", type=int, default=2_000)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sqlite", action="store_true")
    parser.add_argument("--folder", type=Path, help="database and storages stay there for a next time")
    asked = parser.parse_args()
    stage.set_up(sqlite=asked.sqlite, kept=asked.folder, DEBUG="")
    measuring = importlib.import_module("tests.benchmarks.reading_room_asked")  # it reads models
    began = time.perf_counter()
    measuring.make(asked.editions, asked.organizations, asked.seed)
    print(f"{asked.editions} editions in {time.perf_counter() - began:.0f} s", flush=True)
    missed = 0
    print(f"{'page':54} {'p50':>7} {'p95':>7} {'computed':>9} {'queries':>8} {'kB':>6}")
    pages = (*PAGES, measuring.search())
    for address in pages:
        asked_for = measuring.ask(address, WARM, asked.times)
        p50, p95 = percentile(asked_for.taken, 50), percentile(asked_for.taken, 95)
        aim = AIM_OF_ORGANIZATIONS_MS if address.startswith("/organizations/org") else AIM_MS
        wrong = p95 > aim or asked_for.queries > QUERIES
        missed += wrong
        print(
            f"{address:54} {p50:7.1f} {p95:7.1f} {asked_for.computed:9.1f} {asked_for.queries:8} "
            f"{asked_for.size / 1000:6.0f}{'  <' if wrong else ''}",
            flush=True,
        )
    print(f"{missed} of {len(pages)} pages over their aim")
    return 1 if missed else 0


def percentile(values: list[float], percent: int) -> Any:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    sys.exit(main())
