"""The records as plain data for matching and searching."""

from collections.abc import Iterable

from oralhistory.organizations import descriptions
from oralhistory.organizations.authorities import Authority
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.models import Name, Organization


def authorities() -> list[Authority]:
    """Every current record as plain data. Seven queries."""
    current = descriptions.describe(Organization.objects.current().order_by("pk"))
    slugs = {each.id for each in current}
    return [_plain(each, slugs) for each in current]


def _plain(description: Description, slugs: set[str]) -> Authority:
    def tied(*kinds: str) -> tuple[str, ...]:
        return tuple(other for other in description.tied(*kinds) if other in slugs)

    authorized = next((each for each in description.names if each.kind == Name.Kind.AUTHORIZED), None)
    return Authority(
        id=description.id,
        preferred_name=description.name,
        language=authorized.language if authorized else "",
        country=description.country,
        kind=description.kind,
        founded=description.founded.year if description.founded else None,
        dissolved=description.dissolved.year if description.dissolved else None,
        acronyms=description.of_kind(Name.Kind.ACRONYM),
        other_names=description.of_kind(
            Name.Kind.OTHER, Name.Kind.FORMER, Name.Kind.PARALLEL, Name.Kind.STANDARDIZED
        ),
        predecessors=tied("predecessor"),
        successors=tied("successor"),
        related=tied("part_of", "has_part", "front_of", "has_front", "ally", "opposed", "related"),
        keywords=description.keywords,
        note=description.note,
        heard_as=description.of_kind(Name.Kind.HEARD_AS),
    )


def terms_for(slugs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The public names and acronyms of organizations, by slug: what a search for a moment may also say.

    An edition keeps the slug of its day: one that was merged since says what the record says that it went into.
    """
    wanted = set(slugs)
    merged = dict(
        Organization.objects.filter(slug__in=wanted)
        .exclude(merged_into=None)
        .values_list("slug", "merged_into__slug")
    )
    terms: dict[str, list[str]] = {}
    rows = (
        Name.objects.public()
        .filter(
            organization__in=Organization.objects.public(),
            organization__slug__in=wanted | set(merged.values()),
        )
        .order_by("pk")
        .values_list("organization__slug", "text")
    )
    for slug, text in rows:
        terms.setdefault(slug, []).append(text)
    terms |= {slug: terms[target] for slug, target in merged.items() if target in terms}
    return {slug: tuple(texts) for slug, texts in terms.items() if slug in wanted}
