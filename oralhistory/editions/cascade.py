"""After a withdrawal: every way out asked, by what it asks itself, whether anything of a testimony still leaves by it.

A new way out adds its question to `EXITS`, its name to `workroom.cascade`; a test finds what has no name.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from oralhistory.consent import reinstating
from oralhistory.editions import outside, public
from oralhistory.editions.models import Edition, EditionFacts, EditionSegment, PreparedSound, Standing
from oralhistory.interviews.models import Interview
from oralhistory.jobs.models import Job
from oralhistory.organizations.models import Name, Organization, Relation, Source
from oralhistory.search import index

CLEANED = "clean up"  # the job, and the exit that it closes


@dataclass(frozen=True, slots=True)
class Exit:
    code: str
    open: bool
    closed_at: datetime | None  # when it was closed; None while it is open


@dataclass(frozen=True, slots=True)
class Cascade:
    """What became of a withdrawal. `exits` is empty where nothing was ever public."""

    withdrawn_at: datetime
    exits: tuple[Exit, ...]
    cleaning: Job | None  # that erases public files and words: the last one that was asked for

    @property
    def open(self) -> tuple[Exit, ...]:
        return tuple(each for each in self.exits if each.open)


def of(interview: Interview) -> Cascade | None:
    """None where it was never withdrawn."""
    at = reinstating.withdrawn_at(interview)
    if at is None:
        return None
    standing = Standing.objects.filter(public_id=interview.public_id).first()
    cleaning = Job.objects.filter(kind=CLEANED, subject=interview.code).order_by("-generation").first()
    if standing is None:
        return Cascade(at, (), cleaning)
    hidden_at = standing.withdrawn_at or at
    exits = [_exit(code, is_open(interview.public_id), hidden_at) for code, is_open in EXITS.items()]
    erased_at = cleaning.finished_at if cleaning else None
    return Cascade(at, (*exits, _exit(CLEANED, _has_files(standing), erased_at or hidden_at)), cleaning)


def _exit(code: str, is_open: bool, closed_at: datetime) -> Exit:
    return Exit(code, is_open, None if is_open else closed_at)


def _gives(action: str) -> Callable[[str], bool]:
    def asked(public_id: str) -> bool:
        try:
            return public.find(public_id, action) is not None
        except public.Withdrawn:
            return False

    return asked


def _is_listed(public_id: str) -> bool:
    """The lists, the front page and all counts begin with these rows."""
    return bool(public.by_id([public_id]))


def _is_shared(public_id: str) -> bool:
    """The collections that viewers and catalogs of others read begin with these rows."""
    keys = [pk for pk, _collection in public.granting(("embed",))]
    return Edition.objects.filter(pk__in=keys, standing__public_id=public_id).exists()


def _is_found(public_id: str) -> bool:
    return index.has(public_id)


def _is_spoken_of(public_id: str) -> bool:
    named = public.visible_mentions().filter(segment__edition__in=Edition.objects.public())
    return named.filter(segment__edition__standing__public_id=public_id).exists()


def _is_collected(public_id: str) -> bool:
    """Catalogs are told that it is gone, and nothing else of it."""
    ways = (outside.DESCRIPTION, outside.RECORD, outside.FEED, outside.SITE_MAP)
    return any(outside.granting(uses).filter(standing__public_id=public_id).exists() for uses in ways)


def _taught(public_id: str) -> bool:
    """What only this interview taught of organizations, and anybody may read."""
    return any(
        model._default_manager.filter(learned_from=public_id, withheld=False).exists()
        for model in (Organization, Name, Relation, Source)
    )


EXITS: dict[str, Callable[[str], bool]] = {
    "page": _gives("pub_record"),
    "text": _gives("read_pub_text"),
    "sound": _gives("play_access"),
    "lists": _is_listed,
    "viewers": _is_shared,
    "search": _is_found,
    "organizations": _is_spoken_of,
    "programs": _is_collected,
    "taught": _taught,
}


def _has_files(standing: Standing) -> bool:
    """Whether files or words of its editions are still kept, hidden from everybody."""
    editions = Edition.objects.filter(standing=standing)
    return (
        EditionSegment.objects.filter(edition__in=editions).exists()
        or EditionFacts.objects.filter(edition__in=editions).exists()
        or editions.exclude(audio_key="", photographs=[], video={}).exists()
        or PreparedSound.objects.filter(interview_id=standing.interview_id).exists()
    )
