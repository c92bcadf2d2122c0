"""From spans and evidence to scores: is it an organization, and which one."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.mentions import phonetics
from oralhistory.mentions.calibration import EVEN, FLOOR, sigmoid
from oralhistory.mentions.common_words import JOINING, zipf
from oralhistory.mentions.evidence import Evidence, Parameters, Presence, Surroundings
from oralhistory.mentions.existence import spelling
from oralhistory.mentions.fuzzy import least_similarity
from oralhistory.mentions.lexicon import Lexicon
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import Span

ALONE = 1.0  # a form weaker than this by itself is no evidence for others: two weak ones don't make each other strong
MARGIN = 1.25  # of two that are nearer than this none is chosen
SURE = 0.60  # from here a mention counts as evidence for others
CLEAR = 0.8  # a sense so far before the next is not moved by what the same form means elsewhere
PASSAGE = 60.0  # seconds over which the sense of a form fades
LISTED_MORE_LIKELY = {2: 1.0, 3: 1.7, 4: 3.0}  # by the letters of an acronym; longer ones 4.5


@dataclass(slots=True)
class Judgement:
    """A span with what is thought of it. owner None: an organization that is not in the list."""

    span: Span
    owner: int | None
    score: float
    evidence: list[Evidence]
    alone: float = 9.0  # log-odds of being an organization by its form alone
    alternatives: list[tuple[int | None, float]] = field(default_factory=list)
    floor: float = 0.0  # that no calibration takes it below
    senses: dict[int, list[Evidence]] = field(
        default_factory=dict
    )  # what tells for and against each who may be meant


class Judge:
    """Weighs the spans of one transcript."""

    def __init__(self, reading: Reading, lexicon: Lexicon, surroundings: Surroundings) -> None:
        self.reading, self.lexicon, self.surroundings = reading, lexicon, surroundings
        self._names_of = Counter(
            word for form in lexicon.forms if form.kind == "name" for word in set(form.words)
        )
        self.said: Counter[str] = Counter()
        self.absent: Counter[str] = Counter()
        self.sure_letters: Counter[str] = Counter()

    def judge(self, spans: Sequence[Span], unlisted_initials: Sequence[str] = ()) -> list[Judgement]:
        """Judge all spans together: first the sure ones, which are then evidence for the rest.

        unlisted_initials: of names said in full that are not in the list; an acronym of theirs is not one of the list.
        """
        self.said = Counter(span.letters for span in spans if span.letters)
        self.surroundings.take_names(spans)
        self.surroundings.presence = {}
        judgements: list[Judgement] = []
        for _ in range(2):
            senses = [self._senses(span) for span in spans]
            self._one_sense_per_passage(spans, senses)
            judgements = [self._decide(span, sense) for span, sense in zip(spans, senses, strict=True)]
            self.surroundings.presence = presences(judgements)
            self.surroundings.sure = sorted(
                (judgement.span.first, judgement.owner)
                for judgement in judgements
                if judgement.owner is not None
                and judgement.score >= SURE
                and judgement.alone >= ALONE
                and len(judgement.span.owners) == 1
            )
            self.sure_letters = Counter(
                j.span.letters for j in judgements if j.span.letters and j.score >= SURE and j.alone >= ALONE
            )
            self.absent = Counter([*unlisted_initials, *self._absent(judgements)])
        senses = [self._senses(span) for span in spans]
        self._one_sense_per_passage(spans, senses)
        return [self._decide(span, sense) for span, sense in zip(spans, senses, strict=True)]

    def _absent(self, judgements: Sequence[Judgement]) -> Iterator[str]:
        """The initials of names that were judged to be of organizations not in the list."""
        for judgement in judgements:
            span = judgement.span
            if (
                judgement.owner is None
                and judgement.score >= SURE
                and span.form is not None
                and not span.letters
            ):
                yield initials(word.text for word in self.reading.words[span.first : span.last])
                yield initials(span.form.words)

    def _senses(self, span: Span) -> dict[int, list[Evidence]]:
        return {owner: self.surroundings.sense(span, owner) for owner in span.owners}

    def _one_sense_per_passage(self, spans: Sequence[Span], senses: list[dict[int, list[Evidence]]]) -> None:
        """The same form said twice within minutes mostly means the same organization."""
        groups: dict[tuple[int, ...], list[int]] = {}
        for number, span in enumerate(spans):
            if len(span.owners) > 1:
                groups.setdefault(span.owners, []).append(number)
        for members in groups.values():
            sums = {
                number: {owner: total(found) for owner, found in senses[number].items()} for number in members
            }
            for number in members:
                first, second, *_ = sorted(sums[number].values(), reverse=True)
                if first - second >= CLEAR:
                    continue
                for owner in spans[number].owners:
                    pull = weight = 0.0
                    for other in members:
                        if other != number:
                            seconds = self.reading.seconds_between(spans[number].first, spans[other].first)
                            nearness = math.exp(-seconds / PASSAGE)
                            pull += nearness * sums[other][owner]
                            weight += nearness
                    if weight > 0.05 and abs(pull) > 0.1:
                        strength = max(-1.2, min(1.2, 0.5 * pull / max(weight, 1.0)))
                        senses[number][owner].append(
                            Evidence(N_("meant where the same is said near"), round(strength, 2))
                        )

    def _decide(self, span: Span, senses: dict[int, list[Evidence]]) -> Judgement:
        weights = {owner: total(found) for owner, found in senses.items()}
        unlisted = self._unlisted_weight(span, weights)
        if (span.letters or len(span.owners) > 1) and all(
            self.surroundings.is_said_of_elsewhere(found) for found in senses.values()
        ):
            unlisted += 1.5
        ranked = sorted(weights, key=lambda owner: (-weights[owner], self.lexicon.authorities[owner].id))
        highest = max(weights.values(), default=0.0)
        parts = {owner: math.exp(weights[owner] - highest) for owner in ranked}
        missing = math.exp(unlisted - highest)
        whole = sum(parts.values()) + missing
        best = ranked[0]
        existence = self._existence(span, best, max(highest, unlisted + 1.5))
        real = sigmoid(total(existence))
        alone = total([self._form(span), *spelling(self.surroundings, span)])
        scores: dict[int | None, float] = {owner: real * part / whole for owner, part in parts.items()}
        scores[None] = real * missing / whole
        second = parts[ranked[1]] if len(ranked) > 1 else 0.0
        if missing > parts[best] or parts[best] < MARGIN * second:
            score = real * (1 - parts[best] / whole)
            if real >= 0.75:
                score = max(score, EVEN)
            evidence = [*existence, *self._against(senses[best], best, len(ranked))]
            return Judgement(span, None, score, evidence, alone, self._ranked(scores, None), senses=senses)
        score = scores[best]
        if real >= 0.75:
            score = max(score, EVEN)  # better than even among all, so worth asking about
        floor = FLOOR if self._has_floor(span) and total(senses[best]) > -2.2 - 1.5 else 0.0
        reasons = [*existence, *senses[best]]
        ranking = self._ranked(scores, best)
        return Judgement(span, best, max(score, floor), reasons, alone, ranking, floor, senses)

    def _ranked(self, scores: dict[int | None, float], chosen: int | None) -> list[tuple[int | None, float]]:
        others = [(owner, score) for owner, score in scores.items() if owner != chosen]
        return sorted(others, key=lambda item: -item[1])[:3]

    def _against(self, found: list[Evidence], best: int, count: int) -> list[Evidence]:
        name = self.lexicon.authorities[best].id
        if count > 1 and total(found) > -1:
            template = N_("%(count)d organizations of the list are called so and nothing tells which")
            return [Evidence(template, 0.0, {"count": count}), *found]
        return [Evidence(N_("nearest in the list is %(name)s, but:"), 0.0, {"name": name}), *found]

    def _has_floor(self, span: Span) -> bool:
        return (
            span.kind == "name" and len(span.owners) == 1 and span.form is not None and span.form.content >= 2
        )

    def _unlisted_weight(self, span: Span, weights: dict[int, float]) -> float:
        """How likely it is, whatever the context, that this form is said of an organization not in the list."""
        if span.kind in ("name", "name by sound", "heard") and span.form is not None and not span.letters:
            if span.form.content < 2:
                return -3.5
            if self._distinct(span.form.words):
                return -6.5
            base = -2.0 if len(span.owners) > 1 else -3.0 if span.kind == "name" else -2.4
            return base + 0.9 * span.strangers
        weight = -LISTED_MORE_LIKELY.get(len(span.letters), 4.5)
        if len(span.letters) <= 3 and max(weights.values(), default=0.0) < -0.5:
            weight += min(1.5, 0.5 * (self.said[span.letters] - 1))
        if span.letters and self.absent[span.letters]:
            weight += 2.0
        return weight

    def _distinct(self, words: tuple[str, ...]) -> bool:
        """Has a name a word of its own, one that neither everybody nor other names use?"""
        return any(zipf(word) == 0 and self._names_of[word] <= 2 for word in words if len(word) > 3)

    def _existence(self, span: Span, best: int, sense: float) -> list[Evidence]:
        found = [self._form(span), *spelling(self.surroundings, span)]
        presence = self.surroundings.presence.get(best)
        if presence is not None and any(
            at != span.first for at in (*presence.names, *presence.others, *presence.shared)
        ):
            doubtful = total(found) < 1.0
            found.append(Evidence(N_("spoken of elsewhere in the interview"), 2.4 if doubtful else 0.5))
        elif span.letters and self.sure_letters[span.letters] and total(found) < 1.0:
            found.append(Evidence(N_("the same letters are said elsewhere"), 2.0))
        found.append(Evidence(N_("fits the interview"), round(0.35 * max(-2.0, min(3.0, sense)), 2)))
        return found

    def _form(self, span: Span) -> Evidence:
        name: Parameters = {"name": self._heard_of(span)}
        size = len(span.letters)
        if span.kind == "name":
            content = span.form.content if span.form else 1
            return Evidence(N_("name: %(name)s"), 3.4 if content > 1 else 1.6, name)
        if span.kind == "heard":
            return Evidence(N_("heard so before for %(name)s"), 2.4, name)
        if span.kind == "acronym":
            return Evidence(N_("acronym of %(name)s"), 3.4 if size > 3 else 2.8 if size == 3 else 1.8, name)
        if span.kind == "letters":
            heard = self.reading.surface(span.first, span.last)
            dotted = "." in self.reading.words[span.last - 1].gap
            weight = 3.2 if size > 3 else 2.6 if size == 3 else 1.4 if dotted else 0.4
            spelled: Parameters = {**name, "heard": heard, "letters": "·".join(span.letters)}
            return Evidence(N_("acronym of %(name)s: %(heard)s → %(letters)s"), weight, spelled)
        if span.kind == "acronym by sound":
            return Evidence(N_("sounds like the acronym of %(name)s"), 0.9, name)
        sounds = len("".join(map(phonetics.key, span.form.words))) if span.form else 1
        weight = 14 * (span.similarity - least_similarity(sounds)) - (0.2 if sounds >= 14 else 1.2)
        alike: Parameters = {**name, "percent": round(100 * span.similarity)}
        return Evidence(N_("sounds like %(name)s (%(percent)d%%)"), round(min(weight, 3.0), 2), alike)

    def _heard_of(self, span: Span) -> str:
        authority = self.lexicon.authorities[span.owners[0]]
        if span.form is not None and span.kind in ("name", "name by sound"):
            return span.form.surface
        return authority.acronyms[0] if authority.acronyms else authority.preferred_name


def presences(judgements: Sequence[Judgement]) -> dict[int, Presence]:
    """The organizations that are surely spoken of, with where."""
    found: dict[int, Presence] = {}
    for judgement in judgements:
        if judgement.owner is None or judgement.score < SURE or judgement.alone < ALONE:
            continue
        presence = found.setdefault(judgement.owner, Presence())
        span = judgement.span
        if len(span.owners) > 1:
            presence.shared.append(span.first)
        elif (
            span.kind in ("name", "name by sound")
            and span.form
            and span.form.content > 1
            and not span.strangers
        ):
            presence.names.append(span.first)
        else:
            presence.others.append(span.first)
            if span.letters:
                presence.letters.add(span.letters)
    return found


def initials(words: Iterable[str]) -> str:
    """What a name's acronym may be: the first letters of its words that carry meaning."""
    return "".join(word[0] for word in words if word not in JOINING).upper()


def total(found: Sequence[Evidence]) -> float:
    """Log-odds of all reasons together."""
    return sum(evidence.weight for evidence in found)
