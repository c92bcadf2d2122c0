"""Index points of an interview: begun at a moment, written part by part, moved, taken away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from oralhistory.interviews.models import Chapter, Interview
from oralhistory.interviews.writing import Written, mark
from oralhistory.lib.agents import Agent
from oralhistory.places import gazetteer
from oralhistory.provenance import events

PARTS = ("start", "title", "synopsis", "warning", "subjects", "places")


class MomentTaken(Exception):
    """Another chapter begins at this moment."""


def value(chapter: Chapter, part: str) -> Any:
    """How a part reads: a moment in milliseconds, a text, names, or names with their countries."""
    if part == "start":
        return chapter.start_ms
    if part == "subjects":
        return sorted(each.name for each in chapter.subjects.all())
    if part == "places":
        return sorted([each.name, each.country] for each in chapter.places.all())
    return getattr(chapter, part)


@transaction.atomic
def begin(
    interview: Interview, start_ms: int, *, by: Agent, at: datetime, parts: Mapping[str, Any] | None = None
) -> Chapter:
    """A chapter from this moment on; it may get its title later. Raises MomentTaken."""
    given = parts or {}
    _refuse_taken(interview, start_ms)
    chapter = Chapter.objects.create(
        interview=interview,
        start_ms=start_ms,
        title=given.get("title", ""),
        synopsis=given.get("synopsis", ""),
        warning=given.get("warning", ""),
    )
    _set_lists(chapter, given)
    events.record("chapter written", interview, at=at, agent=by, outcome=str(start_ms))
    return chapter


@transaction.atomic
def write(
    chapter: Chapter, values: Mapping[str, Any], *, seen: Mapping[str, str], by: Agent, at: datetime
) -> Written:
    """Save the parts that nobody else has changed since they were `seen`. Raises MomentTaken."""
    now = Chapter.objects.select_for_update().get(pk=chapter.pk)
    before = {part: value(now, part) for part in values}
    differing = {part: new for part, new in values.items() if new != before[part]}
    overtaken = {part: before[part] for part in differing if mark(before[part]) != seen[part]}
    changed = {part: new for part, new in differing.items() if part not in overtaken}
    if not changed:
        return Written(overtaken=overtaken)
    moved_from = now.start_ms
    if "start" in changed:
        _refuse_taken(now.interview, changed["start"])
        now.start_ms = changed["start"]
    for part in ("title", "synopsis", "warning"):
        setattr(now, part, changed.get(part, getattr(now, part)))
    now.save(update_fields=["start_ms", "title", "synopsis", "warning"])
    _set_lists(now, changed)
    kind, outcome = "chapter written", str(now.start_ms)
    if "start" in changed:
        kind, outcome = "chapter moved", f"{moved_from}: {now.start_ms}"
    events.record(kind, now.interview, at=at, agent=by, outcome=outcome)
    return Written(tuple(changed), overtaken)


@transaction.atomic
def remove(chapter: Chapter, *, by: Agent, at: datetime) -> None:
    """Take an index point away."""
    gone, _ = Chapter.objects.filter(pk=chapter.pk).delete()
    if gone:
        events.record("chapter removed", chapter.interview, at=at, agent=by, outcome=str(chapter.start_ms))


def _refuse_taken(interview: Interview, start_ms: int) -> None:
    if Chapter.objects.filter(interview=interview, start_ms=start_ms).exists():
        raise MomentTaken


def _set_lists(chapter: Chapter, given: Mapping[str, Any]) -> None:
    if "subjects" in given:
        chapter.subjects.set(_each_once(gazetteer.subject(name) for name in given["subjects"]))
    if "places" in given:
        places = (gazetteer.place(name, country=country) for name, country in given["places"])
        chapter.places.set(_each_once(places))


def _each_once(rows: Iterable[Any]) -> list[Any]:
    return list(dict.fromkeys(rows))
