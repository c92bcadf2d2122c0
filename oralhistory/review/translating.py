"""Translating a text by hand, line by line, beside the original."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from oralhistory.interviews.models import Interview
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment, TranslatedLine, Translation

BEGUN, TRANSLATED, READY, NOT_READY = (
    "translation begun", "text translated", "translation ready", "translation not ready",
)  # fmt: skip


class Overtaken(Exception):
    """Somebody else has changed this line since it was opened."""


class NoSuchLine(Exception):
    """The text has no such passage."""


class NothingTranslated(Exception):
    """There is not one line to be published."""


@dataclass(frozen=True, slots=True)
class Line:
    """A passage, and what it says in the other language. `changed`: the original reads otherwise since."""

    segment: Segment
    text: str = ""
    was: str = ""

    @property
    def changed(self) -> bool:
        return bool(self.text) and self.was != self.segment.text


@transaction.atomic
def begin(recording: Recording, language: str, *, by: Agent, at: datetime) -> Translation:
    """The translation into a language: made once, and the same when it is asked for again."""
    translation, made = Translation.objects.get_or_create(
        recording=recording, language=language, defaults={"begun_at": at}
    )
    if made:
        _record(BEGUN, translation, by=by, at=at)
    return translation


@transaction.atomic
def write(translation: Translation, cue_id: str, text: str, *, seen: str, by: Agent, at: datetime) -> Line:
    """Keep what a passage says; nothing takes it back. `seen` is what stood there. Raises Overtaken, NoSuchLine."""
    translation = Translation.objects.select_for_update().get(pk=translation.pk)
    segment = _segments(translation.recording).get(cue_id)
    if segment is None:
        raise NoSuchLine
    line = TranslatedLine.objects.filter(translation=translation, cue_id=cue_id).first()
    if (line.text if line else "") != seen:
        raise Overtaken
    text = " ".join(text.split())
    if not text:
        TranslatedLine.objects.filter(translation=translation, cue_id=cue_id).delete()
    else:
        TranslatedLine.objects.update_or_create(
            translation=translation, cue_id=cue_id,
            defaults={"text": text, "original": segment.text, "by_agent": str(by), "at": at},
        )  # fmt: skip
    _record(TRANSLATED, translation, by=by, at=at, what=cue_id)
    return Line(segment, text, segment.text if text else "")


@transaction.atomic
def take_in(translation: Translation, texts: Iterable[str], *, by: Agent, at: datetime) -> int:
    """Lines of a plain file, one for each passage in order, where nothing is written yet. Returns how many were taken."""
    taken = 0
    for line, text in zip(lines(translation), texts, strict=False):
        if not line.text and line.segment.text and text.strip():
            write(translation, line.segment.cue_id, text, seen="", by=by, at=at)
            taken += 1
    return taken


@transaction.atomic
def name_translator(translation: Translation, translator: str) -> None:
    Translation.objects.filter(pk=translation.pk).update(translator=translator.strip())


@transaction.atomic
def mark(translation: Translation, *, ready: bool, by: Agent, at: datetime) -> None:
    """From now on editions carry it, or no longer. Raises NothingTranslated."""
    if ready and not translation.lines.exists():
        raise NothingTranslated
    values = (
        {"ready_at": at, "ready_by_agent": str(by)} if ready else {"ready_at": None, "ready_by_agent": ""}
    )
    Translation.objects.filter(pk=translation.pk).update(**values)
    _record(READY if ready else NOT_READY, translation, by=by, at=at)


def lines(translation: Translation) -> list[Line]:
    """The whole text with what is translated of it. Three queries."""
    known = {line.cue_id: line for line in translation.lines.all()}
    return [
        Line(segment, line.text if line else "", line.original if line else "")
        for cue_id, segment in _segments(translation.recording).items()
        for line in [known.get(cue_id)]
    ]


def of(interview: Interview) -> list[Translation]:
    rows = Translation.objects.filter(recording__session__interview=interview)
    return list(rows.select_related("recording").order_by("recording__offset_ms", "language"))


def to_look_at(interview: Interview) -> dict[str, tuple[int, int]]:
    """Of what editions would carry: by language how many passages are missing, and how many changed since."""
    found: dict[str, tuple[int, int]] = {}
    for translation in of(interview):
        if translation.ready_at:
            rows = [line for line in lines(translation) if line.segment.text]
            missing, changed = found.get(translation.language, (0, 0))
            found[translation.language] = (
                missing + sum(not line.text for line in rows), changed + sum(line.changed for line in rows)
            )  # fmt: skip
    return found


def _segments(recording: Recording) -> Mapping[str, Segment]:
    current = versions.current(recording)
    rows = current.segments.defer("words") if current else []
    return {segment.cue_id: segment for segment in rows}


def _record(kind: str, translation: Translation, *, by: Agent, at: datetime, what: str = "") -> None:
    said = f"{translation.language}: {what}" if what else translation.language
    events.record(kind, translation.recording.session.interview, at=at, agent=by, outcome=said)
