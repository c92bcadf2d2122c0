"""Taking from the present edition what is not allowed any more, while the rest of it stays public.

The one way in which an edition's row changes: it loses. What it gave when it was signed is in the events. Every
public read asks `uses`, so one write closes an exit at the next request; words that nobody may read any more do not
stay in public tables either. Files are erased after it (`cleaning.after_narrowing`).
"""

import json
from collections.abc import Collection
from datetime import datetime

from oralhistory.consent.models import Use
from oralhistory.editions import indexing
from oralhistory.editions.models import Edition, EditionSegment, Veil
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.lib.naming import says
from oralhistory.provenance import events

_TITLES = {"es": "Testimonio", "pt": "Testemunho"}
_TITLE = "Testimony"


def lose_uses(
    edition: Edition, interview: Interview, lost: Collection[str], *, by: Agent, at: datetime
) -> None:
    """Close the exits of some uses. The caller has seen to it that text or sound remains."""
    edition.uses = [use for use in edition.uses if use not in lost]
    if Use.SUMMARY in lost:
        edition.summary, edition.chapters = "", []
    if Use.QUOTE in lost:
        edition.pull_quote = ""
    edition.save(update_fields=["uses", "summary", "chapters", "pull_quote"])
    if Use.TEXT in lost:
        EditionSegment.objects.filter(edition__standing=edition.standing).delete()
    indexing.replace(edition)
    events.record(
        "edition narrowed", interview, at=at, agent=by,
        outcome=f"edition {edition.number}: {', '.join(sorted(lost))}"[:120],
    )  # fmt: skip


def lose_names(
    edition: Edition, interview: Interview, names: Collection[str], *, by: Agent, at: datetime
) -> None:
    """Show some names no longer: not beside what is said, not in what was written about it, not in a passage."""
    edition.narrators = [name for name in edition.narrators if name not in names]
    edition.segments.filter(speaker__in=names).update(speaker="")
    _take_from_writings(edition, names)
    for row in edition.segments.filter(withheld=False):
        if says(json.dumps([row.text, row.notes, row.translations], ensure_ascii=False), names):
            cover(edition, row.start_ms, row.end_ms, by=by, at=at)
    indexing.replace(edition)
    events.record("edition narrowed", interview, at=at, agent=by, outcome=f"edition {edition.number}: name")


def _take_from_writings(edition: Edition, names: Collection[str]) -> None:
    if says(edition.title, names):
        edition.title = _TITLES.get(next(iter(edition.languages), ""), _TITLE)
    for column in ("summary", "pull_quote", "warnings"):
        if says(getattr(edition, column), names):
            setattr(edition, column, "")
    if says(json.dumps(edition.chapters, ensure_ascii=False), names):
        edition.chapters = []
    edition.photographs = [
        {**each, **{key: "" for key in ("caption", "credit") if says(each.get(key, ""), names)}}
        for each in edition.photographs
    ]
    edition.save(
        update_fields=["narrators", "title", "summary", "pull_quote", "warnings", "chapters", "photographs"]
    )


def cover(edition: Edition, start_ms: int, end_ms: int, *, by: Agent, at: datetime) -> None:
    """A veil without a redaction: what keeps it out of the next edition is the paper."""
    Veil.objects.create(edition=edition, start_ms=start_ms, end_ms=end_ms, by_agent=str(by), at=at)
