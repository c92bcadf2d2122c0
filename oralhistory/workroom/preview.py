"""The edition to be, drawn with what draws the public page."""

from datetime import datetime
from typing import Any

from oralhistory.accounts.models import User
from oralhistory.consent import access, grants
from oralhistory.editions import changes, manifest, publishing, said, signed, sounds
from oralhistory.editions.models import EditionMention, EditionSegment
from oralhistory.interviews.models import Interview, State
from oralhistory.jobs.models import Job
from oralhistory.organizations import public
from oralhistory.recordings import videos
from oralhistory.review import checks, hearing, sending_back, signatures
from oralhistory.review.models import Redaction
from oralhistory.web import drawing
from oralhistory.workroom import changed, two_hands


def of(interview: Interview, user: User, *, at: datetime, beside: str = "") -> dict[str, Any]:
    """What the page of signing shows; without an edition where none can be made, and why."""
    found = checks.before_signing(interview, at=at)
    context: dict[str, Any] = {
        "groups": changed.grouped(found),
        "blocking": any(check.blocks for check in found),
        "redactions": Redaction.objects.standing().filter(interview=interview),
        "photographs": interview.photographs.order_by("pk"),
        "edition": None,
        "said": said.of(interview, at=at),
        "embargo": grants.embargo(interview, at=at),
        "sent_back": sending_back.last_of(interview),
    }
    try:
        built = publishing.preview(interview, at=at)
    except manifest.NotReleased:
        return context | {"obstacle": "not released"}
    except manifest.NotComplete:
        return context | {"obstacle": "not complete"}
    return (
        context
        | _filmed(interview, at=at)
        | {"edition": built.record, "manifest": built, "blocks": _blocks(built)}
        | _beside(built, beside)
        | {"heard": hearing.coverage(interview, at=at)}
        | {"changes": changed.shown(changes.since_last(interview, built))}
        | _readiness(interview, user, built, at=at)
    )


def _beside(built: manifest.Manifest, asked: str) -> dict[str, Any]:
    """Whoever signs sees the translations that they sign: the first, until another is asked for."""
    in_others = list(built.record["making"].get("translations", {})) if built.segments else []
    return {"in_others": in_others, "beside": asked if asked in in_others else next(iter(in_others), "")}


def _filmed(interview: Interview, *, at: datetime) -> dict[str, bool]:
    return {
        "is_filmed": videos.is_filmed(interview),
        "video_awaited": manifest.awaits_a_video(interview, at=at),
    }


def readiness(interview: Interview, user: User, *, at: datetime) -> dict[str, Any]:
    """Whether the signed edition can be published now, and whether by this person."""
    may = access.allowed_actions(user, interview, at=at)
    try:
        built = publishing.preview(interview, at=at)
    except (manifest.NotReleased, manifest.NotComplete):
        return {"may": may, "signed": None, "sound_ready": False, "waits": False}
    heard = hearing.coverage(interview, at=at) if "approve" in may else None
    blocking = any(check.blocks for check in checks.before_signing(interview, at=at))
    return {"may": may, "manifest": built, "blocking": blocking, "heard": heard} | _readiness(
        interview, user, built, at=at
    )


def _readiness(interview: Interview, user: User, built: manifest.Manifest, *, at: datetime) -> dict[str, Any]:
    # What was signed for the edition that is public already says nothing of the next one.
    waits = interview.state in (State.APPROVED, State.EMBARGOED)
    signature = signatures.standing(interview) if waits else None
    holds = signature is not None and signature.manifest_sha256 == built.sha256
    sound_ready = built.sound is None or sounds.find(built) is not None
    failed = Job.objects.about(interview.code).filter(kind="prepare sound", state=Job.State.DEAD).last()
    since = signed.since(signature.parts, built) if signature and not holds else None
    return {
        "signed": signature,
        "signature_holds": holds,
        "since": changed.since_signed(since, built) if since else None,
        "sound_ready": sound_ready,
        "failed": None if sound_ready else failed,
        "waits": signature is not None and not sound_ready and failed is None,
        **two_hands.hands(interview, user, signature, holds=holds, at=at),
    }


def _blocks(built: manifest.Manifest) -> list[drawing.Block]:
    segments = [
        EditionSegment(**{key: value for key, value in entry.items() if key != "mentions"})
        for entry in built.segments
    ]
    mentions = {
        entry["cue_id"]: [EditionMention(**mention) for mention in entry["mentions"]]
        for entry in built.segments
    }
    slugs = {mention.organization for found in mentions.values() for mention in found}
    languages = built.record["languages"]
    return drawing.blocks(
        segments,
        mentions=mentions,
        chapters=built.record["chapters"],
        records=public.by_slug(slugs),
        language=languages[0] if languages else "es",
    )
