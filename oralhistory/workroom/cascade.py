"""What became of a withdrawal, in sentences: what is gone since when, what stays, what had left before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from oralhistory.consent import reasons
from oralhistory.editions import cascade
from oralhistory.files.models import MediaFile, MediaFileQuerySet
from oralhistory.intake.bags import gathering, writing
from oralhistory.interviews.models import Interview, State
from oralhistory.pipeline import packages, purging
from oralhistory.provenance.models import Event
from oralhistory.workroom import showing

EXITS: dict[str, str | Promise] = {
    "page": _("Its page, its moments, its description"),
    "text": _("Its text, captions, transcripts to be saved, citations"),
    "sound": _("Its sound and video, also where it was playing"),
    "lists": _("The front page, the lists of testimonies, all counts"),
    "viewers": _("What viewers and catalogs of others are given (IIIF)"),
    "search": _("The search and its suggestions"),
    "organizations": _("The pages of the organizations that it speaks of, and their files"),
    "programs": _("What programs collect: the API, OAI-PMH, the feeds, the site map"),
    "taught": _("What only this interview taught of organizations"),
    cascade.CLEANED: _("The public files and the words of its editions: erased"),
}
# By these it left the archive's hands.
GIVEN_OUT: dict[str, str | Promise] = {
    reasons.FETCHED: _("an original"),
    writing.EXPORTED: _("a preservation package"),
    packages.FETCHED: _("a preservation package, fetched"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One way out. `closed_at`: None where something still leaves."""

    name: str
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Copy:
    """Something that was given out before; `name` of whom, where that is known here."""

    what: str
    at: datetime
    name: str


def of(interview: Interview, may: frozenset[str]) -> dict[str, Any] | None:
    """For the page of a withdrawn interview; None for every other."""
    found = cascade.of(interview) if interview.state == State.WITHDRAWN else None
    if found is None:
        return None
    kept = _kept(interview)
    return {
        "withdrawn_at": found.withdrawn_at,
        "exits": [Line(str(EXITS[each.code]), each.closed_at) for each in found.exits],
        "open": bool([each for each in found.open if each.code != cascade.CLEANED]),
        "cleaning": found.cleaning,
        "files": kept.count(),
        "size": kept.aggregate(size=Sum("size"))["size"] or 0,
        "erased": purging.is_done(interview),
        "copies": _copies(interview, named="audit" in may),
    }


def _kept(interview: Interview) -> MediaFileQuerySet:
    """What stays among the masters until two people have it erased."""
    named = gathering.gather(interview).named[MediaFile]
    return MediaFile.objects.present().filter(pk__in=named, storage=MediaFile.Storage.MASTERS)


def _copies(interview: Interview, *, named: bool) -> list[Copy]:
    rows = Event.objects.filter(subject=interview.code, kind__in=GIVEN_OUT).order_by("pk")
    names = showing.agent_names(row.agent for row in rows) if named else {}
    return [Copy(str(GIVEN_OUT[row.kind]), row.at, names.get(row.agent, "")) for row in rows]
