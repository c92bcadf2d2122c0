"""Facets of the testimonies in words: said once here, since a page may show hundreds of values."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from oralhistory.editions.catalog import Facet
from oralhistory.editions.shelf import Shelf
from oralhistory.organizations.public import Record
from oralhistory.web import drawing, vocabularies


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    testimonies: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class Words:
    """How values are called in the language of the page. `records` are those of the organizations among them."""

    shelf: Shelf
    records: Mapping[str, Record]
    language: str

    def of(self, facet: str, value: str) -> str:
        if facet == "organization":
            return self.records[value].name if value in self.records else value
        if facet == "place":
            return self.shelf.place_names.get(value, (value, ""))[0]
        if facet == "subject":
            names = self.shelf.subject_names.get(value, {})
            return drawing.subject_in(names, self.language) or next(iter(names.values()), value)
        if facet == "sound":
            return {"audio": _("With sound"), "text": _("Text only")}.get(value, value)
        if facet == "decade":
            return vocabularies.decade(value)
        if facet in ("country", "language"):
            return str({"country": vocabularies.country, "language": vocabularies.language}[facet](value))
        return value


def in_words(facets: list[Facet], words: Words) -> list[tuple[str, list[Choice]]]:
    """Those by which a list can be narrowed. An organization that has no public record has no words either."""
    found = []
    for facet in facets:
        choices = [
            Choice(each.value, words.of(facet.name, each.value), each.testimonies, each.chosen)
            for each in facet.choices
            if facet.name != "organization" or each.value in words.records
        ]
        if len(choices) > 1 or any(each.chosen for each in choices):
            found.append((facet.name, choices))
    return found
