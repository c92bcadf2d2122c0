"""Which version counts, and how people change one without losing where its words came from."""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from oralhistory.lib import ids
from oralhistory.lib.agents import Agent
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.merging import is_alike
from oralhistory.transcripts.models import Correction, OtherReading, Segment, Transcript, TranscriptionJob
from oralhistory.transcripts.segments import TimedSegment
from oralhistory.transcripts.words import as_rows, from_rows, realign


class NothingLeft(Exception):
    """A segment cannot be edited to nothing: redact it, or leave it."""


class Overtaken(Exception):
    """Somebody else has changed this segment since it was opened."""


def current(recording: Recording) -> Transcript | None:
    """The version people read and correct: the newest that is people's, else the newest there is.

    What people decided about a machine's version is not hidden by a newer one, since that becomes a version of
    theirs before it counts: review.retranscribing.
    """
    versions = Transcript.objects.filter(recording=recording).order_by("-version")
    return versions.exclude(kind=Transcript.Kind.MACHINE).first() or versions.first()


def current_of(recordings: Iterable[Recording]) -> dict[int, int]:
    """The same of several, in one query: the database id of a version for that of each recording that has one."""
    rows = Transcript.objects.filter(recording__in=list(recordings)).order_by("version")
    machines: dict[int, int] = {}
    people: dict[int, int] = {}
    for pk, recording, kind in rows.values_list("pk", "recording", "kind"):
        (machines if kind == Transcript.Kind.MACHINE else people)[recording] = pk
    return {**machines, **people}


def text_sha256(texts: Iterable[str]) -> str:
    """The hash by which two transcripts are compared: their segments' texts, a line each."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()


@transaction.atomic
def add(
    recording: Recording,
    segments: list[TimedSegment],
    *,
    kind: str,
    made_by: dict[str, object],
    at: datetime,
    transcription: TranscriptionJob | None = None,
    parent: Transcript | None = None,
    merged_from: Transcript | None = None,
) -> Transcript:
    """Keep a new version of a recording's text. Segments without a cue id are given one."""
    last = Transcript.objects.filter(recording=recording).aggregate(last=Max("version"))["last"] or 0
    transcript = Transcript.objects.create(
        recording=recording, version=last + 1, kind=kind, transcription=transcription, made_by=made_by,
        parent=parent, merged_from=merged_from,
        text_sha256=text_sha256(segment.text for segment in segments), created_at=at,
    )  # fmt: skip
    Segment.objects.bulk_create(
        Segment(
            transcript=transcript, index=index, cue_id=segment.cue_id or ids.cue_id(), start_ms=segment.start_ms, end_ms=segment.end_ms,
            text=segment.text, language=segment.language, speaker=segment.speaker, flags=list(segment.flags),
            words=as_rows(segment.words), voice=segment.voice,
        )
        for index, segment in enumerate(segments)
    )  # fmt: skip
    return transcript


def timed(row: Segment) -> TimedSegment:
    """A stored segment as a value."""
    return TimedSegment(
        row.start_ms, row.end_ms, row.text, speaker=row.speaker, language=row.language, flags=tuple(row.flags),
        words=tuple(from_rows(row.words)), cue_id=row.cue_id, voice=row.voice,
    )  # fmt: skip


@transaction.atomic
def working(transcript: Transcript, *, at: datetime) -> Transcript:
    """The version people may change: this one if it is theirs, the one that took its place, else a copy of it.

    All have the same cue ids. Raises Overtaken if a machine has heard the recording again meanwhile.
    """
    Recording.objects.select_for_update().get(pk=transcript.recording_id)  # no merge happens meanwhile
    copies = Transcript.objects.filter(parent=transcript, kind=Transcript.Kind.WORKING).order_by("-version")
    known = transcript if transcript.kind == Transcript.Kind.WORKING else copies.first() or transcript
    while successor := Transcript.objects.filter(merged_from=known).first():
        known = successor
    if known.kind == Transcript.Kind.WORKING:
        return known
    if known != current(known.recording):
        raise Overtaken
    last = Transcript.objects.filter(recording=transcript.recording).aggregate(last=Max("version"))["last"]
    copy = Transcript.objects.create(
        recording=known.recording, version=(last or 0) + 1, kind=Transcript.Kind.WORKING, parent=known,
        made_by=known.made_by, text_sha256=known.text_sha256, created_at=at,
    )  # fmt: skip
    segments = list(known.segments.all())
    for segment in segments:
        segment.pk = None
        segment.transcript = copy
    Segment.objects.bulk_create(segments)
    return copy


@transaction.atomic
def correct(
    transcript: Transcript,
    cue_id: str,
    text: str,
    *,
    seen: str,
    by: Agent,
    at: datetime,
    speaker: str | None = None,
) -> Segment:
    """Change what a segment says; its words keep the times they had. `transcript` is a working version.

    `seen` is the text that the person had before them. Raises Overtaken, NothingLeft.
    """
    segment = Segment.objects.select_for_update().get(transcript=transcript, cue_id=cue_id)
    text = " ".join(text.split())
    if segment.text != seen:
        raise Overtaken
    if not text:
        raise NothingLeft
    if text != segment.text:
        Correction.objects.create(segment=segment, before=segment.text, after=text, by_agent=str(by), at=at)
        segment.words = as_rows(realign(from_rows(segment.words), text, segment.start_ms, segment.end_ms))
        segment.text = text
        segment.text_by_hand = True
        _settle_reading(segment, by=by, at=at)
    if speaker is not None and speaker != segment.speaker:
        segment.speaker = speaker
        segment.speaker_by_hand = True
    segment.save(update_fields=["text", "words", "speaker", "text_by_hand", "speaker_by_hand"])
    return segment


def _settle_reading(segment: Segment, *, by: Agent, at: datetime) -> None:
    """Whoever writes what the machine heard anew has chosen it."""
    reading = OtherReading.objects.filter(segment=segment, state=OtherReading.State.OPEN).first()
    if reading and is_alike(reading.text, segment.text):
        reading.state = OtherReading.State.TAKEN
        reading.decided_by_agent = str(by)
        reading.decided_at = at
        reading.save(update_fields=["state", "decided_by_agent", "decided_at"])
