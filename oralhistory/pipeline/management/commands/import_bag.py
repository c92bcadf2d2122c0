"""`manage.py import_bag DIR`: bring an interview back from its preservation package."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from oralhistory.accounts.models import User
from oralhistory.intake.bags import reading
from oralhistory.intake.bags.checking import NotAPackage
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.pipeline import steps


class Command(BaseCommand):
    help = "Bring an interview back from a package that export_bag wrote: all of it, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", metavar="DIR", type=Path)
        parser.add_argument(
            "--by", default="", metavar="EMAIL", help="who brings it in, for the events; else the machine"
        )
        parser.add_argument("--dry-run", action="store_true", help="check everything, change nothing")

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write("Reading and checking every file.")
        at = timezone.now()
        try:
            brought = reading.bring_in(
                options["folder"], by=_agent(options["by"]), at=at, only_rehearse=options["dry_run"]
            )
        except NotAPackage as refusal:
            raise CommandError(str(refusal)) from refusal
        self._tell(brought, rehearsed=options["dry_run"])
        if not options["dry_run"]:
            for recording in reading.unread(brought.public_id):
                steps.recording_arrived(recording, at=at)

    def _tell(self, brought: reading.Brought, *, rehearsed: bool) -> None:
        for label, count in brought.rows.items():
            self.stdout.write(f"{count:>7} {label}")
        verb = "would come in" if rehearsed else "came in"
        self.stdout.write(
            f"Interview {brought.public_id} {verb}: {sum(brought.rows.values())} rows, {brought.events} events, "
            f"{brought.files} files."
        )
        for each in brought.kept:
            self.stderr.write(f"The archive's own stays, and differs: {each}.")
        if brought.sealed:
            self.stderr.write(
                f"This installation's IDENTITY_KEY does not open the identities of {', '.join(brought.sealed)}: "
                "they were sealed under another key, and stay sealed."
            )
        if brought.cancelled:
            self.stderr.write(f"{brought.cancelled} transcriptions were under way: ask for them again.")


def _agent(email: str) -> Agent:
    if not email:
        return MACHINE
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise CommandError(f"There is no account {email}.")
    return user.agent
