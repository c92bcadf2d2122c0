"""All rows that hang on an interview, and the key by which each is named outside this database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q

from oralhistory.editions import copies
from oralhistory.editions.models import Edition, EditionMention
from oralhistory.files.models import MediaFile
from oralhistory.intake.bags import values
from oralhistory.intake.bags.records import BY_MODEL, KINDS, Key, Kind, columns, target
from oralhistory.interviews.models import Interview
from oralhistory.mentions.models import Mention
from oralhistory.organizations.models import Organization

Named = dict[type[models.Model], set[int]]


class NotWhole(Exception):
    """A row names one that does not come along."""


@dataclass
class Gathered:
    interview: Interview
    named: Named
    left: frozenset[str] = frozenset()  # labels of kinds that stay behind this time
    keys: dict[type[models.Model], dict[int, Key]] = field(default_factory=dict)

    def give_keys(self) -> None:
        """Find how each row that others name is named outside."""
        targets = {model for kind in KINDS for column in columns(kind) if (model := target(kind, column))}
        for kind in KINDS:
            if kind.model in targets:
                self.keys[kind.model] = _keys(kind, self)

    def rows(self, kind: Kind) -> "models.QuerySet[Any]":
        if kind.label in self.left:
            return kind.model._default_manager.none()
        return rows_of(kind, self.interview, self.named).order_by("pk")

    def records(self, kind: Kind) -> Iterator[dict[str, Any]]:
        """Every row as plain values, in the order in which they were made; keys were given. Raises NotWhole."""
        fields = columns(kind)
        for row in self.rows(kind).iterator(chunk_size=500):
            yield {column.name: self._value(kind, column, row) for column in fields}

    def _value(self, kind: Kind, column: Any, row: Any) -> Any:
        named = target(kind, column)
        if named is None:
            return values.encode(column, getattr(row, column.attname))
        if column.many_to_many:
            return sorted(
                str(self._key(named, pk)) for pk in getattr(row, column.name).values_list("pk", flat=True)
            )
        pk = getattr(row, column.attname)
        return None if pk is None else self._key(named, pk)

    def _key(self, model: type[models.Model], pk: int) -> Key:
        try:
            return self.keys[model][pk]
        except KeyError as missing:
            raise NotWhole(
                f"a row names one of {model._meta.label_lower} that does not come along"
            ) from missing


def gather(interview: Interview, *, left: frozenset[str] = frozenset()) -> Gathered:
    """Find what comes along with an interview."""
    named: Named = {kind.model: set() for kind in KINDS if kind.named}
    named[Organization] |= _spoken_of(interview)
    named[MediaFile] |= _published(interview)
    for kind in KINDS:
        if not kind.named:
            _follow(kind, interview, named)
    size = -1
    while size != (size := sum(map(len, named.values()))):  # a named row may name another
        for kind in KINDS:
            if kind.named or kind.on:
                _follow(kind, interview, named)
        made = MediaFile.objects.filter(parent__in=named[MediaFile])
        named[MediaFile] |= set(made.values_list("pk", flat=True))
    return Gathered(interview, named, left)


def rows_of(kind: Kind, interview: Interview, named: Named) -> "models.QuerySet[Any]":
    """The rows of one kind that come along."""
    chosen = Q(**kind.only)
    if kind.of:
        chosen &= Q(**{kind.of: interview.pk})
    elif kind.of_public_id:
        chosen &= Q(**{kind.of_public_id: interview.public_id})
    elif kind.on:
        for column in kind.on:
            chosen &= Q(**{f"{column}__in": named[_related(kind, column)]})
    else:
        chosen &= Q(pk__in=named[kind.model])
    return kind.model._default_manager.filter(chosen)


def _related(kind: Kind, column: str) -> type[models.Model]:
    related: Any = kind.model._meta.get_field(column).related_model
    return related  # type: ignore[no-any-return]


def _follow(kind: Kind, interview: Interview, named: Named) -> None:
    for column in columns(kind):
        if column.related_model in named and column.name not in kind.on:
            rows = rows_of(kind, interview, named).order_by().exclude(**{column.name: None})
            named[column.related_model] |= set(rows.values_list(column.name, flat=True).distinct())


def _spoken_of(interview: Interview) -> set[int]:
    """Organizations that are named by their slugs: in editions, and where a mention weighed several."""
    editions = EditionMention.objects.filter(segment__edition__standing__public_id=interview.public_id)
    slugs = set(editions.values_list("organization", flat=True))
    weighed = Mention.objects.filter(transcript__recording__session__interview=interview)
    for alternatives in weighed.values_list("alternatives", flat=True).iterator():
        slugs |= {each["organization"] for each in alternatives if each.get("organization")}
    return set(Organization.objects.filter(slug__in=slugs).values_list("pk", flat=True))


def _published(interview: Interview) -> set[int]:
    """Files of the public, which editions name by their keys, and by the SHA-256 when they were erased."""
    editions = list(Edition.objects.filter(standing__public_id=interview.public_id))
    keys = {key for edition in editions for key in copies.keys_of(edition)}
    heard = {edition.audio_sha256 for edition in editions if edition.audio_sha256}
    files = MediaFile.objects.filter(storage=MediaFile.Storage.ACCESS)
    return set(files.filter(Q(key__in=keys) | Q(sha256__in=heard)).values_list("pk", flat=True))


def _keys(kind: Kind, gathered: Gathered) -> dict[int, Key]:
    rows = gathered.rows(kind)
    if not kind.key:
        return {pk: number for number, pk in enumerate(rows.values_list("pk", flat=True), 1)}
    parts = [kind.model._meta.get_field(name) for name in kind.key]
    models_of_parts = [part.related_model if part.is_relation else None for part in parts]
    keys: dict[int, Key] = {}
    for pk, *found in rows.values_list("pk", *kind.key):
        keys[pk] = "/".join(
            str(gathered.keys[model][value]) if model in BY_MODEL else str(value)  # type: ignore[index]
            for model, value in zip(models_of_parts, found, strict=True)
        )
    return keys
