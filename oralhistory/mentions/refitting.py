"""Learning from moderators' decisions how sure the matcher may be.

What is fitted is small: a line over the log-odds of each suggestion and a shift for each kind, by logistic regression
with L2 towards what was set by hand. Interviews, not mentions, are set aside for measuring: what one interview repeats
is no test. What was measured is what is adopted; nothing is adopted unless a person says so.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from oralhistory.lib.agents import Agent
from oralhistory.mentions import evaluation
from oralhistory.mentions.bands import IN_BULK, LEAST, PROPOSED
from oralhistory.mentions.calibration import BY_HAND, UNLISTED, Calibration, logit
from oralhistory.mentions.heard_first import ONLY_WRITTEN
from oralhistory.mentions.models import Mention, Scorer
from oralhistory.mentions.spans import GENERIC

LEAST_DECISIONS = 500
LEAST_INTERVIEWS = 4
ONE_IN = 4  # interviews set aside
LEAST_OF_A_KIND = 20  # decisions before a kind gets a shift of its own
HELD = 2.0  # how strongly shifts are held to none, and the slope to the one set by hand
ROUNDS = 50
TINY = 1e-8
BANDS = (("in bulk", IN_BULK, 1.01), ("one by one", PROPOSED, IN_BULK), ("folded away", LEAST, PROPOSED))


class TooFewDecisions(Exception):
    """Fewer decisions or interviews than a fit needs; says how many there are."""


class NotBetter(Exception):
    """On the interviews set aside, the fit is no better than what is in force."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person's decision says of one answer of the matcher."""

    interview: str
    kind: str
    listed: bool  # of an organization of the list
    odds: float  # before calibration
    right: bool


@dataclass(frozen=True, slots=True)
class Measured:
    """How well scores hold what they say."""

    error: float  # of calibration, ten bins
    brier: float
    bands: dict[str, tuple[int, float]]  # answers in a band, and the share of them that was right


@dataclass(frozen=True, slots=True)
class Report:
    """Before and after, on interviews that the fit has not seen."""

    decisions: int
    fitted_on: int
    measured_on: int
    before: Measured
    after: Measured


@dataclass(frozen=True, slots=True)
class Fit:
    """A calibration that nobody has adopted yet."""

    calibration: Calibration
    report: Report


def decided() -> list[Decided]:
    """All that moderators have decided about suggestions of this matcher's kind, with what it had said."""
    rows = (
        Mention.objects.decided()
        .filter(odds__isnull=False)
        .exclude(kind__in=[GENERIC, ONLY_WRITTEN])
        .select_related("organization", "transcript__recording__session__interview")
        .order_by("pk")
    )
    return [answer for mention in rows for answer in _answers(mention)]


def _answers(mention: Mention) -> Iterator[Decided]:
    """One that chose another counts against whom the machine meant, and for whom was chosen."""
    interview = mention.transcript.recording.session.interview.public_id
    accepted = mention.state == Mention.State.ACCEPTED
    chosen = mention.organization.slug if accepted and mention.organization else ""
    others = {each["organization"]: each["score"] for each in mention.alternatives if each["organization"]}
    # One that is not in the list is right where a record had to be made or found that was none of the candidates.
    right = accepted and (chosen == mention.proposed if mention.proposed else chosen not in others)
    odds = mention.odds if mention.odds is not None else 0.0
    yield Decided(interview, mention.kind, bool(mention.proposed), odds, right)
    if accepted and not right and chosen in others:
        yield Decided(interview, mention.kind, True, logit(others[chosen]), True)


def fit(answers: Sequence[Decided], *, in_force: Calibration) -> Fit:
    """A calibration from decisions, measured beside the one in force. Raises TooFewDecisions."""
    interviews = sorted({each.interview for each in answers}, key=_shuffled)
    if len(answers) < LEAST_DECISIONS or len(interviews) < LEAST_INTERVIEWS:
        raise TooFewDecisions(f"{len(answers)} decisions in {len(interviews)} interviews")
    aside = set(interviews[::ONE_IN])
    seen = [each for each in answers if each.interview not in aside]
    unseen = [each for each in answers if each.interview in aside]
    calibration = _fitted(seen)
    report = Report(
        decisions=len(answers),
        fitted_on=len(seen),
        measured_on=len(unseen),
        before=measured(unseen, in_force),
        after=measured(unseen, calibration),
    )
    return Fit(calibration, report)


def _shuffled(interview: str) -> str:
    """The same order every time, and no order of time."""
    return hashlib.sha256(interview.encode()).hexdigest()


def _fitted(answers: Sequence[Decided]) -> Calibration:
    counts = Counter(each.kind for each in answers)
    counts[UNLISTED] = sum(not each.listed for each in answers)
    kinds = [kind for kind, count in sorted(counts.items()) if count >= LEAST_OF_A_KIND]
    rows = [
        [each.odds, 1.0, *(kind == each.kind or (kind == UNLISTED and not each.listed) for kind in kinds)]
        for each in answers
    ]
    toward = np.array([BY_HAND.slope, BY_HAND.offset, *([0.0] * len(kinds))])
    held = np.array([HELD, 0.1, *([HELD] * len(kinds))])
    right = np.array([each.right for each in answers], np.float64)
    weights = _regression(np.array(rows, np.float64), right, toward, held)
    shifts = {kind: round(float(weight), 3) for kind, weight in zip(kinds, weights[2:], strict=True)}
    return Calibration(round(float(weights[0]), 3), round(float(weights[1]), 3), shifts)


def _regression(
    rows: NDArray[np.float64],
    right: NDArray[np.float64],
    toward: NDArray[np.float64],
    held: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Logistic regression by Newton's method, weights held to `toward`; a step that overshoots is halved."""

    def loss(weights: NDArray[np.float64]) -> float:
        odds = rows @ weights
        return float(np.sum(np.logaddexp(0.0, odds) - right * odds) + 0.5 * held @ (weights - toward) ** 2)

    weights = toward.copy()
    for _ in range(ROUNDS):
        chance = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
        slope = rows.T @ (chance - right) + held * (weights - toward)
        bend = (rows * (chance * (1 - chance))[:, None]).T @ rows + np.diag(held)
        step = np.linalg.solve(bend, slope)
        while loss(weights - step) > loss(weights) and float(np.abs(step).max()) > TINY:
            step = step / 2
        weights = weights - step
        if float(np.abs(step).max()) < TINY:
            break
    return weights


def measured(answers: Sequence[Decided], calibration: Calibration) -> Measured:
    """How well a calibration does on decisions."""
    scores = [(calibration.of_odds(each.odds, each.kind, listed=each.listed), each.right) for each in answers]
    bands = {}
    for name, low, high in BANDS:
        within = [right for score, right in scores if low <= score < high]
        bands[name] = (len(within), round(sum(within) / len(within), 4) if within else 0.0)
    return Measured(
        error=round(evaluation.calibration_error(scores), 4),
        brier=round(sum((score - right) ** 2 for score, right in scores) / max(len(scores), 1), 4),
        bands=bands,
    )


@transaction.atomic
def adopt(fitted: Fit, *, by: Agent, at: datetime) -> Scorer:
    """Take a fit into force. Suggestions that stand keep the version they were scored by. Raises NotBetter."""
    if fitted.report.after.brier >= fitted.report.before.brier:
        raise NotBetter
    latest = Scorer.objects.select_for_update().order_by("-version").first()
    calibration = fitted.calibration
    return Scorer.objects.create(
        version=latest.version + 1 if latest else 1,
        fitted_at=at,
        parameters={
            "slope": calibration.slope,
            "offset": calibration.offset,
            "shifts": dict(calibration.shifts),
        },
        report=asdict(fitted.report),
        adopted_at=at,
        adopted_by_agent=str(by),
    )
