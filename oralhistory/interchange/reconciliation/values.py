"""The properties of a record, and their values, for whoever adds columns to a table."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.interchange.reconciliation.queries import Extension
from oralhistory.organizations import public
from oralhistory.organizations.descriptions import Description
from oralhistory.organizations.models import Name
from oralhistory.organizations.public import Facts

Value = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Words:
    """Codes as words of the page's language, which the rooms know."""

    country: Callable[[str], str]
    kind: Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Property:
    name: str | Promise
    values: Callable[[Description, Words], Iterable[Value]]
    tie: bool = False  # its values are records
    asked: bool = True  # in an extension; some are only good for comparing


def _texts(values: Iterable[str]) -> list[Value]:
    return [{"str": value} for value in values if value]


def _names(*kinds: str) -> Callable[[Description, Words], list[Value]]:
    return lambda record, _words: _texts(record.of_kind(*kinds))


def _identified(scheme: str) -> Callable[[Description, Words], list[Value]]:
    return lambda record, _words: _texts(value for known, value in record.identifiers if known == scheme)


def _tied(kind: str) -> Callable[[Description, Words], list[Value]]:
    return lambda record, _words: [{"id": slug} for slug in record.tied(kind)]


def _year(which: str) -> Callable[[Description, Words], list[Value]]:
    def values(record: Description, _words: Words) -> list[Value]:
        date = getattr(record, which)
        return [{"int": date.year}] if date else []

    return values


PROPERTIES: dict[str, Property] = {
    "name": Property(_("Authorized name"), lambda record, _words: _texts([record.name])),
    "acronym": Property(_("Acronym"), _names(Name.Kind.ACRONYM)),
    "other_name": Property(
        _("Other names"),
        _names(Name.Kind.OTHER, Name.Kind.FORMER, Name.Kind.PARALLEL, Name.Kind.STANDARDIZED),
    ),
    "kind": Property(
        _("Kind"), lambda record, words: _texts([words.kind(record.kind) if record.kind else ""])
    ),
    "country": Property(
        _("Country"), lambda record, words: _texts([words.country(record.country) if record.country else ""])
    ),
    "country_code": Property(_("Country code"), lambda record, _words: _texts([record.country])),
    "founded": Property(_("Founded"), _year("founded")),
    "dissolved": Property(_("Dissolved"), _year("dissolved")),
    "founded_date": Property(_("Founded (EDTF)"), lambda record, _words: _texts([str(record.founded or "")])),
    "dissolved_date": Property(
        _("Dissolved (EDTF)"), lambda record, _words: _texts([str(record.dissolved or "")])
    ),
    "active": Property(_("Active in"), lambda _record, _words: [], asked=False),
    "place": Property(
        _("Place"), lambda record, _words: _texts(dict.fromkeys(place.name for place in record.places))
    ),
    "predecessor": Property(_("Came from"), _tied("predecessor"), tie=True),
    "successor": Property(_("Went into"), _tied("successor"), tie=True),
    "part_of": Property(_("Part of"), _tied("part_of"), tie=True),
    "has_part": Property(_("Its parts"), _tied("has_part"), tie=True),
    "front_of": Property(_("Front of"), _tied("front_of"), tie=True),
    "has_front": Property(_("Its fronts"), _tied("has_front"), tie=True),
    "ally": Property(_("Allies"), _tied("ally"), tie=True),
    "opposed": Property(_("Opposed to"), _tied("opposed"), tie=True),
    "related": Property(_("Related to"), _tied("related"), tie=True),
    "wikidata": Property("Wikidata", _identified("wikidata")),
    "viaf": Property("VIAF", _identified("viaf")),
    "history": Property(_("History"), lambda record, _words: _texts([record.history])),
    "mandate": Property(_("Mandate"), lambda record, _words: _texts([record.mandate])),
    "source": Property(_("Sources"), lambda record, _words: _texts(each.citation for each in record.sources)),
    "page": Property(_("Address"), lambda record, _words: _texts([address(record.id)])),
}


def address(slug: str) -> str:
    """Where a record is read; the same in every language of the pages."""
    return f"{settings.SITE_URL}/organizations/{slug}/"


def extend(asked: Extension, words: Words) -> dict[str, dict[str, list[Value]]]:
    """By id and property. A record that was merged answers with the one it went into; what is not public with nothing."""
    facts = public.by_slug(asked.ids)
    records = {each.id: each for each in public.descriptions_of(record.slug for record in facts.values())}
    rows: dict[str, dict[str, list[Value]]] = {}
    for slug in asked.ids:
        record = records.get(facts[slug].slug) if slug in facts else None
        rows[slug] = {
            name: list(PROPERTIES[name].values(record, words))[:most] if record and name in PROPERTIES else []
            for name, most in asked.properties
        }
    ties = [name for name, _most in asked.properties if name in PROPERTIES and PROPERTIES[name].tie]
    others = public.facts({value["id"] for row in rows.values() for name in ties for value in row[name]})
    for row in rows.values():
        for name in ties:
            row[name] = [_with_name(value, others) for value in row[name] if value["id"] in others]
    return rows


def _with_name(value: Value, others: Mapping[str, Facts]) -> Value:
    return {**value, "name": others[value["id"]].name}
