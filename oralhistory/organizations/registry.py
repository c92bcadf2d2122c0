"""The records as plain data for matching and searching."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from oralhistory.organizations import descriptions, public
from oralhistory.organizations.authorities import Authority, flat
from oralhistory.organizations.models import Organization


def authorities() -> list[Authority]:
    """Every current record as plain data, tied to current ones only. Six queries."""
    current = descriptions.describe(Organization.objects.current().order_by("pk"))
    slugs = {each.id for each in current}
    return [
        flat(replace(each, ties=tuple(tie for tie in each.ties if tie.other in slugs))) for each in current
    ]


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
