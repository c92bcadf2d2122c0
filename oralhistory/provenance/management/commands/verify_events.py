"""`manage.py verify_events`: walk the chain of events."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from oralhistory.provenance import events


class Command(BaseCommand):
    help = "Walk the chain of events and exit 1 at the first row that was altered, removed or put in."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            count = events.verify()
        except events.ChainBroken as broken:
            raise CommandError(f"The chain is broken: {broken}.") from broken
        self.stdout.write(f"{count} events, unbroken.")
