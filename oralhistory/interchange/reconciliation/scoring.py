"""How well a record answers a query, and why."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from oralhistory.interchange.reconciliation.countries import code as country_code
from oralhistory.interchange.reconciliation.queries import Query
from oralhistory.interchange.reconciliation.texts import SAME_WORDS, Weight, likeness, take_apart
from oralhistory.lib.folding import fold
from oralhistory.organizations.models import Name
from oralhistory.organizations.public import Facts

ANYTHING = "org"  # the type of every record; its kind is a second type
WEAKEST = 40.0  # below it a candidate is only in the way
SURE = SAME_WORDS  # a match is not guessed: its name is there, word for word
LEAD = 5.0  # of a match over the next candidate
SHORT_ACRONYM = 2  # letters: too few to be sure by, without a property that agrees

_OTHER_NAME, _AND_ACRONYM, _WITHOUT_ADDITION = 1.0, 1.0, 2.0  # what is taken off
_AGREES, _SAYS_NOTHING, _WRONG_TYPE = 2.0, 1.0, 5.0
_DISAGREES = {
    "country": 20.0,
    "founded": 12.0,
    "dissolved": 12.0,
    "active": 12.0,
    "kind": 8.0,
    "acronym": 10.0,
}
_YEAR = re.compile(r"(?<!\d)(1[89]\d\d|20\d\d)(?!\d)")
_ADDITION = re.compile(r"^(.*\S)\s*(?:\(([^()]*)\)|,\s*([^,]*)|\sde\s+(.*?))\s*$")


@dataclass(frozen=True, slots=True)
class Candidate:
    record: Facts
    score: float  # 0–100
    by_name: float
    agrees: tuple[tuple[str, bool], ...]  # of the properties that were asked and that the record has
    match: bool = False


def of_type(record: Facts, query: Query) -> bool:
    """Whether it is of the types asked for: of one, or of all where all are asked."""
    has = {ANYTHING, record.kind}
    if query.strict == "all":
        return has >= set(query.types)
    return not query.types or bool(has & set(query.types))


def score(record: Facts, query: Query, weight: Weight) -> Candidate:
    text, hint = with_country(query.text)
    asked = (*query.properties, *((("country", (hint,)),) if hint else ()))
    agrees = tuple(
        (name, verdict) for name, values in asked if (verdict := _agrees(record, name, values)) is not None
    )
    by_name = max(_by_name(record, query.text, weight), _by_name(record, text, weight)) if query.text else 0.0
    if not query.text:
        by_name = 100.0 * sum(verdict for _name, verdict in agrees) / max(1, len(query.properties))
    total = by_name
    known = {name for name, _verdict in agrees}
    for name, verdict in agrees:
        total += _AGREES if verdict else -_DISAGREES.get(name, 5.0)
        if name in _IDENTIFYING and verdict:
            total = max(total, 100.0)
    total -= _SAYS_NOTHING * sum(name not in known for name, _values in asked)
    if not of_type(record, query):
        total -= _WRONG_TYPE
    return Candidate(record, round(min(100.0, max(0.0, total)), 1), round(by_name, 1), agrees)


def ranked(candidates: Iterable[Candidate], query: Query) -> list[Candidate]:
    """The best first; the first is a match if it is sure, and nothing else comes near."""
    found = sorted(
        (each for each in candidates if each.score >= WEAKEST),
        key=lambda each: (-each.score, each.record.slug),
    )
    if found and _is_match(found[0], found[1] if len(found) > 1 else None, query):
        first = found[0]
        found[0] = Candidate(first.record, first.score, first.by_name, first.agrees, match=True)
    return found


def _is_match(first: Candidate, second: Candidate | None, query: Query) -> bool:
    identified = any(verdict and name in _IDENTIFYING for name, verdict in first.agrees)
    if not all(verdict for _name, verdict in first.agrees) or (
        query.types and not of_type(first.record, query)
    ):
        return False
    if not identified:
        letters = take_apart(query.text).plain.replace(" ", "")
        if not query.text or first.by_name < SURE - _OTHER_NAME - _WITHOUT_ADDITION:
            return False
        if len(letters) <= SHORT_ACRONYM and not first.agrees:
            return False
    return second is None or first.score - second.score >= LEAD or (identified and second.score < 100.0)


def _by_name(record: Facts, written: str, weight: Weight) -> float:
    asked = take_apart(written)
    if not asked.words:
        return 0.0
    rests = [(asked, 0.0)]
    for acronym in record.acronyms:
        if rest := asked.without(take_apart(acronym).words):
            rests.append((rest, _AND_ACRONYM))
    best = 0.0
    for text, kind in record.names:
        less = 0.0 if kind in (Name.Kind.AUTHORIZED, Name.Kind.ACRONYM) else _OTHER_NAME
        taken = take_apart(text)
        best = max(best, *(likeness(rest, taken, weight) - less - cost for rest, cost in rests))
    return max(0.0, best)


def with_country(text: str) -> tuple[str, str]:
    """ "ERP (Argentina)" is "ERP" with a country; the country is empty where none stands behind."""
    found = _ADDITION.match(text)
    country = country_code(found[2] or found[3] or found[4] or "") if found else ""
    return (found[1], country) if found and country else (text, "")


def _agrees(record: Facts, name: str, values: tuple[str, ...]) -> bool | None:
    """Whether any of the values is the record's; None where it or the values say nothing that can be compared."""
    compare = _COMPARED.get(name)
    if compare is None:
        return None
    verdicts = [verdict for value in values if (verdict := compare(record, value.strip())) is not None]
    return any(verdicts) if verdicts else None


def _country(record: Facts, value: str) -> bool | None:
    code = country_code(value)
    return record.country == code if code and record.country else None


def _kind(record: Facts, value: str) -> bool | None:
    return None if value in ("", ANYTHING) else record.kind == value


def _acronym(record: Facts, value: str) -> bool | None:
    if not value or not record.acronyms:
        return None
    return take_apart(value).plain in {take_apart(each).plain for each in record.acronyms}


def _name(record: Facts, value: str) -> bool | None:
    if not value:
        return None
    return take_apart(value).plain in {take_apart(text).plain for text, _kind in record.names}


def _place(record: Facts, value: str) -> bool | None:
    return fold(value) in map(fold, record.places) if value and record.places else None


def _year_near(year: int | None, value: str) -> bool | None:
    """A year apart is the same: records and tables round differently."""
    found = _YEAR.search(value)
    return abs(year - int(found[1])) <= 1 if found and year else None


def _active(record: Facts, value: str) -> bool | None:
    found = _YEAR.search(value)
    if not found or not (record.founded or record.dissolved):
        return None
    return (record.founded or 0) - 1 <= int(found[1]) <= (record.dissolved or 9999) + 1


def _identifier(scheme: str) -> Callable[[Facts, str], bool | None]:
    def compare(record: Facts, value: str) -> bool | None:
        held = {each for known, each in record.identifiers if known == scheme}
        return value.rstrip("/").rsplit("/", 1)[-1] in held if value and held else None

    return compare


_IDENTIFYING = ("wikidata", "viaf")
_COMPARED: dict[str, Callable[[Facts, str], bool | None]] = {
    "country": _country,
    "kind": _kind,
    "acronym": _acronym,
    "name": _name,
    "place": _place,
    "founded": lambda record, value: _year_near(record.founded, value),
    "dissolved": lambda record, value: _year_near(record.dissolved, value),
    "active": _active,
    **{scheme: _identifier(scheme) for scheme in _IDENTIFYING},
}
