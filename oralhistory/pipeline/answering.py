"""Somebody outside asked, and what they ask about is hidden before anybody decides."""

from datetime import datetime

from django.db import transaction

from oralhistory.consent import petitions
from oralhistory.consent.models import Petition
from oralhistory.editions import publishing
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.pipeline import acts


class NoPassage(Exception):
    """It does not say from where to where."""


@transaction.atomic
def hide_passage(petition: Petition, interview: Interview, *, by: Agent, at: datetime) -> None:
    """The words that it names are gone at the next request. Raises NoPassage, publishing.NotPublic."""
    if petition.start_ms is None or petition.end_ms is None:
        raise NoPassage
    publishing.veil(
        interview, petition.start_ms, petition.end_ms, by=by, at=at, reason=f"request {petition.code}"
    )
    petitions.mark_hidden(petition, "passage", by=by, at=at)


@transaction.atomic
def take_down(petition: Petition, interview: Interview, *, by: Agent, at: datetime) -> None:
    """The whole testimony is gone at the next request. Raises workflow.MoveNotAllowed."""
    acts.take_down(interview, by=by, at=at, reason=f"request {petition.code}")
    petitions.mark_hidden(petition, "testimony", by=by, at=at)
