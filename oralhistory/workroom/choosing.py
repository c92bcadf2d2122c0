"""Choosing an organization by typing its name: what is offered, and which one was meant."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from oralhistory.lib.folding import fold
from oralhistory.organizations import labels
from oralhistory.organizations.labels import Label
from oralhistory.organizations.listing import folded
from oralhistory.organizations.models import Name, Organization
from oralhistory.web import vocabularies

_SLUG = re.compile(r"\[([^\[\]]+)\]\s*$")
OFFERED = 12


class NotChosen(Exception):
    """No record, or more than one, is called so; says so to whoever typed it."""


def line(label: Label) -> str:
    """A record in a line that tells homonyms apart and leads back to it: ERP — Ejército … (Argentina, 1970–1977) [erp-ar]."""
    years = f"{label.founded or ''}–{label.dissolved or ''}" if label.founded or label.dissolved else ""
    facts = ", ".join(filter(None, [str(vocabularies.country(label.country)), years]))
    name = f"{label.acronym} — {label.name}" if label.acronym and label.acronym != label.name else label.name
    return f"{name} ({facts}) [{label.slug}]" if facts else f"{name} [{label.slug}]"


def lines(slugs: Iterable[str]) -> dict[str, str]:
    """The lines of records by slug. Two queries."""
    return {slug: line(label) for slug, label in labels.labels(slugs).items()}


def offered(typed: str, *, at_most: int = OFFERED) -> list[Label]:
    """Current records that have a name like what was typed, those called exactly so first."""
    asked = fold(" ".join(typed.split()))
    if len(asked) < 2:
        return []
    exact: set[str] = set()
    near: set[str] = set()
    rows = Name.objects.filter(organization__in=Organization.objects.current())
    for slug, text in rows.values_list("organization__slug", "text"):
        name = folded(text)
        if asked in (name, slug):
            exact.add(slug)
        elif asked in name or slug.startswith(asked):
            near.add(slug)
    found = labels.labels([*exact, *sorted(near - exact)[: 4 * at_most]]).values()
    return sorted(found, key=lambda each: (each.slug not in exact, len(each.name)))[:at_most]


def chosen(typed: str) -> str:
    """The slug of the record that was meant: a line from above, a slug, or a name that one record alone has.

    A line or a slug may be of a record that is out of use: relations to it stay. Raises NotChosen.
    """
    typed = " ".join(typed.split())
    slug = found[1] if (found := _SLUG.search(typed)) else typed
    if Organization.objects.filter(slug=slug, merged_into=None).exists():
        return slug
    asked = fold(typed)
    rows = Name.objects.filter(organization__in=Organization.objects.current())
    named = {slug for slug, text in rows.values_list("organization__slug", "text") if folded(text) == asked}
    if len(named) == 1:
        return named.pop()
    if not named:
        raise NotChosen(_("No record is called so. Begin to type a name or an acronym and choose a record."))
    candidates = "; ".join(sorted(lines(named).values()))
    raise NotChosen(_("More than one record is called so. Write the one you mean: %s") % candidates)
