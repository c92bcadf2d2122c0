"""A text of the site as it is shown, and how all of them stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.web.models import TextVersion
from oralhistory.web.site_texts import markup
from oralhistory.web.site_texts.markup import Drawn

FIRST = settings.LANGUAGE_CODE  # the language that the others are translated from
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
DEFAULTS = Path(__file__).parent / "defaults"
LEAD = "lead"  # the title and the first paragraph of the home page
PAGES: dict[str, str | Promise] = {
    LEAD: _("Home page: its first words"),
    "about": _("About this archive"),
    "ethics": _("Ethics"),
    "rights": _("Rights"),
    "privacy": _("Privacy notice"),
    "terms": _("Terms of use"),
    "cite": _("How to cite"),
    "accessibility": _("Accessibility"),
}
# Said once for all texts and languages; a text names them in double brackets.
FACTS: dict[str, str | Promise] = {
    "responsible": _("name of who is responsible for the archive"),
    "address": _("postal address of the archive"),
    "contact": _("e-mail address at which the archive answers"),
}


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text in one language: as somebody saved them, or (number 0) as they ship."""

    title: str
    source: str
    number: int = 0
    follows: int = 0
    saved: TextVersion | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """A text as it is read. `language` is that of its words: the one that was asked for, or Spanish."""

    page: str
    language: str
    title: str
    drawn: Drawn
    is_older: bool  # than the Spanish text, of which it is a translation
    saved: TextVersion | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a text stands in one language."""

    page: str
    language: str
    words: Words
    is_missing: bool
    is_older: bool
    to_fill: int


def text(page: str, language: str) -> Text:
    """One query."""
    asked = Q(page=page, language__in={language, FIRST}) | Q(page__in=FACTS)
    rows = _by_place(TextVersion.objects.filter(asked).newest())
    spanish, words = words_of(page, FIRST, rows), words_of(page, language, rows)
    spoken = language if words.source.strip() else FIRST
    shown = words if spoken == language else spanish
    return Text(
        page=page,
        language=spoken,
        title=shown.title,
        drawn=_drawn(shown.source, tuple(facts(rows).items())),
        is_older=spoken != FIRST and words.follows < spanish.number,
        saved=shown.saved,
    )


def overview() -> tuple[dict[str, Words], list[list[Standing]]]:
    """What is said once, by name, and all texts, each in all languages. One query."""
    rows = _by_place(TextVersion.objects.newest())
    known = facts(rows)
    said = {name: words_of(name, FIRST, rows) for name in FACTS}
    return said, [[_standing(page, language, rows, known) for language in LANGUAGES] for page in PAGES]


def current(page: str, language: str) -> tuple[Words, dict[str, str]]:
    """What counts now, for its editor, and the facts that it may name. One query."""
    asked = Q(page=page, language=language) | Q(page__in=FACTS)
    rows = _by_place(TextVersion.objects.filter(asked).newest())
    return words_of(page, language, rows), facts(rows)


def _standing(
    page: str, language: str, rows: Mapping[tuple[str, str], TextVersion], known: Mapping[str, str]
) -> Standing:
    words = words_of(page, language, rows)
    spanish = words_of(page, FIRST, rows)
    missing = not words.source.strip()
    return Standing(
        page=page,
        language=language,
        words=words,
        is_missing=missing,
        is_older=not missing and language != FIRST and words.follows < spanish.number,
        to_fill=len(markup.left_to_fill(words.source, known)),
    )


def words_of(page: str, language: str, rows: Mapping[tuple[str, str], TextVersion]) -> Words:
    row = rows.get((page, language))
    return Words(row.title, row.source, row.number, row.follows, row) if row else shipped(page, language)


def facts(rows: Mapping[tuple[str, str], TextVersion]) -> dict[str, str]:
    """What the archive has said once, by name, and (`?name`) what is to be written where it has not."""
    said = {name: row.source.strip() for name in FACTS if (row := rows.get((name, FIRST)))}
    if not said.get("contact") and not settings.DEFAULT_FROM_EMAIL.endswith("@localhost"):
        said["contact"] = settings.DEFAULT_FROM_EMAIL
    return said | {f"?{name}": str(label) for name, label in FACTS.items()}


@lru_cache(maxsize=64)
def _drawn(source: str, said: tuple[tuple[str, str], ...]) -> Drawn:
    """The home page draws the same few lines for everybody who comes."""
    return markup.draw(source, dict(said))


@cache
def shipped(page: str, language: str) -> Words:
    """What ships with the program: a line with the title, then the text. Facts ship empty."""
    path = DEFAULTS / f"{page}.{language}.md"
    if page in FACTS or not path.exists():
        return Words("", "")
    title, _rest, source = path.read_text(encoding="utf-8").partition("\n")
    return Words(title.removeprefix("# ").strip(), source.strip() + "\n")


def _by_place(rows: Iterable[TextVersion]) -> dict[tuple[str, str], TextVersion]:
    return {(row.page, row.language): row for row in rows}
