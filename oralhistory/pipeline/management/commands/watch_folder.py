"""`manage.py watch_folder FOLDER`: what a recorder that is plugged in has recorded comes in by itself."""

import signal
import threading
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.http import Http404
from django.utils import timezone

from oralhistory.accounts.models import User
from oralhistory.consent import access
from oralhistory.intake import uploads, watching
from oralhistory.interviews.models import Interview
from oralhistory.pipeline import acts
from oralhistory.pipeline.management.commands.import_interviews import interviewer
from oralhistory.recordings import sniffing


class Command(BaseCommand):
    help = "Take in what appears in a folder, as soon as it is complete. The folder itself is never changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="FOLDER", type=Path)
        parser.add_argument("--by", metavar="EMAIL", help="the interviewer who records")
        goal = parser.add_mutually_exclusive_group(required=True)
        goal.add_argument("--interview", metavar="PUBLIC_ID", help="put everything into this interview")
        goal.add_argument(
            "--new-interviews",
            metavar="COLLECTION",
            help="a new draft for each day, in the collection of this title",
        )
        parser.add_argument(
            "--quiet-seconds", type=float, default=10, help="unchanged so long, a file is complete"
        )
        parser.add_argument("--every", type=float, default=3, metavar="SECONDS", help="how often to look")
        parser.add_argument("--once", action="store_true", help="look once and end: for cron")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        by = interviewer(options["by"])
        interview = _interview(options["interview"], by) if options["interview"] else None
        if options["once"] and not options["folder"].is_dir():
            raise CommandError(f"There is no folder {options['folder']}.")
        watch = watching.Watch(options["folder"], options["quiet_seconds"])
        try:
            if options["once"]:
                for path in watch.settled_long_ago(now=timezone.now()):
                    self._take(watch, path, interview, options["new_interviews"], by)
            else:
                self._watch(watch, interview, options["new_interviews"], by, options["every"])
        except watching.NotAFolder as refusal:
            raise CommandError(str(refusal)) from refusal

    def _watch(
        self, watch: watching.Watch, interview: Interview | None, collection: str, by: User, every: float
    ) -> None:
        """Until Ctrl-C or SIGTERM; a file in hand is finished first."""
        end = threading.Event()
        before = {each: signal.signal(each, lambda *_: end.set()) for each in (signal.SIGINT, signal.SIGTERM)}
        there = True
        try:
            self.stderr.write(f"Watching {watch.folder}. Ctrl-C ends it.")
            while not end.is_set():
                if watch.folder.is_dir() != there:
                    there = not there
                    self.stderr.write(
                        "The folder is there again." if there else "The folder is gone; it is waited for."
                    )
                for path in watch.complete(now=time.monotonic()):
                    if end.is_set():
                        break
                    self._take(watch, path, interview, collection, by)
                end.wait(every)
        finally:
            for each, handler in before.items():
                signal.signal(each, handler)
        self.stderr.write("Ended.")

    def _take(
        self, watch: watching.Watch, path: Path, interview: Interview | None, collection: str, by: User
    ) -> None:
        """Take one file; one that is refused is said once."""
        name = path.relative_to(watch.folder)
        try:
            if not watch.is_as_it_was(path):
                watch.forget(path)
                return
            if known := watching.taken_before(path, by=by):
                watch.remember(path)
                self.stderr.write(f"{name}: is there already, in {known.interview.public_id}.")
                return
            sniffing.sniff(path)  # no draft is begun for what is no recording
            at = timezone.now()
            goal = interview or watching.interview_of_day(watching.day_of(path), collection, by=by, at=at)
            if not access.decide(by, "upload", goal, at=at).allowed:
                raise uploads.NotTaken("This interview takes no more recordings now.")
            acts.take_in(goal, path, name=path.name, by=by, at=at)
        except (uploads.NotTaken, sniffing.NotARecording) as refusal:
            watch.remember(path)
            self.stderr.write(f"{name}: not taken. {refusal}")
        except OSError as error:  # pulled out in the middle: it is tried again when it is back
            watch.forget(path)
            self.stderr.write(f"{name}: cannot be read now ({error.strerror}).")
        else:
            watch.remember(path)
            self.stdout.write(f"{name}: taken, {goal.public_id}")
            self.stdout.flush()


def _interview(public_id: str, by: User) -> Interview:
    try:
        return access.fetch(by, "upload", public_id, at=timezone.now())
    except (Http404, access.Denied) as refusal:
        raise CommandError(f"{public_id} is no interview that takes recordings from {by.email}.") from refusal
