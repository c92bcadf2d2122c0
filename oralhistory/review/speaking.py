"""A person says whose a voice is: what the machine told apart by letters gets its speaker."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from oralhistory.consent import access
from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.review import corrections
from oralhistory.transcripts.models import Segment, Transcript

LONGEST_SAMPLE = 12_000  # ms: enough to know somebody by


class NoSuchVoice(Exception):
    """No passage of the text has this voice."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A voice of a text. `sample`: a passage by which it can be known. `share`: of what is said, in whole per cent."""

    letter: str
    speaker: str  # as a person named it; empty: not yet
    sample: Segment
    share: int


def voices(transcript: Transcript) -> list[Voice]:
    """Those that are still to be named or were named, in the order in which they are first heard.

    None where the machine told none apart, or where people have said of every passage who speaks.
    """
    passages: dict[str, list[Segment]] = {}
    for segment in transcript.segments.exclude(voice="").defer("words", "text"):
        passages.setdefault(segment.voice, []).append(segment)
    said = {letter: sum(map(_length, own)) for letter, own in passages.items()}
    return [
        Voice(letter, _named(own), max(own, key=_as_sample), round(100 * said[letter] / sum(said.values())))
        for letter, own in passages.items()
        if any(not each.speaker or each.speaker_from_voice for each in own)
    ]


def _named(passages: list[Segment]) -> str:
    given = Counter(each.speaker for each in passages if each.speaker_from_voice)
    return given.most_common(1)[0][0] if given else ""


def _as_sample(segment: Segment) -> tuple[bool, int]:
    """Long, but not the longest: one that the machine was sure of."""
    return not segment.flags, min(_length(segment), LONGEST_SAMPLE)


def _length(segment: Segment) -> int:
    return segment.end_ms - segment.start_ms


@transaction.atomic
def name(
    interview: Interview, transcript: Transcript, voice: str, speaker: str, *, by: Agent, at: datetime
) -> Transcript:
    """Give all passages of a voice their speaker; where a person has said of a passage who speaks, that stays.

    Naming it again names it otherwise, and no speaker takes the name back. Raises NoSuchVoice.
    """
    working = corrections.on_the_bench(transcript, at=at)
    passages = working.segments.filter(voice=voice) if voice else working.segments.none()
    if not passages.exists():
        raise NoSuchVoice(voice)
    passages.filter(Q(speaker="") | Q(speaker_from_voice=True)).update(
        speaker=speaker, speaker_from_voice=bool(speaker)
    )
    events.record(access.TEXT_EDITED, interview, at=at, agent=by, outcome=f"voice {voice}: {speaker}")
    return working
