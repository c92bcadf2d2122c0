"""`manage.py import_organizations FILE`: authority records from our CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oralhistory.lib.agents import MACHINE
from oralhistory.organizations import authorities, importing


class Command(BaseCommand):
    help = "Add organizations from a CSV list, or bring those of the same id up to date. All or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument(
            "--publish", action="store_true", help="open the records to the public (an archivist's decision)"
        )

    def handle(self, *args: Any, file: Path, publish: bool, **options: Any) -> None:
        try:
            with file.open(encoding="utf-8-sig", newline="") as stream:
                listed = authorities.read_csv(stream)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read: {error}.") from error
        except authorities.MalformedAuthorities as error:
            raise CommandError(f"{file}: {error}") from error
        described = [authorities.description(each) for each in listed]
        result = importing.bring_in(described, by=MACHINE, at=timezone.now(), publish=publish)
        for relation in result.unknown_relations:
            self.stderr.write(f"left out, since one of the two is not known: {relation}")
        self.stdout.write(f"{result.created} organizations added, {result.updated} brought up to date.")
