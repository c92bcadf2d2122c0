"""`manage.py sweep_storages`: what lies in the storages and is named by nobody, what is named and not there."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oralhistory.files import handling, sweeping
from oralhistory.files.objects import StorageFails
from oralhistory.pipeline import keeping


class Command(BaseCommand):
    help = (
        "List files that no record names (older than two days), and records whose file is missing; the missing are"
        " repaired where there is another copy. Temporary files that nobody goes on with are deleted."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--delete",
            action="store_true",
            help="move what nobody names to orphaned/ in its storage; in the public storage, delete it",
        )

    def handle(self, *args: Any, delete: bool, **options: Any) -> None:
        wrong = 0
        for name in handling.names():
            try:
                wrong += self._sweep(name, delete=delete)
            except StorageFails as away:
                self.stderr.write(f"The storage {name} cannot be used: {away}.")
                wrong += 1
        self.stderr.write(
            f"{sweeping.clear_leftovers(at=timezone.now())} leftovers in TEMPORARY_DIR deleted."
        )
        if wrong:
            raise CommandError("Not everything is in order; the lines above say what.")

    def _sweep(self, name: str, *, delete: bool) -> int:
        """Returns how much is not in order and stays so."""
        at, orphans, missing = timezone.now(), 0, 0
        cleared = sweeping.clear_temporary(name, at=at)
        with sweeping.sweep(name, keeping.named(name), at=at) as found:
            for each in found.orphans:
                orphans += 1
                went = ""
                if delete:
                    moved = sweeping.remove_orphan(name, each.key)
                    went = f"  moved to {moved}" if moved else "  deleted"
                self.stdout.write(f"{name}  orphan   {each.key}  {each.size}  {each.at:%Y-%m-%d}{went}")
            for key in found.missing:
                cares = keeping.look_for(name, key, at=at)
                missing += not (cares and all(care.intact for care in cares))
                said = "repaired" if cares and all(care.intact for care in cares) else "not repaired"
                self.stdout.write(f"{name}  missing  {key}  {said}")
        self.stderr.write(
            f"{name}: {found.files} files, {orphans} named by nobody, {missing} missing; {cleared} temporary ones deleted,"
            f" {found.put_aside} put aside before."
        )
        return missing + (0 if delete else orphans)
