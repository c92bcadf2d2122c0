"""The records as plain data for matching and searching."""

from collections.abc import Iterable
from dataclasses import dataclass

from oralhistory.organizations import descriptions, public
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


@dataclass(frozen=True, slots=True)
class Findable:
    """What a search may find moments by: the public record that a slug leads to, and all that it is called."""

    slug: str
    terms: tuple[str, ...]


def findable(slugs: Iterable[str]) -> dict[str, Findable]:
    """By the slugs that editions have; those that lead to no public record are not there. Three queries."""
    return {
        slug: Findable(
            record.slug,
            tuple(
                dict.fromkeys((record.name, *record.acronyms, *(name.text for name in record.other_names)))
            ),
        )
        for slug, record in public.by_slug(slugs).items()
    }
