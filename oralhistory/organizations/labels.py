"""What the staff call an organization in a line: also those that are not public yet."""

from collections.abc import Iterable
from dataclasses import dataclass

from oralhistory.organizations.models import Name, Organization


@dataclass(frozen=True, slots=True)
class Label:
    slug: str
    name: str
    acronym: str
    country: str
    founded: int | None
    dissolved: int | None
    publication: str

    @property
    def short(self) -> str:
        return self.acronym or self.name


def labels(slugs: Iterable[str] | None = None) -> dict[str, Label]:
    """By slug, in the order of their names; all current records when no slugs are given. Two queries."""
    organizations = (
        Organization.objects.current() if slugs is None else Organization.objects.filter(slug__in=set(slugs))
    )
    made = [_label(organization) for organization in organizations.prefetch_related("names")]
    return {label.slug: label for label in sorted(made, key=lambda label: label.name.casefold())}


def _label(organization: Organization) -> Label:
    names = list(organization.names.all())
    name = next((each.text for each in names if each.kind == Name.Kind.AUTHORIZED), organization.slug)
    acronym = next((each.text for each in names if each.kind == Name.Kind.ACRONYM), "")
    return Label(
        organization.slug, name, acronym, organization.country, organization.founded, organization.dissolved,
        organization.publication,
    )  # fmt: skip
