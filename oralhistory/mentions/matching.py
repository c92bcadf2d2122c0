"""Where a transcript speaks of an organization of a list: spans, each with an organization, a score and reasons.

Built once for a list and asked for any number of transcripts. Pure: no database, no clock, no chance.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_noop as N_  # noqa: N812  # the usual name of the marker

from oralhistory.mentions import short_forms, unlisted
from oralhistory.mentions.bands import LEAST, PROPOSED
from oralhistory.mentions.calibration import BY_HAND, Calibration, logit, sigmoid
from oralhistory.mentions.candidates import Candidates, namesakes, nearly
from oralhistory.mentions.evidence import Evidence, Parameters, Surroundings
from oralhistory.mentions.existence import spelling
from oralhistory.mentions.gazetteer import country_names
from oralhistory.mentions.judging import SURE, Judge, Judgement, initials, presences, total
from oralhistory.mentions.lexicon import Lexicon
from oralhistory.mentions.reading import Reading
from oralhistory.mentions.spans import GENERIC, UNLISTED, Span
from oralhistory.organizations.authorities import Authority

MATCHER_VERSION = "2"  # changes with every change of what is found or how it is scored
SURELY_NEARLY = 1.45  # log-odds that a wrong letter never passes: not to be taken in bulk

TOLD = 3  # reasons that are told of an alternative

__all__ = ["MATCHER_VERSION", "PROPOSED", "Alternative", "Evidence", "Found", "Matcher"]


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another organization that may be meant; None for one that is not in the list."""

    organization: str | None
    score: float
    evidence: tuple[Evidence, ...] = ()  # what tells most for or against it here


@dataclass(frozen=True, slots=True)
class Found:
    """A place that may speak of an organization.

    start and end are characters; end is in end_segment, which is segment unless a name runs over the edge of two.
    """

    segment: int
    start: int
    end: int
    surface: str
    organization: str | None  # id of the list; None: an organization that is not in the list
    score: float
    kind: str
    evidence: list[Evidence]
    alternatives: list[Alternative]
    end_segment: int
    odds: float = 0.0  # log-odds before calibration


class Matcher:
    """Finds the organizations of one list."""

    def __init__(self, authorities: Iterable[Authority]) -> None:
        self._lexicon = Lexicon(list(authorities))
        self._candidates = Candidates(self._lexicon)

    def find(
        self,
        segments: Sequence[str],
        *,
        country: str | Sequence[str] | None = None,
        starts_ms: Sequence[int] | None = None,
        calibration: Calibration = BY_HAND,
    ) -> list[Found]:
        """Everything from a score of 0.20 on, in the order of the text.

        country: ISO 3166 code of the interview, or several, if known. starts_ms: when each segment begins.
        """
        reading = Reading(segments, starts_ms)
        if not reading.words:
            return []
        spans, places = self._candidates.spans(reading)
        countries = [country] if isinstance(country, str) else country or ()
        surroundings = Surroundings(reading, self._lexicon, countries, places)
        listed = [span for span in spans if span.kind != UNLISTED]
        unlisted_names = [*(span for span in spans if span.kind == UNLISTED)]
        unlisted_names += unlisted.names(reading, _taken(reading, spans), self._lexicon.vocabulary)
        said = [initials(_content(reading, span)) for span in unlisted_names]
        judgements = Judge(reading, self._lexicon, surroundings).judge(listed, said)
        judgements = [judgement for judgement in judgements if judgement.score >= LEAST]
        surroundings.presence = presences(judgements)
        judgements += self._unlisted(
            reading, surroundings, judgements, [s for s in spans if s.kind == UNLISTED]
        )
        judgements += self._short(reading, judgements)
        kept = [judgement for judgement in judgements if judgement.score >= LEAST]
        kept.sort(key=lambda judgement: judgement.span.first)
        found = [self._found(reading, judgement, calibration) for judgement in kept]
        return [each for each in found if each.score >= LEAST]

    def _unlisted(
        self,
        reading: Reading,
        around: Surroundings,
        judgements: Sequence[Judgement],
        extended: Sequence[Span],
    ) -> list[Judgement]:
        """Acronyms one letter off a known one, and organizations that are not in the list."""
        taken = _taken(reading, [*(j.span for j in judgements if j.score >= 0.35), *extended])
        company = bool(around.presence) or around.company.throughout
        spans = list(unlisted.names(reading, taken, self._lexicon.vocabulary))
        for span in spans:
            taken[span.first : span.last] = [True] * span.size
        spans += unlisted.acronyms(reading, taken)
        counts = Counter(span.letters for span in spans if span.letters)
        found = [
            self._nearly(span, around, counts) or self._not_listed(span, reading, counts, company)
            for span in spans
        ]
        for span in extended:
            if span.goes_on:
                evidence = [Evidence(N_("a name of the list that goes on: of another organization"), 1.6)]
            else:
                evidence = [Evidence(N_("a name of the list, with a country that is not its own"), 1.6)]
            found.append(Judgement(span, None, sigmoid(total(evidence)), evidence))
        return found

    def _not_listed(self, span: Span, reading: Reading, counts: Counter[str], company: bool) -> Judgement:
        evidence = unlisted.reasons(span, reading, counts, company)
        return Judgement(span, None, sigmoid(total(evidence)), evidence)

    def _nearly(self, span: Span, around: Surroundings, counts: Counter[str]) -> Judgement | None:
        """An acronym with one wrong letter, only of an organization that the interview speaks of anyway."""
        if not span.letters or counts[span.letters] > 3:
            return None
        weighed = []
        for near in nearly(span, self._lexicon, list(around.presence)):
            times = around.presence[near].count
            authority = self._lexicon.authorities[near]
            name = authority.acronyms[0] if authority.acronyms else authority.id
            values: Parameters = {"name": name, "times": times}
            weight = 0.2 + 0.35 * min(times, 4)
            spoken_of = Evidence(
                N_("one letter off %(name)s, which is spoken of (%(times)d)"), weight, values
            )
            shared = namesakes(span, self._lexicon, near)
            for owner in shared:
                # Of namesakes the surroundings tell which one, as they do of an acronym heard right.
                senses = around.sense(span, owner)
                told = [
                    each
                    for each in senses
                    if _speaks_for_it(each) or (len(shared) > 1 and "usual" not in each.template)
                ]
                evidence = [spoken_of, *spelling(around, span), *told]
                weighed.append((total(evidence), owner, evidence))
        if not weighed:
            return None
        weighed.sort(key=lambda item: (-item[0], item[1]))
        best, owner, evidence = weighed[0]
        best = min(best, SURELY_NEARLY)
        others: list[tuple[int | None, float]] = [
            (other, sigmoid(odds) / 2) for odds, other, _ in weighed[1:3]
        ]
        return Judgement(
            replace(span, kind="acronym nearly", owners=(owner,)),
            owner,
            sigmoid(best),
            evidence,
            alternatives=others,
        )

    def _short(self, reading: Reading, judgements: Sequence[Judgement]) -> list[Judgement]:
        """ "El partido" after the party was named."""
        taken = _taken(reading, [judgement.span for judgement in judgements if judgement.score >= LEAST])
        sure = {j.span.first: j.owner for j in judgements if j.score >= SURE}
        heads = {j.span.first: self._head(reading, j.span) for j in judgements if j.owner is None}
        found = []
        for span in short_forms.short_forms(reading, taken):
            answer = short_forms.meant(span, reading, sure, self._lexicon, heads)
            if answer is not None:
                said, owner, score = answer
                word = reading.words[said].surface
                evidence = [Evidence(N_("short for «%(word)s…» said just before"), 0.0, {"word": word})]
                found.append(Judgement(span, owner, score, evidence))
        return found

    def _head(self, reading: Reading, span: Span) -> str:
        """The head noun of an organization that is not in the list: of its name, or of its homonym's."""
        if span.owners:
            return short_forms.head_of(self._lexicon.authorities[span.owners[0]].preferred_name)
        return span.letters[:1] or reading.words[span.first].text

    def _found(self, reading: Reading, judgement: Judgement, calibration: Calibration) -> Found:
        span, listed = judgement.span, judgement.owner is not None
        score = judgement.score  # of a short form what the design says, whatever was learned
        if span.kind != GENERIC:
            score = calibration.score(score, span.kind, listed=listed, floor=judgement.floor)
        first, last = reading.words[span.first], reading.words[span.last - 1]
        end = last.end
        text = reading.segments[last.segment]
        # The dot that closes F.M.L.N. belongs to it.
        if span.size > 1 and len(last.text) == 1 and text[end : end + 1] == "." and "." in last.gap:
            end += 1
        if first.segment == last.segment:
            surface = text[first.start : end]
        else:
            surface = reading.surface(span.first, span.last)
        return Found(
            segment=first.segment,
            start=first.start,
            end=end,
            surface=surface,
            organization=self._id(judgement.owner),
            score=round(score, 3),
            kind=span.kind,
            evidence=[
                reason
                for reason in judgement.evidence
                if reason.weight or ":" in reason.template or "«" in reason.template
            ],
            alternatives=[
                Alternative(self._id(owner), round(score, 3), _reasons(judgement, owner))
                for owner, score in judgement.alternatives
            ],
            end_segment=last.segment,
            odds=round(logit(judgement.score), 3),
        )

    def _id(self, owner: int | None) -> str | None:
        return None if owner is None else self._lexicon.authorities[owner].id


def _reasons(judgement: Judgement, owner: int | None) -> tuple[Evidence, ...]:
    """The weightiest; none for an organization that is not in the list, which nothing in a text speaks of."""
    reasons = [each for each in judgement.senses.get(owner, []) if each.weight] if owner is not None else []
    return tuple(sorted(reasons, key=lambda each: -abs(each.weight))[:TOLD])


def _speaks_for_it(evidence: Evidence) -> bool:
    return "agree" in evidence.template or "related" in evidence.template


def _content(reading: Reading, span: Span) -> list[str]:
    """The words of a name, without the country it may end in."""
    return [word.text for word in reading.words[span.first : span.last] if word.text not in country_names()]


def _taken(reading: Reading, spans: Iterable[Span]) -> list[bool]:
    taken = [False] * len(reading.words)
    for span in spans:
        taken[span.first : span.last] = [True] * span.size
    return taken
