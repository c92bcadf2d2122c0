"""What an edition would hold, built by allow-list from the working record and the consent in force.

Everything that is not named here stays inside. The manifest is plain data; its SHA-256 is what a
moderator signs, so that nothing can change between the signature and the publication unseen.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from oralhistory.consent import grants
from oralhistory.consent.models import Use
from oralhistory.editions import contents, notes, passages, translated, videos
from oralhistory.editions.models import PICTURE_SIZES
from oralhistory.files.models import MediaFile
from oralhistory.interviews.models import Interview, Participation, Photograph, Session
from oralhistory.lib.timeline import Span, merged
from oralhistory.mentions.models import Mention
from oralhistory.people.models import Person
from oralhistory.recordings import arranging, renditions
from oralhistory.recordings.models import Recording
from oralhistory.review.people_named import closings
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, Transcript


class NotReleased(Exception):
    """The consent in force gives the public neither the text nor the sound."""


class NotComplete(Exception):
    """A recording has no text yet."""


@dataclass(frozen=True)
class Manifest:
    """`record`, `segments` (with their mentions) and `sound` as plain JSON values; `sound` is None for text only."""

    record: dict[str, Any]
    segments: list[dict[str, Any]]
    sound: dict[str, Any] | None

    @cached_property
    def sha256(self) -> str:
        return _hash({"record": self.record, "segments": self.segments, "sound": self.sound})

    @cached_property
    def sound_sha256(self) -> str:
        """Of the recipe of the sound alone: parts, offsets and silences."""
        return _hash(self.sound)


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def build(interview: Interview, *, at: datetime) -> Manifest:
    """The edition to be. Raises NotReleased, NotComplete."""
    terms = grants.in_force(interview, at=at)
    text, audio = terms.allows(Use.TEXT), terms.allows(Use.AUDIO)
    if not (text or audio):
        raise NotReleased
    redactions = closings.standing(interview)
    cut: list[Span] = [(each.start_ms, each.end_ms) for each in redactions]
    recordings = list(Recording.objects.of(interview).filter(state=Recording.State.READY))
    speakers = _speakers(interview, terms)
    closed = merged([*cut, *terms.closed_spans[Use.TEXT]])
    words_instead = [
        (each.start_ms, each.end_ms, each.replacement) for each in redactions if each.replacement
    ]
    segments = [
        entry
        for recording in recordings
        for entry in _segments(recording, closed, words_instead, speakers)
    ]  # fmt: skip
    sound = _sound(recordings, merged([*cut, *terms.closed_spans[Use.AUDIO]])) if audio else None
    notes.put_into(segments, interview, recordings)
    record = _record(interview, terms, recordings, speakers)
    if seen := videos.released(recordings, terms, redacted=bool(redactions)):
        record["video"] = videos.entry(seen)
    return Manifest(record, segments if text else [], sound)


def _record(
    interview: Interview, terms: grants.Terms, recordings: list[Recording], speakers: dict[str, str]
) -> dict[str, Any]:
    session = Session.objects.filter(interview=interview).select_related("place").order_by("number").first()
    return {
        "title": interview.title,
        "pull_quote": interview.pull_quote if terms.allows(Use.QUOTE) else "",
        "summary": interview.summary if terms.allows(Use.SUMMARY) else "",
        "warnings": interview.warnings,
        "collection": interview.collection.title,
        "narrators": [
            name for role, name in sorted(speakers.items()) if name and not role.startswith("interviewer")
        ],
        "place": session.place.name if session and session.place else "",
        # The day of a sitting can give somebody away: the public learns the year.
        "held_on": str(session.held_on.year) if session and session.held_on else "",
        "languages": list(interview.languages),
        "countries": list(interview.countries),
        "chapters": contents.of(interview) if terms.allows(Use.SUMMARY) else [],
        "photographs": _photographs(interview) if terms.allows(Use.STILL) else [],
        "uses": terms.public_uses(),
        "tombstone": terms.tombstone,
        "making": _making(recordings),
        "duration_ms": max((arranging.end_of(recording) for recording in recordings), default=0),
    }


def _speakers(interview: Interview, terms: grants.Terms) -> dict[str, str]:
    """How each speaker of the transcript is shown: "narrator", "narrator 2", … "interviewer" → name or nothing."""
    shown: dict[str, str] = {}
    for participation in (
        Participation.objects.filter(interview=interview).select_related("person").order_by("pk")
    ):
        number = sum(label.split()[0] == participation.role for label in shown) + 1
        label = participation.role if number == 1 else f"{participation.role} {number}"
        narrates = participation.role == Participation.Role.NARRATOR
        shown[label] = shown_name(participation.person, terms) if narrates else ""
    return shown


def shown_name(person: Person, terms: grants.Terms) -> str:
    """How an edition names a narrator; empty: not at all."""
    order = Person.Attribution.values
    allowed = terms.attributions.get(person.pk, Person.Attribution.CODE)
    # A name wider than the paper allows is not shown at all: there is no safe way to shorten it.
    return person.shown_name if order.index(person.attribution) <= order.index(allowed) else ""


def _photographs(interview: Interview) -> list[dict[str, Any]]:
    """Each with the SHA-256 of its files; those from before there was WebP have two."""
    photographs = Photograph.objects.filter(interview=interview).order_by("pk")
    return [
        {
            **{size: file.sha256 for size in PICTURE_SIZES if (file := getattr(photograph, size))},
            "width": photograph.width, "height": photograph.height, "small_width": photograph.small_width,
            "caption": photograph.caption, "credit": photograph.credit,
        }
        for photograph in photographs.select_related(*PICTURE_SIZES)
    ]  # fmt: skip


def _making(recordings: list[Recording]) -> dict[str, Any]:
    versions_used = [transcript for recording in recordings if (transcript := versions.current(recording))]
    made_by = versions_used[0].made_by if versions_used else {}
    return {
        "engine": made_by.get("engine", ""),
        "model": made_by.get("model", ""),
        "brought": bool(made_by.get("brought")),  # written elsewhere, by people or by a machine unknown to us
        "checked": all(transcript.audited for transcript in versions_used) and bool(versions_used),
        **translated.making(recordings),
    }


def _segments(
    recording: Recording, closed: list[Span], words_instead: list[passages.Instead], speakers: dict[str, str]
) -> list[dict[str, Any]]:
    transcript = versions.current(recording)
    if transcript is None:
        raise NotComplete
    in_others = translated.ready(recording)
    mentions: dict[int, list[Mention]] = {}
    for mention in Mention.objects.filter(transcript=transcript).accepted().select_related("organization"):
        mentions.setdefault(mention.segment_id, []).append(mention)
    return [
        _segment(
            segment,
            mentions.get(segment.pk, []),
            recording.offset_ms,
            closed,
            words_instead,
            speakers,
            transcript,
            in_others,
        )
        for segment in transcript.segments.exclude(text="")  # lines that nobody has typed yet
    ]


def _segment(
    segment: Segment,
    mentions: list[Mention],
    offset_ms: int,
    closed: list[Span],
    words_instead: list[passages.Instead],
    speakers: dict[str, str],
    transcript: Transcript,
    in_others: translated.InOthers,
) -> dict[str, Any]:
    passage = passages.redact(segment, offset_ms, closed, words_instead)
    return translated.beside(passage, segment, in_others) | {
        "cue_id": segment.cue_id,
        "start_ms": segment.start_ms + offset_ms,
        "end_ms": segment.end_ms + offset_ms,
        "text": passage.text,
        "language": segment.language or transcript.made_by.get("languages", ["es"])[0],
        "speaker": speakers.get(segment.speaker, ""),
        "asks": segment.speaker.startswith("interviewer"),
        "words": [list(word) for word in passage.words],
        "withheld": passage.withheld,
        "mentions": [
            {
                "start": start, "end": end, "start_ms": mention.start_ms + offset_ms,
                "end_ms": mention.end_ms + offset_ms, "organization": mention.organization.slug,
            }
            for mention in mentions
            if mention.organization and (place := passage.place_of(mention.start, mention.end))
            for start, end in [place]
        ],
    }  # fmt: skip


def _sound(recordings: list[Recording], silences: list[Span]) -> dict[str, Any]:
    parts = []
    for recording in recordings:
        rendition = renditions.current(recording)
        if rendition is None:
            raise NotComplete
        parts.append([rendition.listening.sha256, recording.offset_ms])
    return {"parts": parts, "silences": [list(span) for span in silences]}


def awaits_a_video(interview: Interview, *, at: datetime) -> bool:
    """Whether the edition will have a video that is still being made."""
    recordings = list(Recording.objects.of(interview).filter(state=Recording.State.READY))
    redacted = bool(closings.standing(interview))
    return videos.is_awaited(recordings, grants.in_force(interview, at=at), redacted=redacted)


def listening_files(interview: Interview) -> dict[str, MediaFile]:
    """The full-band files that a sound recipe names, by SHA-256."""
    files = MediaFile.objects.filter(
        pk__in=[
            rendition.listening_id
            for recording in Recording.objects.of(interview)
            if (rendition := renditions.current(recording))
        ]
    )
    return {file.sha256: file for file in files}
