"""What a withdrawal takes away, said before it is confirmed; and what went in, said after a publication."""

from datetime import datetime
from typing import Any

from django.http import Http404
from django.utils import timezone

from oralhistory.consent import grants
from oralhistory.editions import public
from oralhistory.editions.models import Edition, EditionMention, Standing
from oralhistory.interchange import citations
from oralhistory.interviews.models import Interview


def would_go(interview: Interview) -> dict[str, Any]:
    """What is public of it now, and whether the archive will say that it was withdrawn."""
    edition = Edition.objects.public().filter(standing__public_id=interview.public_id).first()
    standing = Standing.objects.filter(public_id=interview.public_id).first()
    papers = grants.in_force(interview, at=timezone.now())
    return {
        "edition": edition,
        "named": _named(edition) if edition else 0,
        "editions": standing.editions.count() if standing else 0,
        # The stricter of what the papers say now and what they said when it was published.
        "tombstone": papers.tombstone and (standing is None or standing.tombstone),
    }


def published(interview: Interview, *, at: datetime) -> dict[str, Any]:
    """The edition that is public now, and what went into it. Raises Http404 if there is none."""
    try:
        edition = public.find(interview.public_id)
    except public.Withdrawn as gone:
        raise Http404 from gone
    if edition is None:
        raise Http404
    segments = list(edition.segments.values_list("withheld", "text"))
    return {
        "edition": edition,
        "citation": citations.chicago(edition, at=timezone.localdate(at)),
        "passages": sum(not withheld for withheld, _text in segments),
        "withheld": sum(withheld for withheld, _text in segments),
        "words": sum(len(text.split()) for _withheld, text in segments),
        "named": _named(edition),
        "mentions": EditionMention.objects.filter(segment__edition=edition).count(),
    }


def _named(edition: Edition) -> int:
    """How many organizations it names."""
    rows = EditionMention.objects.filter(segment__edition=edition)
    return rows.values("organization").distinct().count()
