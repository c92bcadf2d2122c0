"""The edition to be, drawn with what draws the public page."""

from datetime import datetime
from typing import Any

from oralhistory.accounts.models import User
from oralhistory.consent import access
from oralhistory.editions import manifest, publishing, sounds
from oralhistory.editions.models import EditionMention, EditionSegment
from oralhistory.interviews.models import Interview
from oralhistory.jobs.models import Job
from oralhistory.organizations import public
from oralhistory.recordings import videos
from oralhistory.review import checks, signatures
from oralhistory.review.models import Redaction
from oralhistory.web import drawing
from oralhistory.workroom import showing


def of(interview: Interview, user: User, *, at: datetime) -> dict[str, Any]:
    """What the page of signing shows; without an edition where none can be made, and why."""
    context: dict[str, Any] = {
        "checks": checks.before_signing(interview, at=at),
        "redactions": Redaction.objects.standing().filter(interview=interview),
        "photographs": interview.photographs.order_by("pk"),
        "edition": None,
        "own_work": access.decide(user, "approve", interview, at=at).reason == "own work",
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
        | _readiness(interview, built)
    )


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
    return {"may": may, "manifest": built} | _readiness(interview, built)


def _readiness(interview: Interview, built: manifest.Manifest) -> dict[str, Any]:
    signed = signatures.standing(interview)
    sound_ready = built.sound is None or sounds.find(built) is not None
    failed = Job.objects.about(interview.code).filter(kind="prepare sound", state=Job.State.DEAD).last()
    names = showing.agent_names([signed.by_agent]) if signed else {}
    return {
        "signed": signed,
        "signed_by": names.get(signed.by_agent, signed.by_agent) if signed else "",
        "signature_holds": signed is not None and signed.manifest_sha256 == built.sha256,
        "sound_ready": sound_ready,
        "failed": None if sound_ready else failed,
        "waits": signed is not None and not sound_ready and failed is None,
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
