"""What can be asked, in the words of the page that describes it."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.interchange.api.parameters import Parameter

ID = r"^[a-z0-9]{12}$"
SLUG = r"^[-a-zA-Z0-9_]{1,80}$"
# Of a language (BCP 47, its first part) and of a country (ISO 3166-1, and INT, SU for what is no country any more).
LANGUAGE, COUNTRY = r"^[a-z]{2,3}$", r"^[A-Z]{2,3}$"
MOST_PAGES = 50  # of a search


def _string(pattern: str) -> dict[str, object]:
    return {"type": "string", "pattern": pattern}


def _limit(default: int, most: int) -> Parameter:
    schema = {"type": "integer", "minimum": 1, "maximum": most, "default": default}
    return Parameter("limit", _("how many at most"), schema, example=default)


_WORD = {"type": "string", "minLength": 1, "maxLength": 200}
_ORGANIZATION = Parameter(
    "organization", _("only what speaks of this organization"), _string(SLUG), example="fmln-sv"
)
_LANGUAGE = Parameter("language", _("only in this language"), _string(LANGUAGE), example="es")
_COUNTRY = Parameter("country", _("only of this country"), _string(COUNTRY), example="SV")
_TESTIMONY = Parameter("id", _("the id of a testimony"), _string(ID), example="bcdfghjkmnpq", where="path")
_SLUG = Parameter("slug", _("the id of an organization"), _string(SLUG), example="fmln-sv", where="path")


@dataclass(frozen=True, slots=True)
class Operation:
    """One address, which is read and nothing else."""

    name: str  # of the operation and of its address
    path: str
    summary: str | Promise
    answer: str  # a schema
    parameters: tuple[Parameter, ...]
    example: str

    @property
    def refusals(self) -> tuple[int, ...]:
        """Statuses of what can go wrong."""
        found = [400]
        if self.answer in ("Testimony", "Segments"):
            found += [404, 410]
        elif any(each.where == "path" for each in self.parameters):
            found += [404]
        return (*found, *((409,) if self.answer == "Segments" else ()), 429)


OPERATIONS = (
    Operation(
        "testimonies", "/testimonies",
        _("Testimonies, by their ids. What was published or withdrawn meanwhile makes no page miss or repeat one."),
        "Testimonies",
        (
            Parameter("after", _("go on behind this testimony"), _string(ID)),
            _limit(20, 100), _ORGANIZATION,
            Parameter("collection", _("only of the collection with this title"), _WORD, example="Solidaridad"),
            _LANGUAGE, _COUNTRY,
            Parameter(
                "published_since", _("only editions published on this day or later"),
                {"type": "string", "format": "date"}, example="2026-01-01",
            ),
        ),
        "/testimonies?country=SV&limit=10",
    ),
    Operation("testimony", "/testimonies/{id}", _("One testimony, with its chapters."), "Testimony", (_TESTIMONY,), "/testimonies/bcdfghjkmnpq"),
    Operation(
        "segments", "/testimonies/{id}/segments",
        _("The text of a testimony, segment by segment, where it may be downloaded."), "Segments",
        (
            _TESTIMONY,
            Parameter(
                "edition", _("only of this edition; if another one is public now, the answer says so"),
                {"type": "integer", "minimum": 1, "maximum": 100_000}, example=1,
            ),
            Parameter("after", _("go on behind the segment of this number"), {"type": "integer", "minimum": 0, "maximum": 1_000_000}, example=99),
            _limit(100, 500),
        ),
        "/testimonies/bcdfghjkmnpq/segments?limit=50",
    ),
    Operation(
        "organizations", "/organizations", _("Organizations, by their ids."), "Organizations",
        (
            Parameter("after", _("go on behind this organization"), _string(SLUG)),
            _limit(20, 100),
            Parameter("q", _("a part of a name or an acronym"), _WORD, example="FMLN"),
            _COUNTRY,
            Parameter("kind", _("only of this kind"), _string(r"^[a-z_-]{1,20}$"), example="armed"),
        ),
        "/organizations?q=FMLN",
    ),
    Operation("organization", "/organizations/{slug}", _("One organization, whole."), "Organization", (_SLUG,), "/organizations/fmln-sv"),
    Operation(
        "moments", "/organizations/{slug}/moments", _("The moments that speak of an organization."), "Moments",
        (_SLUG, Parameter("after", _("go on behind this moment"), _string(r"^[a-z0-9]{12}\.[0-9]{1,7}$")), _limit(20, 100)),
        "/organizations/fmln-sv/moments",
    ),
    Operation(
        "search", "/search/moments",
        _("The moments that answer a search, the best first. The words are those of the page of search: “a phrase”, -not, begin*."),
        "Found",
        (
            Parameter("q", _("what is looked for"), {"type": "string", "minLength": 1, "maxLength": 200}, example="huelga", required=True),
            _ORGANIZATION, _LANGUAGE, _COUNTRY,
            Parameter("page", _("which page"), {"type": "integer", "minimum": 1, "maximum": MOST_PAGES, "default": 1}, example=1),
            _limit(20, 50),
        ),
        "/search/moments?q=huelga",
    ),
)  # fmt: skip
BY_NAME = {each.name: each for each in OPERATIONS}
