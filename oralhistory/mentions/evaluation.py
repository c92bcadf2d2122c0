"""How well mentions are found, against texts whose mentions are known."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from oralhistory.mentions.candidates import Candidates
from oralhistory.mentions.documents import UnreadableDocument
from oralhistory.mentions.lexicon import Lexicon, squash
from oralhistory.mentions.matching import PROPOSED, Found, Matcher
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import GENERIC
from oralhistory.organizations.authorities import Authority

Place = tuple[int, int, int]  # segment, start, end
RESAMPLES = 500


class Answer(NamedTuple):
    """What was proposed for a place."""

    organization: str | None
    score: float
    kind: str
    first_three: tuple[str | None, ...]
    why: tuple[str, ...] = ()  # reasons with their weights, the heaviest first


Finder = Callable[["Gold"], dict[Place, Answer]]


@dataclass(frozen=True, slots=True)
class Gold:
    """One interview with its mentions: where, which organization (None: not in the list), and how it was distorted."""

    id: str
    country: str | None
    segments: list[str]
    mentions: dict[Place, tuple[str | None, str]]

    @property
    def words(self) -> int:
        return sum(len(segment.split()) for segment in self.segments)


def read_gold(path: Path) -> Iterator[Gold]:
    """JSON lines with `mentions` (without: texts that speak of none), or the turns of a testimony with `org_id`. Raises UnreadableDocument or OSError."""
    text = path.read_text(encoding="utf-8")
    try:
        values = [json.loads(text)]
    except json.JSONDecodeError:
        try:
            values = [json.loads(line) for line in text.splitlines() if line.strip()]
        except json.JSONDecodeError as refusal:
            raise UnreadableDocument(f"is not JSON lines: {refusal}") from refusal
    for number, value in enumerate(values, 1):
        try:
            yield _turns(value, path.stem) if "turns" in value else _gold(value)
        except (KeyError, TypeError) as refusal:
            raise UnreadableDocument(f"document {number} lacks {refusal}") from refusal


def _gold(value: dict[str, Any]) -> Gold:
    mentions = {
        (m["segment"], m["start"], m["end"]): (m["organization"], m.get("kind", ""))
        for m in value.get("mentions") or ()
    }
    return Gold(value["id"], value.get("country"), value["segments"], mentions)


def _turns(value: dict[str, Any], name: str) -> Gold:
    mentions: dict[Place, tuple[str | None, str]] = {
        (number, mention["start"], mention["end"]): (mention["org_id"], "")
        for number, turn in enumerate(value["turns"])
        for mention in turn["mentions"]
    }
    return Gold(name, value.get("country"), [turn["text"] for turn in value["turns"]], mentions)


def by_matcher(matcher: Matcher, *, least: float = PROPOSED) -> Finder:
    """What the matcher proposes; with a lower `least` also what it keeps to itself."""

    def find(gold: Gold) -> dict[Place, Answer]:
        found = matcher.find(gold.segments, country=gold.country)
        return {_place(mention): _answer(mention) for mention in found if mention.score >= least}

    return find


def _place(mention: Found) -> Place:
    end = mention.end if mention.end_segment == mention.segment else -1
    return mention.segment, mention.start, end


def _answer(mention: Found) -> Answer:
    first = (mention.organization, *(other.organization for other in mention.alternatives))
    reasons = sorted(mention.evidence, key=lambda evidence: -abs(evidence.weight))
    why = tuple(f"{evidence.weight:+.1f} {evidence.reason}" for evidence in reasons)
    return Answer(mention.organization, mention.score, mention.kind, first[:3], why)


def by_names(authorities: Sequence[Authority], *, acronyms: bool) -> Finder:
    """The baselines: names as the list writes them, with or without acronyms; of homonyms the first."""
    lexicon = Lexicon(authorities)
    candidates = Candidates(lexicon)

    def find(gold: Gold) -> dict[Place, Answer]:
        reading = Reading(gold.segments)
        found: dict[Place, Answer] = {}
        for first, last, form in candidates.exact_forms(reading):
            if form.kind == "name" or (acronyms and form.kind == "acronym"):
                begin, end = reading.words[first], reading.words[last - 1]
                owner = authorities[form.owners[0]].id
                found[begin.segment, begin.start, end.end] = Answer(owner, 1.0, form.kind, (owner,))
        return _longest(found)

    return find


def _longest(found: dict[Place, Answer]) -> dict[Place, Answer]:
    kept: dict[Place, Answer] = {}
    for place in sorted(found, key=lambda place: place[1] - place[2]):
        if not any(place[0] == s and place[1] < e and b < place[2] for s, b, e in kept):
            kept[place] = found[place]
    return kept


@dataclass(slots=True)
class Tally:
    """Right, wrong and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(self.right + self.wrong, 1)

    @property
    def recall(self) -> float:
        return self.right / max(self.right + self.missed, 1)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(2 * self.right + self.wrong + self.missed, 1)


def strict(gold: Gold, found: dict[Place, Answer], *, short_forms: bool) -> Tally:
    """Same characters and same organization. Without short forms, they and what stands on them count for nothing."""
    wanted = {p: m for p, m in gold.mentions.items() if short_forms or m[1] != GENERIC}
    aside = {} if short_forms else {p: m for p, m in gold.mentions.items() if m[1] == GENERIC}
    given = {p: a for p, a in found.items() if short_forms or (a.kind != GENERIC and p not in aside)}
    right = sum(
        1 for place, answer in given.items() if place in wanted and wanted[place][0] == answer.organization
    )
    return Tally(right, len(given) - right, len(wanted) - right)


def overlapping(gold: Gold, found: dict[Place, Answer]) -> Tally:
    """Same organization on characters that overlap; short forms included."""
    left = dict(gold.mentions)
    right = 0
    for (segment, start, end), answer in found.items():
        for place, (organization, _) in left.items():
            if (
                place[0] == segment
                and place[1] < end
                and start < place[2]
                and organization == answer.organization
            ):
                right += 1
                del left[place]
                break
    return Tally(right, len(found) - right, len(left))


def total(tallies: Sequence[Tally]) -> Tally:
    """All interviews together."""
    return Tally(
        sum(tally.right for tally in tallies),
        sum(tally.wrong for tally in tallies),
        sum(tally.missed for tally in tallies),
    )


def interval(tallies: Sequence[Tally], *, seed: int = 1) -> tuple[float, float]:
    """The 95 % interval of F1, resampling interviews."""
    chance = random.Random(seed)  # noqa: S311 - statistics, no secret
    scores = sorted(total(chance.choices(tallies, k=len(tallies))).f1 for _ in range(RESAMPLES))
    return scores[int(0.025 * RESAMPLES)], scores[int(0.975 * RESAMPLES)]


@dataclass(frozen=True, slots=True)
class Details:
    """What one number hides."""

    ambiguous_right: float  # of mentions of acronyms that several organizations of the list share
    ambiguous_among_three: float
    among_three: float  # right organization first, second or third, of all mentions found in place
    unlisted: Tally
    calibration_error: float  # ten bins
    brier: float
    wrong_per_10000: float
    kinds: dict[str, tuple[int, int]]  # found and right, of how many


def details(pairs: Sequence[tuple[Gold, dict[Place, Answer]]], shared: frozenset[str]) -> Details:
    """shared: the acronyms that several organizations have, squashed."""
    ambiguous: list[tuple[bool, bool]] = []
    three: list[bool] = []
    unlisted = Tally()
    scores: list[tuple[float, bool]] = []
    kinds: dict[str, list[int]] = {}
    for gold, found in pairs:
        for place, answer in found.items():
            known = gold.mentions.get(place)
            scores.append((answer.score, known is not None and known[0] == answer.organization))
            unlisted.wrong += answer.organization is None and (known is None or known[0] is not None)
        for place, (organization, kind) in gold.mentions.items():
            got = found.get(place)
            right = got is not None and got.organization == organization
            count = kinds.setdefault(kind or "any", [0, 0])
            count[0] += right
            count[1] += 1
            if organization is None:
                unlisted.right += right
                unlisted.missed += not right
            if got is not None:
                three.append(organization in got.first_three)
                said = squash(gold.segments[place[0]][place[1] : place[2]])
                if said in shared:
                    ambiguous.append((right, organization in got.first_three))
    words = max(sum(gold.words for gold, _ in pairs), 1)
    return Details(
        ambiguous_right=_share([right for right, _ in ambiguous]),
        ambiguous_among_three=_share([among for _, among in ambiguous]),
        among_three=_share(three),
        unlisted=unlisted,
        calibration_error=calibration_error(scores),
        brier=sum((score - right) ** 2 for score, right in scores) / max(len(scores), 1),
        wrong_per_10000=sum(not right for _, right in scores) * 10000 / words,
        kinds={kind: (count[0], count[1]) for kind, count in sorted(kinds.items())},
    )


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values) if values else float("nan")


def calibration_error(scores: Sequence[tuple[float, bool]]) -> float:
    """How far scores are from what turned out right, in ten bins."""
    bins: dict[int, list[tuple[float, bool]]] = {}
    for score, right in scores:
        bins.setdefault(min(int(score * 10), 9), []).append((score, right))
    gap = sum(
        abs(sum(score for score, _ in members) - sum(right for _, right in members))
        for members in bins.values()
    )
    return gap / max(len(scores), 1)


def shared_acronyms(authorities: Sequence[Authority]) -> frozenset[str]:
    """Acronyms that more than one organization of the list has."""
    counts = Counter(
        letters for authority in authorities for letters in {squash(text) for text in authority.acronyms}
    )
    return frozenset(letters for letters, count in counts.items() if count > 1)
