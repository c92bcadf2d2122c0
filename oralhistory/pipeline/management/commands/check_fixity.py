"""`manage.py check_fixity`: are the stored files still what they were? And the report for whoever asks."""

import csv
import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from oralhistory.files import fixity
from oralhistory.files.models import FixityCheck, MediaFile
from oralhistory.files.objects import StorageFails
from oralhistory.pipeline import damage, keeping

COLUMNS = ("file", "use", "copy", "checked_at", "result", "expected", "found")


class Command(BaseCommand):
    help = (
        "Read stored files whole, compare their SHA-256, repair the bad from the good. Ends with 1 if one is not intact."
        " May be stopped at any time: what was checked is kept."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument(
            "--due", action="store_true", help="what the schedule would have read by now (default)"
        )
        which.add_argument("--all", action="store_true", help="every file")
        which.add_argument("--report", action="store_true", help="read nothing; say how the files are")
        parser.add_argument("files", nargs="*", metavar="FILE_CODE", help="these files only")
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_const", const="json", dest="form", help="as JSON")
        form.add_argument("--csv", action="store_const", const="csv", dest="form", help="as CSV")

    def handle(self, *args: Any, form: str | None, **options: Any) -> None:
        if options["files"] and (options["all"] or options["due"] or options["report"]):
            raise CommandError("Name files, or one of --due, --all and --report; not both.")
        if options["report"]:
            self._report(form)
            return
        rows, bad, unread = self._check(self._chosen(options), aloud=form is None)
        self._print(rows, form)
        self.stderr.write(
            f"{len(rows)} copies were read; {bad} files are not intact, {unread} could not be reached."
        )
        if bad or unread:
            sys.exit(1)

    def _chosen(self, options: dict[str, Any]) -> Iterable[MediaFile]:
        if options["files"]:
            found = MediaFile.objects.present().in_bulk(options["files"], field_name="code")
            if unknown := [code for code in options["files"] if code not in found]:
                raise CommandError(f"There is no such file: {', '.join(unknown)}.")
            return found.values()
        if options["all"]:
            return MediaFile.objects.present().order_by("pk").iterator(chunk_size=500)
        return fixity.due(at=timezone.now())

    def _check(self, files: Iterable[MediaFile], *, aloud: bool) -> tuple[list[dict[str, str]], int, int]:
        rows, bad, unread = [], 0, 0
        for number, file in enumerate(files, start=1):
            try:
                care = fixity.look_after(file, at=timezone.now())
            except StorageFails as away:
                self.stderr.write(f"{file.code}: the storage {file.storage} cannot be used ({away}).")
                unread += 1
                continue
            keeping.tell(care, at=timezone.now())
            now = [_row(check) for check in (*care.checks, *care.repairs)]
            for row in now if aloud else ():
                self.stdout.write(f"{row['file']:<14}{row['use']:<21}{row['copy']:<9}{row['result']}")
            rows += now
            bad += not care.intact
            if number % 100 == 0:
                self.stderr.write(f"{number} files …")
        return rows, bad, unread

    def _print(self, rows: list[dict[str, str]], form: str | None) -> None:
        if form == "json":
            self.stdout.write(json.dumps(rows, indent=2))
        elif form == "csv":
            writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def _report(self, form: str | None) -> None:
        report = asdict(fixity.report(at=timezone.now()))
        report["oldest"] = report["oldest"].isoformat() if report["oldest"] else None
        open_ = [_row(each.check) for each in damage.standing()]
        if form == "json":
            self.stdout.write(json.dumps({**report, "days": settings.FIXITY_DAYS, "open": open_}, indent=2))
        elif form == "csv":
            writer = csv.writer(self.stdout, lineterminator="\n")
            writer.writerow(report)
            writer.writerow(report.values())
        else:
            self.stdout.write(TEXT.format(**report, days=settings.FIXITY_DAYS, second=_second(report)))
            for row in open_:
                self.stdout.write(
                    f"  {row['file']}  {row['use']}, {row['copy']} copy, {row['checked_at']}: {row['result']}"
                )


TEXT = """\
Masters, FLAC, photographs, papers   {files} files, {bytes:,} bytes
  read whole within {days} days         {in_time}
  late                               {late}
  never read since they came         {never}
  oldest check                       {oldest}
Other copies                         {working_copies} files
Second copies                        {second}
Failed checks ever                   {failures_ever}
Repaired                             {repaired_ever}
Damaged now                          {damaged}"""


def _second(report: dict[str, Any]) -> str:
    if not report["replica_place"]:
        return "none is configured (MASTERS_REPLICA)"
    return f"{report['replicas']} made and compared, {report['replicas_missing']} missing, in {report['replica_place']}"


def _row(check: FixityCheck) -> dict[str, str]:
    result = "intact" if check.intact else "DAMAGED" if check.found else "MISSING or unreadable"
    if check.repairs_id:
        result = f"{result}, put back" if check.intact else result
    return {
        "file": check.file.code, "use": check.file.use, "copy": check.copy, "checked_at": check.at.isoformat(),
        "result": result, "expected": check.file.sha256, "found": check.found,
    }  # fmt: skip
