"""`manage.py import_organizations FILE…`: authority records in any format that is known."""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oralhistory.lib.agents import MACHINE
from oralhistory.organizations import cataloging, checking, descriptions, formats, importing
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.formats import Malformed, recognizing
from oralhistory.organizations.importing import Imported
from oralhistory.organizations.models import Name, Organization

ENDINGS = (".csv", ".xml", ".zip", ".json", ".jsonld", ".ttl", ".rdf", ".nt")


class Command(BaseCommand):
    help = "Add organizations from files, or bring those of the same id up to date. All or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "files", type=Path, nargs="+", metavar="FILE", help="a folder stands for its files"
        )
        parser.add_argument(
            "--format",
            choices=("auto", *formats.readable()),
            default="auto",
            help="auto: by what is in the file",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would change, and change nothing"
        )
        parser.add_argument(
            "--check", action="store_true", help="say everything that looks wrong in the records"
        )
        parser.add_argument(
            "--publish", action="store_true", help="open the records to the public (an archivist's decision)"
        )

    def handle(self, *args: Any, files: Sequence[Path], **options: Any) -> None:
        listed = read_all(files, options["format"])
        if options["check"]:
            here = descriptions.describe(Organization.objects.current())
            for sentence in checking.warnings(listed, here):
                self.stderr.write(sentence)
        try:
            result = importing.bring_in(
                checking.connected(listed, _names_of_one()), by=MACHINE, at=timezone.now(),
                publish=options["publish"], rehearse=options["dry_run"],
            )  # fmt: skip
        except cataloging.Unnamed as refusal:
            raise CommandError(f"{refusal} has no authorized name. Nothing was changed.") from refusal
        for relation in result.unknown_relations:
            self.stderr.write(f"left out, since one of the two is not known: {relation}")
        self._tell(result, options["dry_run"])

    def _tell(self, result: Imported, rehearsed: bool) -> None:
        if rehearsed:
            for each in result.changed:
                self.stdout.write(f"{'new' if each.new else 'changed'}: {each.organization.slug}")
                for sign, names in (("+", each.names_added), ("-", each.names_removed)):
                    for kind, text in names:
                        self.stdout.write(f"  {sign} {kind}: {text}")
            self.stdout.write("Nothing was changed. Would be:")
        self.stdout.write(f"{result.created} organizations added, {result.updated} brought up to date.")


def read_all(files: Sequence[Path], code: str) -> list[Description]:
    """All records of all files, or a sentence that says in which file and where one is wrong."""
    found: dict[str, Path] = {}
    records: list[Description] = []
    for path in _each(files):
        try:
            read_here = _read(path, code)
        except OSError as refusal:
            raise CommandError(
                f"{path} cannot be read: {refusal.strerror}. Nothing was changed."
            ) from refusal
        except Malformed as refusal:
            raise CommandError(f"{path}: {refusal}. Nothing was changed.") from refusal
        for each in read_here:
            if each.id in found:
                raise CommandError(
                    f"{path}: {each.id} stands in {found[each.id]} already. Nothing was changed."
                )
            found[each.id] = path
        records += read_here
    return records


def _each(files: Sequence[Path]) -> Iterator[Path]:
    for path in files:
        if not path.is_dir():
            yield path
            continue
        inside = sorted(each for each in path.rglob("*") if each.suffix.lower() in ENDINGS and each.is_file())
        if not inside:
            raise CommandError(f"{path} holds no file that ends in {', '.join(ENDINGS)}.")
        yield from inside


def _read(path: Path, code: str) -> list[Description]:
    with path.open("rb") as stream:
        data = stream.read(formats.MOST_BYTES + 1)
    if code == "auto" and len(data) <= formats.MOST_BYTES:
        code = recognizing.recognize(data)
    return formats.read("csv" if code == "auto" else code, data)


def _names_of_one() -> dict[str, str]:
    """Ids of records by authorized name, where only one is called so."""
    rows = Name.objects.filter(kind=Name.Kind.AUTHORIZED, organization__merged_into=None)
    found: dict[str, list[str]] = {}
    for text, slug in rows.values_list("text", "organization__slug"):
        found.setdefault(text, []).append(slug)
    return {text: slugs[0] for text, slugs in found.items() if len(slugs) == 1}
