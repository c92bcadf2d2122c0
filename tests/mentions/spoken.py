"""Interviews in which organizations are spoken of, without any sound."""

from collections.abc import Iterable

from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Collection, Interview, Session
from oralhistory.lib import ids
from oralhistory.mentions.models import Mention
from oralhistory.organizations.models import Organization
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.models import Segment, Transcript
from tests.clock import NOON


def transcript(by) -> Transcript:
    """Of a new interview, with one segment."""
    collection, _made = Collection.objects.get_or_create(slug="spoken", defaults={"title": "Spoken"})
    interview = Interview.objects.create(collection=collection, title="E", created_by=by, created_at=NOON)
    code = ids.public_id()
    master = MediaFile.objects.create(
        storage="masters", use="preservation_master", key=code, sha256=code.ljust(64, "0"), size=1,
        media_type="audio/wav", created_at=NOON,
    )  # fmt: skip
    recording = Recording.objects.create(
        session=Session.objects.create(interview=interview, number=1), position=1, master=master,
        original_name="a.wav", arrived_at=NOON, code=code,
    )  # fmt: skip
    made = Transcript.objects.create(recording=recording, version=1, kind="machine", created_at=NOON)
    Segment.objects.create(
        transcript=made, index=0, cue_id=ids.cue_id(), start_ms=0, end_ms=60_000, text="palabra " * 400
    )
    return made


def mention(
    in_: Transcript,
    organization: Organization | None,
    surface: str = "el Frente",
    state: str = "suggested",
    alternatives: Iterable[str] = (),
) -> Mention:
    start = 8 * Mention.objects.filter(transcript=in_).count()
    return Mention.objects.create(
        transcript=in_, segment=in_.segments.get(), start=start, end=start + 7, start_ms=start, end_ms=start + 7,
        surface=surface, organization=organization, score=0.9, kind="exact", matcher_version="1", state=state,
        decided_at=None if state == "suggested" else NOON,
        alternatives=[{"organization": slug, "score": 0.3} for slug in alternatives],
    )  # fmt: skip


def where() -> dict[int, tuple[str, str]]:
    """Every mention: whose it is, and what was decided."""
    rows = Mention.objects.values_list("pk", "organization__slug", "state")
    return {pk: (slug, state) for pk, slug, state in rows}
