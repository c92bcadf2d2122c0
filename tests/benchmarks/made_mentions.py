"""How well mentions are found in interviews made by chance, and how much is invented where none are.

    python -m tests.benchmarks.made_mentions [--seeds 1 2 3] [--interviews 40] [--worst N] [--organizations FILE] [TEXT ...]

TEXT: other texts without organizations, a segment a line. Needs no database.
"""

from tests.benchmarks import django_ready  # noqa: F401  # isort: skip  # first: what follows reads models
import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from oralhistory.mentions import evaluation, worst
from oralhistory.mentions.bands import LEAST
from oralhistory.mentions.evaluation import Gold
from oralhistory.mentions.matching import MATCHER_VERSION, Matcher
from oralhistory.organizations.authorities import Authority, read_csv
from tests.mentions.conftest import DATA, OWN
from tests.mentions.made_interviews import LEVELS, made

LINES = 120  # of a long text, as many as an interview may have segments


def quiet(path: Path) -> Iterator[Gold]:
    """A text without organizations, in pieces of the size of an interview."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    for at in range(0, len(lines), LINES):
        yield Gold(f"{path.stem}-{at}", "MX", lines[at : at + LINES], {})


def measured(
    label: str, runs: Sequence[tuple[Matcher, list[Gold]]], shared: frozenset[str], count: int
) -> None:
    """Print a row, and the worst faults."""
    pairs, faults = [], ([], [])
    for matcher, golds in runs:
        here = [(gold, evaluation.by_matcher(matcher)(gold)) for gold in golds]
        pairs += here
        faults[0].extend(worst.misses(here, evaluation.by_matcher(matcher, least=LEAST)))
        faults[1].extend(worst.false_ones(here))
    details = evaluation.details(pairs, shared)
    tally = evaluation.total([evaluation.strict(gold, found, short_forms=True) for gold, found in pairs])
    print(
        f"{label:24} F1 {tally.f1:.3f}  P {tally.precision:.3f}  R {tally.recall:.3f}  shared {details.ambiguous_right:.3f}"
        f" of three {details.among_three:.3f}  NIL P {details.unlisted.precision:.3f} R {details.unlisted.recall:.3f}"
        f"  wrong {details.wrong_per_10000:5.2f}  calibration {details.calibration_error:.3f}"
    )
    for kind, (right, of) in details.kinds.items() if tally.right else ():
        print(f"    {kind:20} {right / of:.3f} of {of}", end="")
    print()
    for name, those in zip(("misses", "false"), faults, strict=True):
        for line in [f"  {name}", *worst.lines(those[:count])] if count and those else ():
            print(line)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("texts", type=Path, nargs="*")
    arguments.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    arguments.add_argument("--interviews", type=int, default=40)
    arguments.add_argument("--worst", type=int, default=0)
    arguments.add_argument("--organizations", type=Path, default=OWN)
    options = arguments.parse_args()
    with options.organizations.open(encoding="utf-8", newline="") as stream:
        authorities: list[Authority] = read_csv(stream)
    shared = evaluation.shared_acronyms(authorities)
    print(f"matcher {MATCHER_VERSION}, {len(authorities)} organizations")
    for level in LEVELS:
        runs = []
        for seed in options.seeds:
            listed, golds = made(authorities, level, interviews=options.interviews, seed=seed)
            runs.append((Matcher(listed), golds))
        measured(level, runs, shared, options.worst)
    matcher = Matcher(authorities)
    for path in (*sorted((DATA / "quiet").glob("*.txt")), *options.texts):
        measured(path.stem, [(matcher, list(quiet(path)))], shared, options.worst)
    everything = [gold for path in sorted((DATA / "quiet").glob("*.txt")) for gold in quiet(path)]
    measured("quiet, all", [(matcher, everything)], shared, 0)


if __name__ == "__main__":
    main()
