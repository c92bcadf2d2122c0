"""`manage.py gather_facts`: what editions are listed and counted by, for those that have none (after an upgrade, an import)."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from oralhistory.editions import catalog, facts


class Command(BaseCommand):
    help = "Gather what public editions are listed and counted by. Pages are right without it, and slower."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="of all public editions anew")

    def handle(self, *args: Any, **options: Any) -> None:
        written = facts.write_all(catalog.public_editions(without_facts=not options["all"]))
        self.stdout.write(f"{written} editions")
