"""What is still to be done for an interview of a list: nothing, if it was all done before."""

import hashlib
import tempfile
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from django.conf import settings

from oralhistory.accounts.models import User
from oralhistory.consent import access
from oralhistory.intake import transcripts_brought
from oralhistory.intake.batches.entries import Entry, Tape
from oralhistory.intake.batches.manifest import Fault
from oralhistory.intake.models import Upload
from oralhistory.interviews.describing import Description
from oralhistory.interviews.models import Collection, Interview, Photograph
from oralhistory.lib.agents import Agent
from oralhistory.provenance import events
from oralhistory.provenance.models import Event
from oralhistory.recordings import pictures
from oralhistory.recordings.models import Recording
from oralhistory.transcripts.formats.reading import recognizing
from oralhistory.transcripts.models import Transcript

LISTED = "brought from a list"
_FIELDS = ("title", "languages", "countries", "summary", "warnings", "notes")


@dataclass(frozen=True, slots=True)
class Plan:
    """An entry and what is missing of it. `changes`: fields of the description that the list says anew."""

    entry: Entry
    interview: Interview | None = None  # none: it is new
    changes: tuple[str, ...] = ()
    tapes: tuple[Tape, ...] = ()
    transcripts: tuple[tuple[Recording, Path], ...] = ()  # for recordings that are there
    photographs: tuple[Path, ...] = ()
    left: tuple[str, ...] = ()  # what the list asks and will not be done, in sentences

    @property
    def is_done(self) -> bool:
        return self.interview is not None and not (
            self.changes or self.tapes or self.transcripts or self.photographs
        )

    def description(self) -> Description:
        """The description as it will be: what the list does not change stays as it is in the archive."""
        if self.interview is None:
            return self.entry.description
        there = {name: getattr(self.interview, name) for name in (*_FIELDS, "pull_quote")}
        new = {name: getattr(self.entry.description, name) for name in self.changes}
        return Description(**(there | new))

    def __str__(self) -> str:
        parts = ["changes " + ", ".join(self.changes)] if self.changes else []
        texts = len(self.transcripts) + sum(tape.transcript is not None for tape in self.tapes)
        for count, what in (
            (len(self.tapes), "recording"), (texts, "transcript"), (len(self.photographs), "photograph"),
        ):  # fmt: skip
            if count:
                parts.append(f"{count} {what}{'s' if count > 1 else ''}")
        if self.interview is None and self.entry.paper:
            parts.append(f"agreement ({self.entry.paper.preset or 'allows nothing'})")
        state = "new" if self.interview is None else "there" if self.is_done else "more"
        return f"line {self.entry.line}: {self.entry.identifier}: {state}{': ' if parts else ''}{', '.join(parts)}"


@dataclass
class Planning:
    """Plans entry by entry, for one person at one time; collects what is refused."""

    by: User
    at: datetime
    faults: list[Fault] = field(default_factory=list)

    def plan(self, entry: Entry) -> Plan:
        self._alike(entry)
        interview = find(entry)
        if interview is None:
            return Plan(entry, tapes=entry.tapes, photographs=entry.photographs)
        if not self._may(interview, "exists"):
            self._fault(
                entry, "There is an interview with this identifier already, and it is not yours to change."
            )
            return Plan(entry, interview)
        plan = self._missing(entry, interview)
        wanted = {"edit_meta": plan.changes or plan.photographs, "upload": plan.tapes or plan.transcripts}
        for action, what in wanted.items():
            if what and not self._may(interview, action):
                self._fault(
                    entry,
                    f"It is there already ({interview.state}), and you may not {_WORDS[action]} it now.",
                )
        return plan

    def _missing(self, entry: Entry, interview: Interview) -> Plan:
        plan = Plan(entry, interview, changes=changes(entry, interview))
        for tape in entry.tapes:
            recording = _there(interview, tape)
            if recording is None:
                plan = replace(plan, tapes=(*plan.tapes, tape))
            elif tape.transcript and not _has(recording, tape.transcript):
                if transcripts_brought.is_worked_on(recording):
                    sentence = (
                        f"{tape.transcript.name}: people have worked on this text; it is left as it is."
                    )
                    plan = replace(plan, left=(*plan.left, sentence))
                else:
                    plan = replace(plan, transcripts=(*plan.transcripts, (recording, tape.transcript)))
        missing = tuple(path for path in entry.photographs if not _is_shown(interview, path))
        return replace(plan, photographs=missing)

    def _may(self, interview: Interview, action: str) -> bool:
        return access.decide(self.by, action, interview, at=self.at).allowed

    def _fault(self, entry: Entry, sentence: str) -> None:
        self.faults.append(Fault(entry.line, "identifier", sentence))

    def _alike(self, entry: Entry) -> None:
        """The same bytes under two names: one of them is a mistake."""
        sizes: dict[int, list[Tape]] = {}
        for tape in entry.tapes:
            sizes.setdefault(tape.size, []).append(tape)
        for alike in sizes.values():
            seen: dict[str, Tape] = {}
            for tape in alike if len(alike) > 1 else ():
                other = seen.setdefault(sha256(tape.path), tape)
                if other is not tape:
                    self.faults.append(
                        Fault(tape.line, "recording", f"{tape.name} and {other.name} are the same file.")
                    )


_WORDS = {"edit_meta": "describe", "upload": "add recordings or transcripts to"}


def find(entry: Entry) -> Interview | None:
    """The interview of that identifier in that collection."""
    collection = Collection.objects.filter(title__iexact=entry.collection).first()
    found = (
        Interview.objects.filter(collection=collection, identifier=entry.identifier) if collection else None
    )
    return found.first() if found is not None else None


def sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def changes(entry: Entry, interview: Interview) -> tuple[str, ...]:
    """Fields that the list says anew since it was last brought in, and that the archive does not say yet.

    What people wrote in the workroom since then stays, unless the list itself was changed there. An empty cell
    says nothing.
    """
    last = Event.objects.filter(subject=interview.code, kind=LISTED).order_by("pk").last()
    before = last.outcome.split() if last else []
    now = _digests(entry.description)
    return tuple(
        name
        for at, name in enumerate(_FIELDS)
        if getattr(entry.description, name)
        and (len(before) != len(now) or before[at] != now[at])
        and getattr(entry.description, name) != getattr(interview, name)
    )


def remember(interview: Interview, description: Description, *, by: Agent, at: datetime) -> None:
    """Keep, in digests of eight digits, what the list said: a later run then knows what changed in the list."""
    events.record(LISTED, interview, at=at, agent=by, outcome=" ".join(_digests(description)))


def _digests(description: Description) -> list[str]:
    return [hashlib.sha256(repr(getattr(description, name)).encode()).hexdigest()[:8] for name in _FIELDS]


def _there(interview: Interview, tape: Tape) -> Recording | None:
    """The recording of the same bytes. The file is read only where one of the same size came before."""
    alike = Upload.objects.filter(interview=interview, size=tape.size).select_related("recording")
    known = {upload.sha256: upload.recording for upload in alike}
    return known.get(sha256(tape.path)) if known else None


def _has(recording: Recording, path: Path) -> bool:
    brought = Transcript.objects.filter(recording=recording, kind=Transcript.Kind.IMPORTED)
    return brought.filter(made_by__sha256=sha256(path)).exists()


def _is_shown(interview: Interview, path: Path) -> bool:
    """Whether this picture is there, drawn anew as it was the first time: its bytes are then the same."""
    shown = set(Photograph.objects.filter(interview=interview).values_list("large__sha256", flat=True))
    if not shown:
        return False
    with tempfile.TemporaryDirectory(dir=settings.TEMPORARY_DIR) as folder:
        return any(sha256(copy.path) in shown for copy in pictures.prepare(path, Path(folder)).copies)


def reading_of(path: Path) -> recognizing.Reading:
    """Raises cues.CannotBeParsed, OSError."""
    return recognizing.read(path.read_bytes(), path.name)
