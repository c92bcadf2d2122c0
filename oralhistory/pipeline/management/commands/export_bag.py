"""`manage.py export_bag INTERVIEW_ID DIR --by EMAIL --second EMAIL --reason WHY`: a preservation package."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, no_translations
from django.utils import timezone

from oralhistory.accounts.models import User
from oralhistory.intake.bags import writing


class Command(BaseCommand):
    help = (
        "Write an interview with its masters and everything that hangs on it into a new folder, as a BagIt 1.0 bag. "
        "Two different archivists answer for it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("interview", metavar="INTERVIEW_ID")
        parser.add_argument("folder", metavar="DIR", type=Path, help="a folder that is not there yet")
        parser.add_argument("--by", required=True, metavar="EMAIL", help="the archivist who makes it")
        parser.add_argument("--second", required=True, metavar="EMAIL", help="another archivist, who agrees")
        parser.add_argument("--reason", required=True, help="kept in the events")
        parser.add_argument(
            "--without-sealed-identities",
            action="store_true",
            help="leave out the encrypted real names and contacts",
        )

    @no_translations
    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write("Copying and checking every file. This takes as long as reading the masters twice.")
        try:
            written = writing.export(
                options["interview"],
                options["folder"],
                by=_account(options["by"]),
                second=_account(options["second"]),
                reason=options["reason"],
                at=timezone.now(),
                identities=not options["without_sealed_identities"],
            )
        except writing.NotWritten as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{written.folder}: {written.files} files, {written.size} bytes. The bag is valid.")
        self.stdout.write(f"SHA-256 of its tag manifest: {written.sha256}")


def _account(email: str) -> User:
    user = User.objects.filter(email=email.lower()).first()
    if user is None:
        raise CommandError(f"There is no account {email}.")
    return user
