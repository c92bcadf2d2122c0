"""What hangs on an interview's time line, and how it moves with the recording that it speaks of.

A promise, a redaction, a remark and a chapter are kept by their times on the interview's time line, because
segments change and what was promised does not. When a recording gets another place on that line, what lies on
it goes along. A span over two recordings that part becomes two spans: no moment that was in it may fall out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.apps import apps
from django.db.models import F, Model, QuerySet, UniqueConstraint

from oralhistory.interviews.models import Interview
from oralhistory.lib.timeline import Span, merged

# By name, because some of them lie above this package: the model, and its way to the interview. What an edition
# keeps is not here: it has its own time line and never changes.
SPANS = {
    "consent.Grant": "agreement__interview",
    "review.Redaction": "interview",
    "review.Occurrence": "person__interview",
    "consent.ThemeSpan": "interview",
}
POINTS = {
    "interviews.Chapter": "interview",
    "review.Remark": "interview",
    "review.Suggestion": "interview",
}

_AWAY = 1_000_000_000  # ms; beyond every time line, and small enough for every column


@dataclass(frozen=True, slots=True)
class Stretch:
    """Where a recording lay on the time line, and how far it moves."""

    start_ms: int
    end_ms: int
    by_ms: int


def move(interview: Interview, stretches: Sequence[Stretch]) -> int:
    """Carry everything along. Returns how many rows moved."""
    if not any(stretch.by_ms for stretch in stretches):
        return 0
    moved = sum(_move_spans(_rows(label, path, interview), stretches) for label, path in SPANS.items())
    return moved + sum(
        _move_points(_rows(label, path, interview), stretches) for label, path in POINTS.items()
    )


def _rows(label: str, path: str, interview: Interview) -> "QuerySet[Model]":
    rows: QuerySet[Model] = apps.get_model(label)._default_manager.filter(**{path: interview})
    return rows.filter(start_ms__isnull=False)


def _move_spans(rows: "QuerySet[Model]", stretches: Sequence[Stretch]) -> int:
    moved = 0
    for row in rows:
        span = (getattr(row, "start_ms"), getattr(row, "end_ms"))  # noqa: B009  # of several models
        first, *others = span_after(span, stretches)
        if first == span and not others:
            continue
        rows.filter(pk=row.pk).update(start_ms=first[0], end_ms=first[1])
        for start, end in others:
            _add_beside(row, start, end)
        moved += 1
    return moved


def _add_beside(row: Model, start_ms: int, end_ms: int) -> None:
    """The same promise for another piece."""
    kept = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.primary_key
    }
    row._meta.model._default_manager.create(**{**kept, "start_ms": start_ms, "end_ms": end_ms})


def _move_points(rows: "QuerySet[Model]", stretches: Sequence[Stretch]) -> int:
    places = dict(rows.values_list("pk", "start_ms"))
    after = {pk: point_after(place, stretches) for pk, place in places.items()}
    if _one_a_moment(rows.model):
        after = _apart(after)
    changed = {pk: place for pk, place in after.items() if place != places[pk]}
    # Out of the way first: two that change places would meet in the middle.
    rows.filter(pk__in=changed).update(start_ms=F("start_ms") + _AWAY)
    for pk, place in changed.items():
        rows.model._default_manager.filter(pk=pk).update(start_ms=place)
    return len(changed)


def _one_a_moment(model: type[Model]) -> bool:
    return any(
        isinstance(constraint, UniqueConstraint) and "start_ms" in constraint.fields
        for constraint in model._meta.constraints
    )


def _apart(points: dict[int, int]) -> dict[int, int]:
    """Two that would come to the same moment stay a millisecond apart: each is known by its moment."""
    taken: set[int] = set()
    found = {}
    for pk, place in sorted(points.items(), key=lambda each: (each[1], each[0])):
        while place in taken:
            place += 1
        taken.add(place)
        found[pk] = place
    return found


def span_after(span: Span, stretches: Iterable[Stretch]) -> list[Span]:
    """Where a span lies after the recordings have moved: one piece, or one for each that went its own way.

    What lies on no recording (before, between, after) goes with the piece beside it.
    """
    start, end = span
    under = sorted(
        (each for each in stretches if each.start_ms < end and start < each.end_ms),
        key=lambda each: (each.start_ms, each.end_ms),
    )
    steps = {each.by_ms for each in under} or {_step_beside(start, stretches)}
    if len(steps) == 1:
        step = steps.pop()
        return [(max(0, start + step), end + step)]
    last = max(under, key=lambda each: each.end_ms)
    pieces = []
    for each in under:
        first = start if each is under[0] else max(start, each.start_ms)
        until = end if each is last else min(end, each.end_ms)
        pieces.append((max(0, first + each.by_ms), until + each.by_ms))
    return merged(pieces)


def point_after(point: int, stretches: Sequence[Stretch]) -> int:
    """Where a moment lies after the recordings have moved: it goes with the one that it lies on, or follows."""
    on = [each for each in stretches if each.start_ms <= point < each.end_ms]
    step = min(on, key=lambda each: each.start_ms).by_ms if on else _step_beside(point, stretches)
    return max(0, point + step)


def _step_beside(point: int, stretches: Iterable[Stretch]) -> int:
    before = [each for each in stretches if each.end_ms <= point]
    return max(before, key=lambda each: each.end_ms).by_ms if before else 0
