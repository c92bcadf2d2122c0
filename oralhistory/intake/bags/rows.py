"""Lines of a package made rows again: a name for a key, a value for a column, and nothing that is not known.

What other interviews may share (people, places, organizations, accounts) stays as it is where it is there already, and
what belongs to it comes only with a new one.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import models

from oralhistory.accounts.models import User
from oralhistory.files.models import MediaFile
from oralhistory.intake.bags import values
from oralhistory.intake.bags.checking import NotAPackage, Package
from oralhistory.intake.bags.describing import in_bag
from oralhistory.intake.bags.records import KINDS, Key, Kind, columns, files_of, target

_LONGEST = 64 << 20  # bytes of a line
_BATCH = 500
_CODE = frozenset("abcdefghijklmnopqrstuvwxyz0123456789")

Model = type[models.Model]


@dataclass
class Later:
    """A row that names one of a line further down."""

    where: str
    model: Model
    pk: int
    column: Any
    named: Model
    key: Key


@dataclass
class Rows:
    """What was brought in so far."""

    package: Package
    keys: dict[Model, dict[Key, int]] = field(default_factory=dict)
    new: dict[Model, list[int]] = field(default_factory=dict)
    later: list[Later] = field(default_factory=list)
    stored: dict[str, tuple[str, str]] = field(default_factory=dict)  # name in the package → storage, key
    kept: Counter[str] = field(default_factory=Counter)  # differs here: "organizations.organization fmln-sv"

    def bring(self) -> None:
        """Make all rows, in one transaction of the caller's. Raises NotAPackage, django.db.Error."""
        for kind in KINDS:
            self.keys[kind.model], self.new[kind.model] = {}, []
            lines = read(self.package, kind.label)
            while batch := list(islice(lines, _BATCH)):
                _Batch(self, kind).bring(batch)
        for late in self.later:
            pk = self.keys[late.named].get(late.key)
            if pk is None:
                raise NotAPackage(f"{late.where}: “{late.column.name}” names what is not in the package.")
            late.model._default_manager.filter(pk=late.pk).update(**{late.column.attname: pk})


def read(package: Package, label: str) -> Iterator[tuple[str, str]]:
    """Each line of a file of rows, with where it stands. None for a file that is not there."""
    name = f"data/records/{label}.jsonl"
    if name not in package.digests:
        return
    with (package.folder / name).open("rb") as lines:
        number = 0
        while line := lines.readline(_LONGEST + 1):
            number += 1
            where = f"{Path(name).name}, line {number}"
            if len(line) > _LONGEST:
                raise NotAPackage(f"{where}: the line is too long.")
            try:
                yield where, line.decode()
            except UnicodeDecodeError as error:
                raise NotAPackage(f"{where}: this is not UTF-8.") from error


def parse(where: str, line: str) -> dict[str, Any]:
    try:
        record = json.loads(line, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise NotAPackage(f"{where}: this is not JSON.") from error
    if not isinstance(record, dict):
        raise NotAPackage(f"{where}: this is not a row.")
    return record


def _no_number(name: str) -> float:
    raise ValueError(name)


class _Batch:
    """Some lines of one file."""

    def __init__(self, rows: Rows, kind: Kind) -> None:
        self.rows, self.kind, self.columns = rows, kind, columns(kind)
        self.names = {column.name for column in self.columns}

    def bring(self, lines: list[tuple[str, str]]) -> None:
        made: list[tuple[str, dict[str, Any], Any]] = []
        for where, line in lines:
            record = self._complete(where, parse(where, line))
            row = self._row(where, record)
            self._note_files(where, record)
            if not self._stays(where, record, row):
                made.append((where, record, row))
        fresh = [row for _where, _record, row in made]
        self.kind.model._default_manager.bulk_create(fresh)
        for where, record, row in made:
            self.rows.new[self.kind.model].append(row.pk)
            self._remember(where, record, row.pk)
            self._finish(where, record, row)

    def _complete(self, where: str, record: dict[str, Any]) -> dict[str, Any]:
        """With the defaults of columns that are newer than the package."""
        if unknown := record.keys() - self.names:
            raise NotAPackage(
                f"{where}: this program knows no “{min(unknown)}” there. Was it written by a newer one?"
            )
        for column in self.columns:
            if column.name in record:
                continue
            if column.name in self.kind.key or not (
                column.has_default() or column.null or column.many_to_many or column.blank
            ):
                raise NotAPackage(f"{where}: “{column.name}” is missing.")
            default = [] if column.many_to_many else column.get_default()
            record[column.name] = default if column.related_model else values.encode(column, default)
        return record

    def _row(self, where: str, record: dict[str, Any]) -> Any:
        row = _placeholder(where, record) if self.kind.model is User else self.kind.model()
        for column in self.columns:
            if column.many_to_many:
                continue
            named = target(self.kind, column)
            try:
                value = (
                    values.decode(column, record[column.name])
                    if named is None
                    else self._pk(where, named, column, record[column.name])
                )
            except values.NotAValue as wrong:
                raise NotAPackage(f"{where}: “{column.name}” {wrong}.") from wrong
            setattr(row, column.attname, value)
        return row

    def _pk(self, where: str, named: Model, column: Any, key: Any) -> int | None:
        if key is None and column.null:
            return None
        if not isinstance(key, str | int):
            raise NotAPackage(f"{where}: “{column.name}” names nothing.")
        pk = self.rows.keys.get(named, {}).get(key)
        if pk is None and not column.null:
            raise NotAPackage(f"{where}: “{column.name}” names what is not in the package.")
        return pk  # none for now: its line may come later

    def _key(self, record: dict[str, Any]) -> Key:
        if not self.kind.key:
            return len(self.rows.keys[self.kind.model]) + 1
        return "/".join(str(record[name]) for name in self.kind.key)

    def _remember(self, where: str, record: dict[str, Any], pk: int) -> None:
        keys, key = self.rows.keys[self.kind.model], self._key(record)
        if key in keys:
            raise NotAPackage(f"{where}: “{key}” comes twice.")
        keys[key] = pk

    def _stays(self, where: str, record: dict[str, Any], row: Any) -> bool:
        """Whether ours stays: it is there already, or belongs to what is."""
        manager = self.kind.model._default_manager
        if self.kind.shared:
            ours = manager.filter(**{self.kind.key[0]: record[self.kind.key[0]]}).first()
            if ours is None:
                return False
            if any(getattr(ours, each.attname) != getattr(row, each.attname) for each in self._own_columns()):
                if self.kind.model is MediaFile:
                    raise NotAPackage(f"{where}: the archive has another file of this code.")
                self.rows.kept[f"{self.kind.label} {self._key(record)}"] += 1
            self._remember(where, record, ours.pk)
            return True
        if not self.kind.on:
            return False
        owners = [(target(self.kind, each), each) for each in self.columns if each.name in self.kind.on]
        if any(getattr(row, each.attname) in self.rows.new[model] for model, each in owners if model):
            return False
        same = {each.attname: getattr(row, each.attname) for each in self.columns}
        if not manager.filter(**same).exists():
            named = " ".join(str(record[name]) for name in self.kind.on)
            self.rows.kept[f"{self.kind.label} of {named}"] += 1
        return True

    def _own_columns(self) -> list[Any]:
        """Without those that lead to other rows, which may not be there yet."""
        return [each for each in self.columns if not each.is_relation]

    def _note_files(self, where: str, record: dict[str, Any]) -> None:
        for storage, key in files_of(self.kind, record):
            name = in_bag(storage, key)
            digest = self.rows.package.digests.get(name, "")
            if not digest or key != f"{digest[:2]}/{digest[2:4]}/{name.rpartition('/')[2]}":
                raise NotAPackage(f"{where}: names a file that is not in the package.")
            size = (self.rows.package.folder / name).stat().st_size
            if record.get("sha256", digest) != digest or record.get("size", size) != size:
                raise NotAPackage(f"{where}: the file is not the one that the row describes.")
            self.rows.stored[name] = (storage, key)

    def _finish(self, where: str, record: dict[str, Any], row: Any) -> None:
        """What can be said of a row only when it is there."""
        again = {}
        for column in self.columns:
            named, value = target(self.kind, column), record[column.name]
            if column.many_to_many:
                pks = [self._pk(where, column.related_model, column, key) for key in _listed(where, value)]
                if None in pks:
                    raise NotAPackage(f"{where}: “{column.name}” names what is not in the package.")
                getattr(row, column.name).set(pks)
            elif named and value is not None and getattr(row, column.attname) is None:
                self.rows.later.append(Later(where, self.kind.model, row.pk, column, named, value))
            elif getattr(column, "auto_now_add", False) or getattr(column, "auto_now", False):
                again[column.attname] = values.decode(column, value)  # Django wrote the present there
        if again:
            self.kind.model._default_manager.filter(pk=row.pk).update(**again)


def _listed(where: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise NotAPackage(f"{where}: a list is missing.")
    return value


def _placeholder(where: str, record: dict[str, Any]) -> User:
    """An account that nobody can enter, so that what somebody did elsewhere keeps a hand."""
    code = record["code"]
    if not isinstance(code, str) or not code or not set(code) <= _CODE:
        raise NotAPackage(f"{where}: “code” is not what can stand there.")
    account = User(email=f"{code}@imported.invalid", name=code, is_active=False)
    account.set_unusable_password()
    return account
