"""Records for others: which of them, how much of each, and what stands around them in a file."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from oralhistory.organizations import descriptions, labels
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.models import Organization


def records(slugs: Collection[str] | None = None, *, everything: bool = False) -> list[Description]:
    """Current records, of some slugs or all, by slug; those that are closed too.

    Without `everything` they are what another archive may have: no notes, no forms that were heard, nothing that is
    kept back for an interview.
    """
    rows = Organization.objects.current().order_by("slug")
    if slugs is not None:
        rows = rows.filter(slug__in=slugs)
    if everything:
        return descriptions.describe(rows)
    found = descriptions.describe(rows.filter(withheld=False))
    seen = set(Organization.objects.current().filter(withheld=False).values_list("slug", flat=True))
    return [
        replace(each, ties=tuple(tie for tie in each.ties if tie.other in seen))
        for each in map(descriptions.public, found)
    ]


def names_of_others(given: Sequence[Description]) -> dict[str, str]:
    """What the records are called that those given are tied to and that are not among them."""
    others = {tie.other for each in given for tie in each.ties} - {each.id for each in given}
    return {slug: each.name for slug, each in labels.labels(others).items()}
