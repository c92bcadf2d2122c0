"""Which passages of an interview speak of a theme, and who looked for it: `grants` closes them where a paper says so."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import grants
from oralhistory.consent.grants import Terms
from oralhistory.consent.models import ThemeLook, ThemeSpan
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events


class NotASpan(Exception):
    """The end does not lie after the beginning."""


class NeedsAnother(Exception):
    """A paper closes what this mark marks: whoever set it does not take it away alone."""


@transaction.atomic
def mark(
    interview: Interview, start_ms: int, end_ms: int, theme: str, *, by: Agent, at: datetime
) -> ThemeSpan:
    """A passage speaks of a theme. What follows for what is public is the caller's to see to. Raises NotASpan."""
    if end_ms <= start_ms or start_ms < 0:
        raise NotASpan
    row = ThemeSpan.objects.create(
        interview=interview, start_ms=start_ms, end_ms=end_ms, theme=theme, by_agent=str(by), at=at
    )
    events.record("theme marked", interview, at=at, agent=by, outcome=theme)
    return row


@transaction.atomic
def unmark(row: ThemeSpan, *, by: Agent, at: datetime) -> None:
    """It does not speak of it after all. Where a paper closes the theme, that takes a second person.

    Raises NeedsAnother.
    """
    closed = grants.in_force(row.interview, at=at).closed_themes
    if row.theme in closed and row.by_agent == str(by):
        raise NeedsAnother
    ThemeSpan.objects.filter(pk=row.pk, removed_at=None).update(removed_at=at, removed_by_agent=str(by))
    events.record("theme unmarked", row.interview, at=at, agent=by, outcome=row.theme)


@transaction.atomic
def looked_through(interview: Interview, theme: str, *, by: Agent, at: datetime) -> ThemeLook:
    """Somebody has gone through the whole interview for a theme."""
    row = ThemeLook.objects.create(interview=interview, theme=theme, by_agent=str(by), at=at)
    events.record("looked through for a theme", interview, at=at, agent=by, outcome=theme)
    return row


def looked_for(interview: Interview) -> dict[str, ThemeLook]:
    """By theme, who looked through the interview for it last."""
    return {look.theme: look for look in ThemeLook.objects.filter(interview=interview).order_by("at", "pk")}


def not_looked_for(interview: Interview, terms: Terms) -> list[str]:
    """Themes that a paper closes, and for which nobody has gone through the interview."""
    return sorted(terms.closed_themes - set(looked_for(interview)))
