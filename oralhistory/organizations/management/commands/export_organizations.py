"""`manage.py export_organizations`: authority records in any format that is known."""

from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oralhistory.organizations import formats, giving_out, public
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.formats import packages


class Command(BaseCommand):
    help = (
        "Write organizations to a file. Without --public or --all: every record in use, also those that are not open "
        "yet, without notes, keywords, what machines heard, and what is kept back for an interview. "
        "Other archives may have that; the public may not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="only these records")
        parser.add_argument("--format", choices=formats.writable(), required=True)
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--public", action="store_true", help="only what everybody may see")
        which.add_argument(
            "--all", action="store_true", dest="everything", help="with all that is for this archive only"
        )
        parser.add_argument("--output", type=Path, metavar="FILE", help="standard output without it")

    def handle(self, *args: Any, slugs: Sequence[str], **options: Any) -> None:
        wanted = set(slugs) or None
        records = (
            public.descriptions_of(wanted)
            if options["public"]
            else giving_out.records(wanted, everything=options["everything"])
        )
        if missing := sorted((wanted or set()) - {each.id for each in records}):
            raise CommandError(f"Not there, or not to be given out so: {', '.join(missing)}.")
        data = formats.write(options["format"], records, _context(records, public_only=options["public"]))
        output: Path | None = options["output"]
        if output is None:
            if packages.is_package(data):
                raise CommandError("This format makes a package of files: say where to with --output.")
            self.stdout.write(data.decode(), ending="")
            return
        try:
            output.write_bytes(data)
        except OSError as refusal:
            raise CommandError(f"{output} cannot be written: {refusal.strerror}.") from refusal
        self.stdout.write(f"{len(records)} organizations in {output}, {len(data):,} bytes.")


def _context(records: Sequence[Description], *, public_only: bool) -> formats.Context:
    """Addresses of this archive, and what the records that are tied to are called."""
    names = giving_out.names_of_others(records)
    if public_only:
        names = {slug: each.name for slug, each in public.by_slug(names).items()}
    return formats.Context(at=timezone.now(), base=f"{settings.SITE_URL}/organizations/", names=names)
