"""`manage.py rebuild_index`: what can be found becomes what is public, and for the staff what the texts say."""

import sys
import time
from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from oralhistory.editions import indexing
from oralhistory.editions.indexing import Step
from oralhistory.review import findable
from oralhistory.search import index
from oralhistory.search.tables import STAFF

SECONDS_BETWEEN_WORDS = 2


class Command(BaseCommand):
    help = (
        "Put into the public index what differs from what is public, and take out what is not; then the same with the"
        " staff's index and the working texts. May be stopped at any time and started again: it goes on where it was. Nobody who searches meanwhile notices."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--check", action="store_true", help="change nothing; say what differs, and end with 1"
        )
        which.add_argument("--all", action="store_true", help="put everything in anew, also what agrees")
        which.add_argument(
            "--older-than", metavar="TIME", help="put in anew what was put in before (goes on with --all)"
        )

    def handle(self, *args: Any, check: bool, older_than: str | None, **options: Any) -> None:
        if check:
            self._check()
            return
        since = self._time(older_than) if older_than else timezone.now() if options["all"] else None
        step = Step(0, 0, 0)
        said = time.monotonic()
        try:
            for step in indexing.rebuild(older_than=since):
                if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
                    said = time.monotonic()
                    self.stderr.write(f"{step.done} of {step.of}, {step.replaced} put in anew …")
        except KeyboardInterrupt:
            again = f" --older-than {since.isoformat()}" if since else ""
            raise CommandError(
                f"Stopped after {step.done} of {step.of}. To go on: manage.py rebuild_index{again}"
            ) from None
        self.stdout.write(f"{step.of} testimonies can be found; {step.replaced} were put in anew.")
        self._staff(anew=options["all"])

    def _staff(self, *, anew: bool) -> None:
        step = findable.Step(0, 0, to_purge=False)
        said = time.monotonic()
        for step in findable.rebuild(anew=anew):
            if time.monotonic() - said > SECONDS_BETWEEN_WORDS:
                said = time.monotonic()
                self.stderr.write(f"{step.done} of {step.of} working texts …")
        if step.to_purge:
            index.purge(STAFF)
        self.stdout.write(f"{step.done} working texts were put in order for the staff.")

    def _check(self) -> None:
        problems = [*indexing.check(), *(f"staff: {each}" for each in findable.check())]
        for problem in problems:
            self.stdout.write(problem)
        if problems:
            sys.exit(1)
        self.stdout.write(
            "The index says what is public, and nothing else; the staff's says what the texts say."
        )

    def _time(self, text: str) -> datetime:
        found = parse_datetime(text)
        if found is None:
            raise CommandError("--older-than takes a time such as 2026-11-29T16:00:00+00:00.")
        return found if timezone.is_aware(found) else timezone.make_aware(found)
