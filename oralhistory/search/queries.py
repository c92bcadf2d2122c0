"""What a reader may ask, and how it is written.

    tortura cárcel      both words, in any inflection, with or without accents
    "la plaza de mayo"  these words in this order
    desapar*            words that begin so
    -fútbol             not this; also before a phrase or a beginning
    country:SV          a facet, of those in `FACETS`; values with spaces are quoted
    year:1975-1980      years that are spoken of; either end may be left out
    año:1975-1980       the same; facets have their names in Spanish and Portuguese as well

Anything else is punctuation. Whatever is written is either a query or a `BadQuery` with a sentence
for the reader; no text can reach a database's own query language.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum

from django.utils.translation import gettext as _

from oralhistory.search.analysis import plain, tokens

# `testimony` is a document's id; `speaker` ("narrator" or "interviewer") and `language` also narrow the words, not only
# the documents; `decade` is the first of ten years that are spoken of.
FACETS = ("testimony", "collection", "country", "organization", "year", "decade", "language", "speaker")

# As they are written in Spanish and Portuguese, by their plain form.
_NAMES = {name: name for name in FACETS} | {
    "testimonio": "testimony",
    "testemunho": "testimony",
    "coleccion": "collection",
    "colecao": "collection",
    "pais": "country",
    "organizacion": "organization",
    "organizacao": "organization",
    "ano": "year",
    "decada": "decade",
    "idioma": "language",
    "lengua": "language",
    "lingua": "language",
}

LONGEST_TEXT = 1_000
MOST_WORDS = 32
SHORTEST_PREFIX = 2
MOST_PREFIXES = 6  # each may stand for thousands of words
MOST_FACET_VALUES = 100

_QUOTES = str.maketrans("“”„«»−", '"""""-')
_YEARS = re.compile(r"(?=.*\d)(?P<first>\d{4})?(?P<range>-|–|\.\.)?(?P<last>\d{4})?", re.ASCII)
_PIECE = re.compile(
    r'(?P<minus>-)?(?:(?P<facet>[^\W\d_]+):(?=["\w-]))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))'
)


class BadQuery(Exception):
    """What was asked cannot be answered; the message is for the reader."""


class TookTooLong(BadQuery):
    """The database was stopped before it had an answer."""


class Kind(Enum):
    WORD = "word"  # by its key; "ex-combatiente" is two words side by side
    PHRASE = "phrase"
    PREFIX = "prefix"


class Order(Enum):
    RELEVANCE = "relevance"
    DATE = "date"  # of the interview, the oldest first; those without one last
    NEWEST = "newest"  # published last comes first
    TIME = "time"  # testimony by testimony, as it was said


@dataclass(frozen=True)
class Term:
    """A word, a phrase or a beginning of a word."""

    kind: Kind
    words: tuple[str, ...]  # lower case, accents as typed
    negated: bool = False
    start: int = 0  # where it stands in the text of the query
    end: int = 0


@dataclass(frozen=True)
class Query:
    """Terms that must all hold in a passage, within the documents that the facets leave."""

    text: str = ""
    terms: tuple[Term, ...] = ()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    order: Order = Order.RELEVANCE

    @property
    def asks_for_words(self) -> bool:
        return any(not term.negated for term in self.terms)

    @property
    def narrows_words(self) -> bool:
        """Whether only words of some languages or roles are meant, and not all of a testimony's."""
        return bool(self.facets.get("speaker") or self.facets.get("language"))

    def within(self, facets: Mapping[str, object]) -> "Query":
        """The same question with further facets: of one kind any value will do, of two kinds both must."""
        together = {kind: list(values) for kind, values in self.facets.items()}
        for kind, value in facets.items():
            if kind not in FACETS:
                raise BadQuery(_("There is no facet called “%(kind)s”.") % {"kind": kind[:40]})
            together.setdefault(kind, []).extend(_values(value))
        for years in together.get("year", ()):
            year_range(years)
        return replace(self, facets={kind: _limited(values) for kind, values in together.items() if values})


def parse(text: str, *, order: Order = Order.RELEVANCE) -> Query:
    """Read what a reader typed. Raises BadQuery."""
    if len(text) > LONGEST_TEXT:
        raise BadQuery(_("The query is too long."))
    text = text.replace("\0", " ")
    terms: list[Term] = []
    facets: dict[str, list[str]] = {}
    for match in _PIECE.finditer(text.translate(_QUOTES)):
        if facet := _NAMES.get(plain((match["facet"] or "").lower())):
            if match["minus"]:
                raise BadQuery(_("A facet cannot be excluded."))
            facets.setdefault(facet, []).append(match["phrase"] or match["word"] or "")
        elif term := _term(match):
            terms.append(term)
    prefixes = sum(term.kind is Kind.PREFIX for term in terms)
    if sum(len(term.words) for term in terms) > MOST_WORDS or prefixes > MOST_PREFIXES:
        raise BadQuery(_("The query has too many words."))
    if terms and all(term.negated for term in terms):
        raise BadQuery(_("Say what to look for, not only what to leave out."))
    return Query(text, tuple(terms), order=order).within(facets)


def _term(match: re.Match[str]) -> Term | None:
    phrase = match["phrase"]
    written = phrase if phrase is not None else match["word"]
    if match["facet"]:
        written = f"{match['facet']}:{written}"
    words = tuple(token.word for token in tokens(written))
    if not words:
        return None
    kind = Kind.WORD if phrase is None else Kind.PHRASE
    if kind is Kind.WORD and written.endswith("*") and len(words) == 1:
        kind = Kind.PREFIX
        if len(words[0]) < SHORTEST_PREFIX:
            raise BadQuery(_("Give at least two letters before the asterisk."))
    return Term(kind, words, bool(match["minus"]), match.start(), match.end())


def year_range(years: str) -> tuple[str, str]:
    """The first and the last of the years that a value of the facet stands for. Raises BadQuery."""
    match = _YEARS.fullmatch(years)
    if not match or (match["first"] and match["last"] and not match["range"]):
        raise BadQuery(_("Years are written like this: 1975, or 1975-1980."))
    if not match["range"]:
        return match["first"] or match["last"], match["first"] or match["last"]
    return match["first"] or "0000", match["last"] or "9999"


def _values(value: object) -> list[str]:
    many = value if isinstance(value, Iterable) and not isinstance(value, str) else [value]
    return [str(one).replace("\0", "").strip() for one in many if one not in (None, "")]


def _limited(values: list[str]) -> tuple[str, ...]:
    if len(values) > MOST_FACET_VALUES:
        raise BadQuery(_("The query has too many facets."))
    return tuple(dict.fromkeys(values))
