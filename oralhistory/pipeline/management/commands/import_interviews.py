"""`manage.py import_interviews LIST.csv`: many interviews at once, with their recordings, transcripts and papers."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, no_translations
from django.db import IntegrityError
from django.utils import timezone

from oralhistory.accounts import roles
from oralhistory.accounts.models import Role, User
from oralhistory.files.stores import KeyIsDamaged, NotWhatWasSent
from oralhistory.intake import transcripts_brought, uploads
from oralhistory.intake.batches import manifest, template
from oralhistory.intake.batches.checking import Check
from oralhistory.intake.batches.planning import Plan, Planning
from oralhistory.pipeline import importing
from oralhistory.recordings import pictures, sniffing
from oralhistory.transcripts.formats.reading.cues import CannotBeParsed

# What may befall one interview and leaves the others as they are: a disk that is pulled out, a file that has changed.
BEFALLS = (
    OSError, IntegrityError, uploads.NotTaken, transcripts_brought.NotBrought, CannotBeParsed, sniffing.NotARecording,
    pictures.NotAPicture, NotWhatWasSent, KeyIsDamaged,
)  # fmt: skip


class Command(BaseCommand):
    help = "Bring in the interviews of a list: checks every line first, is safe to run twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("list", metavar="LIST.csv", type=Path, nargs="?")
        parser.add_argument(
            "--template", action="store_true", help="print an empty list that explains itself"
        )
        parser.add_argument("--by", metavar="EMAIL", help="the interviewer whose interviews they will be")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument(
            "--files", metavar="FOLDER", type=Path, help="where the files lie; else the folder of the list"
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        if options["template"]:
            self.stdout.write(template.text(), ending="")
            return
        if options["list"] is None:
            raise CommandError("Give the list, or --template.")
        by = interviewer(options["by"])
        plans = self._checked(options["list"], options["files"] or options["list"].parent, by)
        if options["dry_run"]:
            self._say(plans)
        else:
            self._carry_out(plans, by)

    def _checked(self, path: Path, folder: Path, by: User) -> list[Plan]:
        at = timezone.now()
        settings.TEMPORARY_DIR.mkdir(parents=True, exist_ok=True)
        try:
            lines, faults = manifest.read(path)
        except manifest.NotAManifest as refusal:
            raise CommandError(str(refusal)) from refusal
        check = Check(folder, at=at)
        entries = check.entries(lines)
        planning = Planning(by, at)
        plans = [planning.plan(entry) for entry in entries]
        faults = sorted({*faults, *check.faults, *planning.faults})
        for fault in faults:
            self.stderr.write(str(fault))
        if faults:
            raise CommandError(f"{len(faults)} faults in {path}. Nothing was brought in.")
        if not plans:
            raise CommandError(f"There is no interview in {path}.")
        return plans

    def _say(self, plans: list[Plan]) -> None:
        for plan in plans:
            self.stdout.write(str(plan))
            self._say_left(plan)
        todo = sum(not plan.is_done for plan in plans)
        self.stdout.write(
            f"{todo} of {len(plans)} interviews have something to bring in. Nothing was touched."
            if todo
            else f"All {len(plans)} interviews are there already: nothing to do."
        )

    def _carry_out(self, plans: list[Plan], by: User) -> None:
        todo = [plan for plan in plans if not plan.is_done]
        failed = 0
        for count, plan in enumerate(todo, 1):
            self.stderr.write(f"{count} of {len(todo)}: {plan.entry.identifier}")
            try:
                importing.carry_out(plan, by=by, at=timezone.now())
            except BEFALLS as refusal:
                failed += 1
                self.stderr.write(
                    f"line {plan.entry.line}: {plan.entry.identifier} is not complete: {refusal}"
                )
            else:
                self.stdout.write(str(plan))
        for plan in plans:
            self._say_left(plan)
        if failed:
            raise CommandError(f"{failed} interviews are not complete. Run it again: what is there stays.")
        there = len(plans) - len(todo)
        self.stdout.write(
            f"{len(todo)} interviews brought in or added to; {there} were there already."
            if todo
            else f"All {len(plans)} interviews are there already: nothing was done."
        )

    def _say_left(self, plan: Plan) -> None:
        for sentence in plan.left:
            self.stderr.write(f"line {plan.entry.line}: {plan.entry.identifier}: {sentence}")


def interviewer(email: str | None) -> User:
    """The account in whose name something is brought in. Raises CommandError."""
    if not email:
        raise CommandError("Say in whose name: --by EMAIL, the account of an interviewer.")
    user = User.objects.filter(email=email.lower(), is_active=True).first()
    if user is None:
        raise CommandError(f"There is no account of {email}.")
    # By the table of access nobody else may add to an interview, describe it and send it to review: what an archivist
    # brought in without that role, nobody could carry on.
    if Role.INTERVIEWER not in roles.held_by(user):
        raise CommandError(
            f"{email} is no interviewer: an interview belongs to the interviewer who brings it in."
        )
    return user
