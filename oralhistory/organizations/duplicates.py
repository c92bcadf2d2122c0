"""Records that may speak of one organization, with the reasons, until a person merges them or tells them apart.

Only records that share a rare word of a name, an acronym or an identifier are compared, so that 7,000 take seconds.
Two that stand in a relation are known to be two: whoever stated it has seen both. An acronym that organizations of
two countries have is a homonym, no duplicate.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import combinations
from math import prod

from rapidfuzz import fuzz

from oralhistory.lib.agents import Agent
from oralhistory.lib.folding import tokens
from oralhistory.lib.partial_dates import PartialDate
from oralhistory.organizations import descriptions
from oralhistory.organizations.descriptions import Description, NameForm, Tie
from oralhistory.organizations.models import DistinctPair, Identifier, Name, Organization, Relation

ALIKE = 88  # token sort ratio of rapidfuzz; below, names that share their generic words come in
MOST_SHARING = 60  # a word that more names have says nothing
# How much each reason says by itself that it is one organization.
WEIGHTS = {"identifier": 0.97, "same name": 0.85, "same acronym": 0.45, "similar name": 0.6}
_NAMES = (
    Name.Kind.AUTHORIZED, Name.Kind.OTHER, Name.Kind.FORMER, Name.Kind.PARALLEL, Name.Kind.STANDARDIZED,
)  # fmt: skip
_SMALL = frozenset(
    ["de", "del", "la", "las", "los", "el", "y", "e", "en", "a", "para", "por", "of", "the", "and", "for", "in", "do",
     "da", "dos", "das"]
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records may be one: `kind` of WEIGHTS, and what of each says so."""

    kind: str
    first: str
    second: str
    weight: float


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Two records, by slug, and the reasons, strongest first."""

    first: str
    second: str
    reasons: tuple[Reason, ...]

    @property
    def score(self) -> float:
        return 1 - prod(1 - each.weight for each in self.reasons)


def suspected() -> list[Suspicion]:
    """All pairs of current records that may be one, the likeliest first. Five queries."""
    records = _records()
    apart = {frozenset(pair) for pair in DistinctPair.objects.values_list("first__slug", "second__slug")}
    return among(records, apart)


def _records() -> list[Description]:
    """Of the current records what is compared, and no more: describing 7,000 whole takes longer than comparing them."""
    current = Organization.objects.current()
    names: dict[str, list[NameForm]] = defaultdict(list)
    identifiers: dict[str, list[tuple[str, str]]] = defaultdict(list)
    ties: dict[str, list[Tie]] = defaultdict(list)
    in_use = {"organization__in": current}
    for slug, text, kind in Name.objects.filter(**in_use).values_list("organization__slug", "text", "kind"):
        names[slug].append(NameForm(text, kind))
    for slug, *said in Identifier.objects.filter(**in_use).values_list(
        "organization__slug", "scheme", "value"
    ):
        identifiers[slug].append((said[0], said[1]))
    for subject, other in Relation.objects.values_list("subject__slug", "object__slug"):
        ties[subject].append(Tie("related", other))
    return [
        Description(
            slug, tuple(names[slug]), country=country, founded=PartialDate(founded) if founded else None,
            dissolved=PartialDate(dissolved) if dissolved else None, identifiers=tuple(identifiers[slug]),
            ties=tuple(ties[slug]),
        )
        for slug, country, founded, dissolved in current.order_by("pk").values_list(
            "slug", "country", "founded", "dissolved"
        )
    ]  # fmt: skip


def of(organization: Organization) -> list[Suspicion]:
    """Those that one record is suspected in."""
    return [each for each in suspected() if organization.slug in (each.first, each.second)]


def among(records: Iterable[Description], apart: Iterable[frozenset[str]] = ()) -> list[Suspicion]:
    """The pairs of some records that may be one, but for those that were told apart."""
    by_slug = {each.id: each for each in records}
    known = set(apart)
    reasons: dict[tuple[str, str], dict[str, Reason]] = defaultdict(dict)
    for first, second, reason in _reasons(list(by_slug.values())):
        pair = (min(first, second), max(first, second))
        if first > second:
            reason = Reason(reason.kind, reason.second, reason.first, reason.weight)
        stronger = reasons[pair].get(reason.kind)
        if stronger is None or stronger.weight < reason.weight:
            reasons[pair][reason.kind] = reason
    found = [
        Suspicion(*pair, tuple(sorted(each.values(), key=lambda reason: -reason.weight)))
        for pair, each in reasons.items()
        if frozenset(pair) not in known and _may_be_one(by_slug[pair[0]], by_slug[pair[1]], each)
    ]
    return sorted(found, key=lambda each: (-each.score, each.first, each.second))


def tell_apart(first: Organization, second: Organization, *, by: Agent, at: datetime) -> None:
    """A person has looked: these are two. Saying it again changes nothing."""
    low, high = sorted((first, second), key=lambda each: each.pk)
    DistinctPair.objects.get_or_create(first=low, second=high, defaults={"agent": str(by), "at": at})


def told_apart() -> list[tuple[str, str]]:
    """The pairs that somebody has looked at, by slug, the latest first. One query."""
    return list(DistinctPair.objects.order_by("-at", "-pk").values_list("first__slug", "second__slug"))


def take_back(first: Organization, second: Organization) -> None:
    """They may be one after all."""
    low, high = sorted((first.pk, second.pk))
    DistinctPair.objects.filter(first=low, second=high).delete()


def _may_be_one(first: Description, second: Description, reasons: dict[str, Reason]) -> bool:
    if "identifier" in reasons:
        return True
    if second.id in first.tied(*descriptions.TIES) or first.id in second.tied(*descriptions.TIES):
        return False
    if first.country and second.country and first.country != second.country:
        return False
    return _lived_together(first, second)


def _lived_together(first: Description, second: Description) -> bool:
    """Their years overlap, as far as these are known."""
    for one, other in ((first, second), (second, first)):
        if one.dissolved and other.founded and one.dissolved.year < other.founded.year:
            return False
    return True


def _reasons(records: list[Description]) -> Iterator[tuple[str, str, Reason]]:
    yield from _equal(
        "identifier", records, lambda each: [(pair, ": ".join(pair)) for pair in each.identifiers]
    )
    yield from _equal(
        "same name", records, lambda each: [(_key(text), text) for text in each.of_kind(*_NAMES)]
    )
    yield from _equal(
        "same acronym",
        records,
        lambda each: [("".join(_key(text).split()), text) for text in each.of_kind(Name.Kind.ACRONYM)],
    )
    yield from _similar(records)


def _equal(
    kind: str, records: Iterable[Description], said: Callable[[Description], Iterable[tuple[object, str]]]
) -> Iterator[tuple[str, str, Reason]]:
    holders: dict[object, dict[str, str]] = defaultdict(dict)
    for record in records:
        for key, text in said(record):
            if key:
                holders[key].setdefault(record.id, text)
    for having in holders.values():
        if 1 < len(having) <= MOST_SHARING:
            for first, second in combinations(having, 2):
                yield first, second, Reason(kind, having[first], having[second], WEIGHTS[kind])


def _similar(records: Iterable[Description]) -> Iterator[tuple[str, str, Reason]]:
    """Names that are nearly the same: compared where they share one of each one's three rarest words."""
    names = [
        (record.id, text, key)
        for record in records
        for text in record.of_kind(*_NAMES)
        if len((key := _key(text)).split()) > 1
    ]
    holders: dict[str, list[int]] = defaultdict(list)
    for index, (_slug, _text, key) in enumerate(names):
        for word in set(key.split()) - _SMALL:
            holders[word].append(index)
    compared: set[tuple[int, int]] = set()
    for index, (slug, text, key) in enumerate(names):
        rarest = sorted(set(key.split()) - _SMALL, key=lambda word: (len(holders[word]), word))[:3]
        for other in {
            each for word in rarest if len(holders[word]) <= MOST_SHARING for each in holders[word]
        }:
            pair = (min(index, other), max(index, other))
            if names[other][0] == slug or pair in compared:
                continue
            compared.add(pair)
            alike = fuzz.token_sort_ratio(key, names[other][2], score_cutoff=ALIKE)
            if alike and key != names[other][2]:
                weight = WEIGHTS["similar name"] * (alike - ALIKE + 6) / (100 - ALIKE + 6)
                yield slug, names[other][0], Reason("similar name", text, names[other][1], weight)


@lru_cache(maxsize=65_536)
def _key(text: str) -> str:
    return " ".join(token.text for token in tokens(text))


def homonyms(organization: Organization) -> list[str]:
    """Slugs of other current records that have one of its acronyms: the ERP of El Salvador, the ERP of Argentina."""
    acronyms = Name.objects.filter(organization=organization, kind=Name.Kind.ACRONYM).values("text")
    found = (
        Organization.objects.current()
        .filter(names__kind=Name.Kind.ACRONYM, names__text__in=acronyms)
        .exclude(pk=organization.pk)
    )
    return list(found.order_by("country", "slug").distinct().values_list("slug", flat=True))
