"""`manage.py collect_texts`: bring the catalogs of the interface up to date with its texts."""

from typing import Any

from django.core.management.base import BaseCommand

from oralhistory.web import texts


class Command(BaseCommand):
    help = "Find every text of the interface and bring the Spanish and Portuguese catalogs up to date."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        for language in texts.LANGUAGES:
            count, missing = texts.update(language)
            self.stdout.write(f"{language}: {count} texts, {missing} without a translation")
