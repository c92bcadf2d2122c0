"""Approving, publishing, veiling, withdrawing: the two hands that open a testimony, and the one that closes it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.consent import access, grants, workflow
from oralhistory.editions import copies, indexing, manifest, signed, sounds, spoken_years, videos
from oralhistory.editions.models import (
    PICTURE_SIZES,
    Edition,
    EditionMention,
    EditionSegment,
    PreparedSound,
    Standing,
    Veil,
)
from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview, Photograph, State
from oralhistory.lib.agents import Agent
from oralhistory.organizations import learned
from oralhistory.provenance import events
from oralhistory.recordings import access_copies
from oralhistory.review import consent_checks, hearing, redactions, signatures, verdicts
from oralhistory.review.models import Redaction
from oralhistory.review.people_named import elsewhere, register
from oralhistory.transcripts.models import Transcript


class ChangedSinceSeen(Exception):
    """What would be signed or published is not what was shown or signed: look again."""


class SoundNotReady(Exception):
    """The redacted sound is still being made."""


class VideoNotReady(Exception):
    """The video is still being made: what would be signed is not what would be shown."""


class UndecidedPeople(Exception):
    """Somebody who may live and is nobody of the public is named, and nobody has decided on the name."""


class PersonStillNamed(Exception):
    """A name that is kept out of text and sound stands in what is written about the interview."""


class NotHeard(Exception):
    """Nobody has listened to all that would be published, and no reason was written."""


class NotPublic(Exception):
    """There is no edition that the public can see."""


# Why something signed is not published now.
REFUSALS = (
    ChangedSinceSeen, SoundNotReady, manifest.NotReleased, manifest.NotComplete, verdicts.NotAgreed,
    workflow.MoveNotAllowed, stores.KeyIsDamaged,
)  # fmt: skip


@transaction.atomic
def approve(
    interview: Interview, *, seen_sha256: str, by: User, at: datetime, unheard_reason: str = ""
) -> None:
    """Sign the edition to be, exactly as it was shown. Whether `by` may is access.decide's question.

    `unheard_reason`: why it is signed although not all of it was listened to.
    Raises ChangedSinceSeen, VideoNotReady, UndecidedPeople, PersonStillNamed, NotHeard,
    consent_checks.NotCleared, manifest.NotReleased, manifest.NotComplete, workflow.MoveNotAllowed.
    """
    if manifest.awaits_a_video(interview, at=at):
        raise VideoNotReady
    named = register.follow(interview, at=at)
    consent_checks.require(interview, at=at)
    _mark_checked(interview)
    built = manifest.build(interview, at=at)
    if built.sha256 != seen_sha256:
        raise ChangedSinceSeen
    if named.in_the_way:
        raise UndecidedPeople
    if elsewhere.is_said_in(interview, built.record, built.segments):
        raise PersonStillNamed
    heard = hearing.coverage(interview, at=at)
    reason = "" if heard.is_whole else unheard_reason.strip()
    if not heard.is_whole and not reason:
        raise NotHeard
    signatures.sign(
        interview, built.sha256, by=by.agent, at=at, parts=signed.parts(built), unheard_reason=reason
    )
    if reason:
        events.record("signed unheard", interview, at=at, agent=by.agent, outcome=f"{heard.percent} %")
    workflow.advance(interview, State.APPROVED, action="approve", by=by.agent, at=at)
    events.record(access.APPROVED, interview, at=at, agent=by.agent, outcome=built.sha256)


def preview(interview: Interview, *, at: datetime) -> manifest.Manifest:
    """The edition as it will be once it is signed: the text counts as checked by whoever signs it.

    Raises manifest.NotReleased, manifest.NotComplete.
    """
    built = manifest.build(interview, at=at)
    making: dict[str, Any] = {**built.record["making"], "checked": True}
    return manifest.Manifest({**built.record, "making": making}, built.segments, built.sound)


def _mark_checked(interview: Interview) -> None:
    Transcript.objects.filter(recording__session__interview=interview).update(audited=True)


@transaction.atomic
def publish(interview: Interview, *, by: User | Agent, at: datetime) -> Edition | None:
    """Make the signed manifest an edition that everybody can see, or start its embargo (None).

    By the machine alone where an embargo has passed and the narrator asked that it opens by itself.

    Raises ChangedSinceSeen, SoundNotReady, verdicts.NotAgreed, manifest.NotReleased, workflow.MoveNotAllowed.
    """
    agent = by if isinstance(by, Agent) else by.agent
    interview = Interview.objects.select_for_update().get(pk=interview.pk)
    built = manifest.build(interview, at=at)
    standing = signatures.standing(interview)
    if standing is None or standing.manifest_sha256 != built.sha256:
        raise ChangedSinceSeen
    verdicts.require(interview, built.sha256)
    if grants.embargo(interview, at=at):
        workflow.advance(interview, State.EMBARGOED, action="publish", by=agent, at=at)
        return None
    sound = sounds.find(built)
    if built.sound is not None and sound is None:
        raise SoundNotReady
    workflow.advance(interview, State.PUBLISHED, action="publish", by=agent, at=at)
    edition = _make(interview, built, sound, at=at)
    learned.release(interview.public_id)
    indexing.replace(edition)
    indexing.refresh(learned.records_of(interview.public_id))
    events.record(
        "published", interview, at=at, agent=agent, outcome=f"edition {edition.number}: {built.sha256}"
    )
    return edition


def _make(
    interview: Interview, built: manifest.Manifest, sound: PreparedSound | None, *, at: datetime
) -> Edition:
    standing, _ = Standing.objects.select_for_update().get_or_create(
        public_id=interview.public_id, defaults={"interview_id": interview.pk}
    )
    apart = ("tombstone", "photographs", "video")
    record = {key: value for key, value in built.record.items() if key not in apart}
    audio = _to_access(sound, at=at) if sound else {}
    seen = built.record.get("video")
    edition = Edition.objects.create(
        **record,
        standing=standing,
        number=standing.editions.count() + 1,
        published_at=at,
        manifest_sha256=built.sha256,
        photographs=_photographs(interview, built.record["photographs"], at=at),
        video=videos.to_access(seen, at=at) if seen else {},
        audio_key=audio.get("key", ""),
        audio_sha256=audio.get("sha256", ""),
        audio_size=audio.get("size", 0),
        peaks=sound.peaks if sound else [],
    )
    years = spoken_years.of(built.segments)
    segments = EditionSegment.objects.bulk_create(
        EditionSegment(
            edition=edition,
            index=index,
            year=year,
            **{key: value for key, value in entry.items() if key != "mentions"},
        )
        for index, (entry, year) in enumerate(zip(built.segments, years, strict=True))
    )
    EditionMention.objects.bulk_create(
        EditionMention(segment=segment, **mention)
        for segment, entry in zip(segments, built.segments, strict=True)
        for mention in entry["mentions"]
    )
    standing.current = edition
    standing.withdrawn_at = None
    standing.tombstone = built.record["tombstone"]
    standing.save(update_fields=["current", "withdrawn_at", "tombstone"])
    return edition


def _to_access(sound: PreparedSound, *, at: datetime) -> dict[str, Any]:
    return copies.make(
        sound.key, MediaFile.Use.ACCESS_COPY, suffix=access_copies.SUFFIX, media_type=access_copies.MEDIA_TYPE,
        recipe=access_copies.RECIPE, at=at,
    )  # fmt: skip


def _photographs(
    interview: Interview, entries: list[dict[str, Any]], *, at: datetime
) -> list[dict[str, Any]]:
    """Copy the pictures into the access storage, and name them by their keys there."""
    files = {
        file.sha256: file
        for photograph in Photograph.objects.filter(interview=interview).select_related(*PICTURE_SIZES)
        for size in PICTURE_SIZES
        if (file := getattr(photograph, size))
    }

    def copied(size: str, sha256: str) -> dict[str, Any]:
        suffix = ".webp" if size.endswith("webp") else ".jpg"
        return copies.of(files[sha256], MediaFile.Use.PHOTOGRAPH, suffix=suffix, at=at)

    return [
        {**entry, **{size: copied(size, entry[size]) for size in PICTURE_SIZES if size in entry}}
        for entry in entries
    ]


@transaction.atomic
def withdraw(
    interview: Interview, *, by: Agent, at: datetime, reason: str = "", action: str = "suppress"
) -> None:
    """Take a testimony down at once. The first write is the one that every public read asks.

    Raises workflow.MoveNotAllowed.
    """
    Standing.objects.filter(public_id=interview.public_id, withdrawn_at=None).update(withdrawn_at=at)
    learned.withhold(interview.public_id)
    indexing.remove(interview.public_id)
    indexing.refresh(learned.records_of(interview.public_id))
    signatures.void(interview, at=at)
    workflow.advance(interview, State.WITHDRAWN, action=action, by=by, at=at, reason=reason)


@transaction.atomic
def veil(
    interview: Interview,
    start_ms: int,
    end_ms: int,
    *,
    by: Agent,
    at: datetime,
    reason: str,
    kind: str = Redaction.Kind.CUT,
    replacement: str = "",
    cue_id: str = "",
) -> Veil:
    """Hide a span of what is public at once, and keep it out of the next edition. Raises NotPublic.

    The words are gone from every exit at the next request; the sound of the whole testimony is
    withheld until an edition without the span exists.
    """
    edition = Edition.objects.public().filter(standing__public_id=interview.public_id).first()
    if edition is None:
        raise NotPublic
    row = Veil.objects.create(edition=edition, start_ms=start_ms, end_ms=end_ms, by_agent=str(by), at=at)
    redactions.mark(
        interview,
        start_ms,
        end_ms,
        reason=reason,
        by=by,
        at=at,
        kind=kind,
        replacement=replacement,
        cue_id=cue_id,
    )
    indexing.replace(edition)
    events.record("veil laid", interview, at=at, agent=by, outcome=f"edition {edition.number}", reason=reason)
    return row


def revise(interview: Interview, *, by: Agent, at: datetime) -> None:
    """Begin the next edition; the present one stays public. Raises workflow.MoveNotAllowed."""
    workflow.advance(interview, State.REVISING, action="revise", by=by, at=at)


def send_back(interview: Interview, *, by: Agent, at: datetime) -> None:
    """One step back: to the bench, to review, or (a revision given up) to what is public.

    Why is said in review.sending_back, since it may hold names. Raises workflow.MoveNotAllowed.
    """
    back = next((to for to, actions in workflow.moves(interview).items() if "send_back" in actions), None)
    if back is None:
        raise workflow.MoveNotAllowed(f"{interview.state} cannot be sent back")
    signatures.void(interview, at=at)
    workflow.advance(interview, back, action="send_back", by=by, at=at)
