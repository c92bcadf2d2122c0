"""Approving, publishing, veiling, withdrawing: the two hands that open a testimony, and the one that closes it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from oralhistory.accounts.models import User
from oralhistory.consent import access, grants, workflow
from oralhistory.editions import indexing, manifest, sounds
from oralhistory.editions.models import Edition, EditionMention, EditionSegment, PreparedSound, Standing, Veil
from oralhistory.files import stores
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview, Photograph, State
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.review import redactions, signatures
from oralhistory.transcripts.models import Transcript


class ChangedSinceSeen(Exception):
    """What would be signed or published is not what was shown or signed: look again."""


class SoundNotReady(Exception):
    """The redacted sound is still being made."""


class NotPublic(Exception):
    """There is no edition that the public can see."""


@transaction.atomic
def approve(interview: Interview, *, seen_sha256: str, by: User, at: datetime) -> None:
    """Sign the edition to be, exactly as it was shown. Whether `by` may is access.decide's question.

    Raises ChangedSinceSeen, manifest.NotReleased, manifest.NotComplete, workflow.MoveNotAllowed.
    """
    _mark_checked(interview)
    built = manifest.build(interview, at=at)
    if built.sha256 != seen_sha256:
        raise ChangedSinceSeen
    signatures.sign(interview, built.sha256, by=by.agent, at=at)
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
def publish(interview: Interview, *, by: User, at: datetime) -> Edition | None:
    """Make the signed manifest an edition that everybody can see, or start its embargo (None).

    Raises ChangedSinceSeen, SoundNotReady, manifest.NotReleased, workflow.MoveNotAllowed.
    """
    interview = Interview.objects.select_for_update().get(pk=interview.pk)
    built = manifest.build(interview, at=at)
    signed = signatures.standing(interview)
    if signed is None or signed.manifest_sha256 != built.sha256:
        raise ChangedSinceSeen
    if grants.embargo(interview, at=at):
        workflow.advance(interview, State.EMBARGOED, action="publish", by=by.agent, at=at)
        return None
    sound = sounds.find(built)
    if built.sound is not None and sound is None:
        raise SoundNotReady
    workflow.advance(interview, State.PUBLISHED, action="publish", by=by.agent, at=at)
    edition = _make(interview, built, sound, at=at)
    indexing.replace(edition)
    events.record(
        "published", interview, at=at, agent=by.agent, outcome=f"edition {edition.number}: {built.sha256}"
    )
    return edition


def _make(
    interview: Interview, built: manifest.Manifest, sound: PreparedSound | None, *, at: datetime
) -> Edition:
    standing, _ = Standing.objects.select_for_update().get_or_create(
        public_id=interview.public_id, defaults={"interview_id": interview.pk}
    )
    record = {key: value for key, value in built.record.items() if key not in ("tombstone", "photographs")}
    audio = _to_access(sound) if sound else None
    edition = Edition.objects.create(
        **record,
        standing=standing,
        number=standing.editions.count() + 1,
        published_at=at,
        manifest_sha256=built.sha256,
        photographs=_photographs(interview, built.record["photographs"]),
        audio_key=audio.key if audio else "",
        audio_sha256=audio.sha256 if audio else "",
        audio_size=audio.size if audio else 0,
        peaks=sound.peaks if sound else [],
    )
    segments = EditionSegment.objects.bulk_create(
        EditionSegment(
            edition=edition, index=index, **{key: value for key, value in entry.items() if key != "mentions"}
        )
        for index, entry in enumerate(built.segments)
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


def _to_access(sound: PreparedSound) -> stores.Stored:
    with stores.open_local("masters", sound.key) as path:
        return stores.store("access", path, suffix=".m4a")


def _photographs(interview: Interview, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Copy the pictures into the access storage, and name them by their keys there."""
    files = {
        file.sha256: file
        for photograph in Photograph.objects.filter(interview=interview).select_related("small", "large")
        for file in (photograph.small, photograph.large)
    }

    def copied(file: MediaFile) -> dict[str, Any]:
        with stores.open_local(file.storage, file.key) as path:
            stored = stores.store("access", path, suffix=".jpg")
        return {"key": stored.key, "sha256": stored.sha256, "size": stored.size}

    return [
        {**entry, "small": copied(files[entry["small"]]), "large": copied(files[entry["large"]])}
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
    indexing.remove(interview.public_id)
    signatures.void(interview, at=at)
    workflow.advance(interview, State.WITHDRAWN, action=action, by=by, at=at, reason=reason)


@transaction.atomic
def veil(interview: Interview, start_ms: int, end_ms: int, *, by: Agent, at: datetime, reason: str) -> Veil:
    """Hide a span of what is public at once, and keep it out of the next edition. Raises NotPublic.

    The words are gone from every exit at the next request; the sound of the whole testimony is
    withheld until an edition without the span exists.
    """
    edition = Edition.objects.public().filter(standing__public_id=interview.public_id).first()
    if edition is None:
        raise NotPublic
    row = Veil.objects.create(edition=edition, start_ms=start_ms, end_ms=end_ms, by_agent=str(by), at=at)
    redactions.mark(interview, start_ms, end_ms, reason=reason, by=by, at=at)
    indexing.replace(edition)
    events.record("veil laid", interview, at=at, agent=by, outcome=f"edition {edition.number}", reason=reason)
    return row


def revise(interview: Interview, *, by: Agent, at: datetime) -> None:
    """Begin the next edition; the present one stays public. Raises workflow.MoveNotAllowed."""
    workflow.advance(interview, State.REVISING, action="revise", by=by, at=at)


def send_back(interview: Interview, *, by: Agent, at: datetime, reason: str) -> None:
    """One step back: to the bench, to review, or (a revision given up) to what is public.

    Raises workflow.MoveNotAllowed.
    """
    back = next((to for to, actions in workflow.moves(interview).items() if "send_back" in actions), None)
    if back is None:
        raise workflow.MoveNotAllowed(f"{interview.state} cannot be sent back")
    signatures.void(interview, at=at)
    workflow.advance(interview, back, action="send_back", by=by, at=at, reason=reason)
