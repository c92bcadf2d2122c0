"""Whether this machine can transcribe: a known clip is heard with the engine and the model of the settings."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from oralhistory.pipeline import hearing


class Command(BaseCommand):
    help = "Hear a known clip with the engine and model of the settings; exits 1 and says why if that fails."

    def handle(self, *args: Any, **options: Any) -> None:
        if reason := hearing.check(at=timezone.now()):
            # On standard output: the result, for the worker that asks.
            with translation.override("en"):  # for a log
                self.stdout.write(str(reason))
            raise CommandError("This machine cannot hear.")
        self.stdout.write("This machine can hear.")
