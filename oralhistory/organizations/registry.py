"""Bringing lists of organizations in, and giving the records out as plain data for matching."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction

from oralhistory.organizations.authorities import Authority
from oralhistory.organizations.models import Name, Organization, Relation


@dataclass(frozen=True, slots=True)
class Imported:
    created: int
    updated: int
    unknown_relations: tuple[str, ...]  # "a → b" where b is in neither the list nor the archive


@transaction.atomic
def bring_in(authorities: Iterable[Authority], *, publish: bool = False) -> Imported:
    """Add a list of records, or bring those of the same id up to date. Names that people added stay.

    `publish` opens the records to the public: an archivist's decision. A record that is public stays so.
    """
    listed = list(authorities)
    known = {organization.slug: organization for organization in Organization.objects.all()}
    created = 0
    for authority in listed:
        organization = known.get(authority.id) or Organization(slug=authority.id)
        created += organization.pk is None
        _fill(organization, authority, publish=publish)
        known[authority.id] = organization
    _relate(listed, known)
    missing = [
        f"{authority.id} → {other}"
        for authority in listed
        for other in (*authority.predecessors, *authority.successors, *authority.related)
        if other not in known
    ]
    return Imported(created, len(listed) - created, tuple(missing))


def _fill(organization: Organization, authority: Authority, *, publish: bool) -> None:
    organization.kind = authority.kind
    organization.country = authority.country
    organization.founded = authority.founded
    organization.dissolved = authority.dissolved
    organization.keywords = "|".join(authority.keywords)
    organization.wikidata = authority.wikidata
    organization.source = authority.source
    organization.note = authority.note
    if publish:
        organization.publication = Organization.Publication.PUBLIC
    organization.save()
    Name.objects.filter(organization=organization, kind=Name.Kind.AUTHORIZED).exclude(
        text=authority.preferred_name
    ).update(kind=Name.Kind.OTHER)
    names = [(Name.Kind.AUTHORIZED, authority.preferred_name, authority.language)]
    names += [(Name.Kind.ACRONYM, acronym, "") for acronym in authority.acronyms]
    names += [(Name.Kind.OTHER, other, "") for other in authority.other_names]
    names += [(Name.Kind.HEARD_AS, form, "") for form in authority.heard_as]
    Name.objects.bulk_create(
        (
            Name(organization=organization, kind=kind, text=text, language=language, source=authority.source)
            for kind, text, language in names
        ),
        ignore_conflicts=True,
    )


def _relate(authorities: list[Authority], known: dict[str, Organization]) -> None:
    stated: set[tuple[str, str, str]] = set()
    for authority in authorities:
        stated.update((other, authority.id, Relation.Kind.PREDECESSOR) for other in authority.predecessors)
        stated.update((authority.id, other, Relation.Kind.PREDECESSOR) for other in authority.successors)
        # "Related" is both ways; the smaller id goes first, so that it is stated once.
        stated.update(
            (min(authority.id, other), max(authority.id, other), Relation.Kind.ALLY)
            for other in authority.related
        )
    Relation.objects.bulk_create(
        (
            Relation(subject=known[subject], object=known[object_], kind=kind)
            for subject, object_, kind in sorted(stated)
            if subject in known and object_ in known and subject != object_
        ),
        ignore_conflicts=True,
    )


def authorities() -> list[Authority]:
    """Every current record as plain data. Three queries."""
    organizations = list(Organization.objects.current().prefetch_related("names"))
    slugs = {organization.pk: organization.slug for organization in organizations}
    relations = [
        (slugs[subject], slugs[object_], kind)
        for subject, object_, kind in Relation.objects.values_list("subject_id", "object_id", "kind")
        if subject in slugs and object_ in slugs
    ]
    return [_plain(organization, relations) for organization in organizations]


def _plain(organization: Organization, relations: list[tuple[str, str, str]]) -> Authority:
    by_kind: dict[str, list[str]] = {kind: [] for kind in Name.Kind.values}
    language = ""
    for name in organization.names.all():
        by_kind[name.kind].append(name.text)
        if name.kind == Name.Kind.AUTHORIZED:
            language = name.language
    slug = organization.slug
    return Authority(
        id=slug,
        preferred_name=(by_kind[Name.Kind.AUTHORIZED] or [slug])[0],
        language=language,
        country=organization.country,
        kind=organization.kind,
        founded=organization.founded,
        dissolved=organization.dissolved,
        acronyms=tuple(by_kind[Name.Kind.ACRONYM]),
        other_names=(*by_kind[Name.Kind.OTHER], *by_kind[Name.Kind.FORMER]),
        predecessors=tuple(s for s, o, kind in relations if o == slug and kind == Relation.Kind.PREDECESSOR),
        successors=tuple(o for s, o, kind in relations if s == slug and kind == Relation.Kind.PREDECESSOR),
        related=tuple(
            o if s == slug else s
            for s, o, kind in relations
            if slug in (s, o) and kind != Relation.Kind.PREDECESSOR
        ),
        keywords=tuple(filter(None, organization.keywords.split("|"))),
        wikidata=organization.wikidata,
        source=organization.source,
        note=organization.note,
        heard_as=tuple(by_kind[Name.Kind.HEARD_AS]),
    )


def terms_for(slugs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The public names and acronyms of organizations, by slug: what a search for a moment may also say."""
    terms: dict[str, list[str]] = {}
    rows = (
        Name.objects.filter(organization__in=Organization.objects.public(), organization__slug__in=set(slugs))
        .exclude(kind=Name.Kind.HEARD_AS)
        .order_by("pk")
        .values_list("organization__slug", "text")
    )
    for slug, text in rows:
        terms.setdefault(slug, []).append(text)
    return {slug: tuple(texts) for slug, texts in terms.items()}
