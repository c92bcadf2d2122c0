"""A public record with all that its page says of it, and the records that stand around it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import Any

from django.db.models import FilteredRelation, Q
from django.utils import timezone

from oralhistory.lib.folding import fold
from oralhistory.organizations import descriptions
from oralhistory.organizations.descriptions import TIES, Description, NameForm, Tie
from oralhistory.organizations.models import Name, Organization, Revision
from oralhistory.organizations.public import PublicName, Record, shown_names, with_merged

REVISIONS_READ = 50  # of a record: further back nobody looks for its last change


@dataclass(frozen=True, slots=True)
class Related:
    """A record that it stands in a relation to, and what is said of that relation."""

    tie: Tie
    record: Record


@dataclass(frozen=True, slots=True)
class Entry:
    """A public record. `own_slugs` are its own and those of records that went into it: editions keep those of their day."""

    pk: int
    description: Description
    own_slugs: tuple[str, ...]
    changed_on: date | None

    @property
    def slug(self) -> str:
        return self.description.id

    @property
    def name(self) -> str:
        return self.description.name

    @property
    def language(self) -> str:
        """Of its name."""
        return next((each.language for each in self.description.names if each.kind == "authorized"), "")

    @property
    def acronyms(self) -> tuple[str, ...]:
        return self.description.of_kind(Name.Kind.ACRONYM)

    @property
    def other_names(self) -> tuple[NameForm, ...]:
        """Those that a heading with name and acronyms does not say yet."""
        return tuple(
            each
            for each in self.description.names
            if each.kind not in (Name.Kind.AUTHORIZED, Name.Kind.ACRONYM) or each.valid_from or each.valid_to
        )

    @property
    def short(self) -> str:
        return self.acronyms[0] if self.acronyms else self.name


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The records around one: by kind of relation, those with an acronym of its, those asked for by slug."""

    related: list[tuple[str, list[Related]]]
    homonyms: list[Record]
    by_slug: dict[str, Record]


def find(slug: str) -> Entry | None:
    """The record of this slug itself, if it is public. Eight queries."""
    organization = Organization.objects.public().filter(slug=slug).first()
    if organization is None:
        return None
    (description,) = descriptions.describe([organization])
    return Entry(
        pk=organization.pk,
        description=descriptions.public(description),
        own_slugs=tuple(sorted(with_merged([slug]))),
        changed_on=changed_on(organization.pk),
    )


def around(entry: Entry, beside: Iterable[str] = ()) -> Surroundings:
    """One query. `beside` are slugs as editions have them: the record that another went into stands for that, too."""
    tied = {tie.other for tie in entry.description.ties}
    beside = set(beside)
    rows = _rows(tied | beside, beside, entry.acronyms, but=entry.pk)
    records = [_record(list(group)) for _pk, group in groupby(rows, key=lambda row: row[0])]
    found = {each.slug: each for each in records}
    found |= {row[-1]: found[row[1]] for row in rows if row[-1]}
    related = [Related(tie, found[tie.other]) for tie in entry.description.ties if tie.other in found]
    related.sort(
        key=lambda each: (TIES.index(each.tie.kind), each.record.founded or 9999, fold(each.record.name))
    )
    return Surroundings(
        related=[(kind, list(group)) for kind, group in groupby(related, key=lambda each: each.tie.kind)],
        homonyms=sorted(
            (each for each in records if set(each.acronyms) & set(entry.acronyms)),
            key=lambda each: (each.country, each.name),
        ),
        by_slug={slug: record for slug, record in found.items() if slug in beside},
    )


def changed_on_of(slug: str) -> date | None:
    """The same for a slug."""
    pk = Organization.objects.public().filter(slug=slug).values_list("pk", flat=True).first()
    return changed_on(pk) if pk else None


def changed_on(pk: int) -> date | None:
    """The day since when everybody reads what they read now, whatever an interview taught the archive. One query.

    What was learned from an interview is left out, also where that is public by now: from the day of a change that
    nobody sees, somebody could tell that there is something to be seen.
    """
    rows = list(
        Revision.objects.filter(organization=pk)
        .order_by("-number")
        .values_list("at", "content")[: REVISIONS_READ + 1]
    )
    if not rows:
        return None
    seen = [_seen(descriptions.from_json(content)) for _at, content in rows]
    last = next(
        (number for number in range(len(rows) - 1) if seen[number] != seen[number + 1]), len(rows) - 1
    )
    return timezone.localdate(rows[last][0])


def _seen(description: Description) -> Description:
    opened = descriptions.public(description)
    learned = {
        part: {_key(each) for each in getattr(description, part) if each.learned_from}
        for part in ("names", "ties", "sources")
    }
    untaught: dict[str, Any] = {
        part: tuple(each for each in getattr(opened, part) if _key(each) not in taught)
        for part, taught in learned.items()
    }
    return replace(opened, **untaught)


def _key(part: object) -> tuple[object, ...]:
    return tuple(getattr(part, name, "") for name in ("kind", "text", "other", "citation"))


def _rows(slugs: set[str], beside: set[str], acronyms: Sequence[str], *, but: int) -> list[tuple[Any, ...]]:
    """A row for each name of each record; the last column is the slug of a record that went into it."""
    namesakes = Name.objects.public().filter(kind=Name.Kind.ACRONYM, text__in=acronyms).values("organization")
    return list(
        Organization.objects.public()
        .exclude(pk=but)
        .annotate(
            shown=shown_names(),
            # An empty set would make Django drop the whole query and not just the join.
            went_in=FilteredRelation("merged", condition=Q(merged__slug__in=beside or {""})),
        )
        .filter(Q(slug__in=slugs) | Q(went_in__isnull=False) | Q(pk__in=namesakes))
        .order_by("pk", "shown__pk")
        .values_list(
            "pk", "slug", "kind", "country", "founded", "dissolved", "dates_verified", "shown__text", "shown__kind",
            "shown__language", "shown__valid_from", "shown__valid_to", "went_in__slug",
        )
    )  # fmt: skip


def _record(rows: Sequence[tuple[Any, ...]]) -> Record:
    """As `public` gives it, without its history: that is for its own page."""
    pk, slug, kind, country, founded, dissolved, verified = rows[0][:7]
    names = list(dict.fromkeys(PublicName(*row[7:12]) for row in rows if row[7]))
    first = next((each for each in names if each.kind == Name.Kind.AUTHORIZED), None)
    return Record(
        pk=pk, slug=slug, name=first.text if first else slug, language=first.language if first else "",
        acronyms=tuple(each.text for each in names if each.kind == Name.Kind.ACRONYM),
        other_names=tuple(
            each for each in names if each.kind not in (Name.Kind.AUTHORIZED, Name.Kind.ACRONYM)
        ),
        kind=kind, country=country, founded=founded, dissolved=dissolved, dates_verified=verified, history="",
    )  # fmt: skip
