"""Measure how well mentions are found. Needs no database."""

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oralhistory.mentions import evaluation, worst
from oralhistory.mentions.bands import LEAST
from oralhistory.mentions.documents import UnreadableDocument
from oralhistory.mentions.evaluation import Details, Finder, Gold
from oralhistory.mentions.management.commands.find_mentions import ORGANIZATIONS, read_authorities
from oralhistory.mentions.matching import MATCHER_VERSION, Matcher


class Command(BaseCommand):
    help = (
        "Compare what the matcher proposes with texts whose mentions are known (JSON lines with `mentions`)."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("gold", type=Path, nargs="+", metavar="GOLD")
        parser.add_argument("--organizations", type=Path, default=ORGANIZATIONS, metavar="FILE")
        parser.add_argument(
            "--worst",
            type=int,
            default=0,
            metavar="N",
            help="print the N worst misses and false ones, with why",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        authorities = read_authorities(options["organizations"])
        matcher = Matcher(authorities)
        finders: dict[str, Finder] = {
            "exact names": evaluation.by_names(authorities, acronyms=False),
            "exact names and acronyms": evaluation.by_names(authorities, acronyms=True),
            f"matcher {MATCHER_VERSION}": evaluation.by_matcher(matcher),
        }
        shared = evaluation.shared_acronyms(authorities)
        for path in options["gold"]:
            golds = _read(path)
            self.stdout.write(
                f"{path.name}: {len(golds)} interviews, {sum(gold.words for gold in golds)} words"
            )
            for name, finder in finders.items():
                begun = time.perf_counter()
                pairs = [(gold, finder(gold)) for gold in golds]
                self._summary(name, pairs, time.perf_counter() - begun)
            self._details(evaluation.details(pairs, shared))
            if options["worst"]:
                self._worst(pairs, evaluation.by_matcher(matcher, least=LEAST), options["worst"])

    def _summary(self, name: str, pairs: list[tuple[Gold, dict[Any, Any]]], seconds: float) -> None:
        for label, short_forms in (("names and acronyms", False), ("with short forms", True)):
            tallies = [evaluation.strict(gold, found, short_forms=short_forms) for gold, found in pairs]
            tally, (low, high) = evaluation.total(tallies), evaluation.interval(tallies)
            self.stdout.write(
                f"  {name:26} strict, {label:19} P {tally.precision:.3f}  R {tally.recall:.3f}  F1 {tally.f1:.3f}"
                f"  [{low:.3f}, {high:.3f}]"
            )
        near = evaluation.total([evaluation.overlapping(gold, found) for gold, found in pairs])
        words = sum(gold.words for gold, _ in pairs)
        self.stdout.write(
            f"  {name:26} overlapping                 P {near.precision:.3f}  R {near.recall:.3f}  F1 {near.f1:.3f}"
            f"  {words / max(seconds, 1e-9):,.0f} words a second"
        )

    def _details(self, details: Details) -> None:
        unlisted = details.unlisted
        for label, value in (
            ("shared acronyms right", f"{details.ambiguous_right:.3f}"),
            ("shared acronyms among three", f"{details.ambiguous_among_three:.3f}"),
            ("right among first three", f"{details.among_three:.3f}"),
            ("not in the list", f"P {unlisted.precision:.3f}  R {unlisted.recall:.3f}"),
            ("wrong per 10,000 words", f"{details.wrong_per_10000:.1f}"),
            ("calibration error, Brier", f"{details.calibration_error:.3f}, {details.brier:.3f}"),
        ):
            self.stdout.write(f"    {label:28} {value}")
        for kind, (right, count) in details.kinds.items():
            self.stdout.write(f"    recall, {kind:20} {right / count:.3f}  ({right} of {count})")

    def _worst(self, pairs: worst.Pairs, everything: Finder, count: int) -> None:
        for label, faults in (
            ("misses", worst.misses(pairs, everything)),
            ("false ones", worst.false_ones(pairs)),
        ):
            self.stdout.write(f"  worst {label}, {min(count, len(faults))} of {len(faults)}")
            for line in worst.lines(faults[:count]):
                self.stdout.write(line)


def _read(path: Path) -> list[Gold]:
    try:
        return list(evaluation.read_gold(path))
    except OSError as refusal:
        raise CommandError(f"{path} can't be read: {refusal.strerror}.") from refusal
    except (UnreadableDocument, UnicodeDecodeError) as refusal:
        raise CommandError(f"{path}: {refusal}.") from refusal
