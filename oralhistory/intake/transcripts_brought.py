"""A transcript that others made: kept as a version of the recording's text that people can correct.

It may come before its recording was read. Then its times are those of the file, or a guess; they are settled once the
length of the recording is known, before anybody sees them. Where it has none, a machine's words give them:
`times_found.py`.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from oralhistory.accounts.models import User
from oralhistory.consent.models import Grant, Part
from oralhistory.interviews import chapters
from oralhistory.interviews.models import Chapter, Interview, Participation
from oralhistory.lib.agents import MACHINE, Agent
from oralhistory.lib.folding import fold
from oralhistory.mentions.models import Mention
from oralhistory.provenance import events
from oralhistory.recordings.models import Recording
from oralhistory.review.models import Redaction
from oralhistory.transcripts import versions
from oralhistory.transcripts.formats.reading import timing
from oralhistory.transcripts.formats.reading.cues import Cue, IndexPoint, Said, summed_up
from oralhistory.transcripts.formats.reading.recognizing import Reading
from oralhistory.transcripts.models import Transcript
from oralhistory.transcripts.segments import TimedSegment

BROUGHT = "transcript brought"

# What transcribers write before a colon, folded, for a role and not for a person.
_ROLES = {
    Participation.Role.INTERVIEWER: (
        "entrevistador entrevistadora interviewer entrevista pregunta int ent int. ent. p. e. q. p q entr entr."
    ),
    Participation.Role.NARRATOR: (
        "entrevistado entrevistada narrador narradora narrator interviewee respuesta informante testimoniante "
        "testimonio depoente entrevistado/a resp resp. r. a. r"
    ),
    Participation.Role.INTERPRETER: "interprete interpreter traductor traductora tradutor tradutora int.e",
}


class NotBrought(Exception):
    """The transcript is not kept; the message is for the person who brought it."""


class AlreadyBrought(NotBrought):
    """This very file is a version of the recording's text already."""


class AlreadyWorkedOn(NotBrought):
    """People have corrected the text there is: a new version would hide what they did."""


@transaction.atomic
def keep(recording: Recording, reading: Reading, *, by: User, at: datetime) -> Transcript:
    """Make the transcript the version that counts. Raises AlreadyBrought, AlreadyWorkedOn, and NotBrought without words."""
    if not reading.cues:
        raise NotBrought(_("There is an index in this file, and no text."))
    recording = Recording.objects.select_for_update().get(pk=recording.pk)
    interview = recording.session.interview
    versions_there = Transcript.objects.filter(recording=recording)
    if versions_there.filter(kind=Transcript.Kind.IMPORTED, made_by__sha256=reading.sha256).exists():
        raise AlreadyBrought(_("This very transcript is there already."))
    if is_worked_on(recording):
        raise AlreadyWorkedOn(_("People have worked on this recording’s text already: it is not replaced."))
    if versions_there.exists():
        check_nothing_is_closed(interview)
    segments, remarks = timing.settle(reading.cues, recording.duration_ms)
    made_by: dict[str, object] = {
        "engine": "", "model": "", "languages": interview.languages or ["es"],
        "brought": reading.form, "encoding": reading.encoding, "sha256": reading.sha256,
        "untimed": all(cue.start_ms is None for cue in reading.cues), "settled": False,
        "remarks": sorted({remark.what for remark in (*reading.remarks, *remarks)}),
        "chapters": _rows(reading.chapters),
        "headings": [[each.letters, each.title] for each in reading.headings],
    }  # fmt: skip
    cast = _cast(interview, {segment.speaker for segment in segments})
    transcript = versions.add(
        recording,
        [replace(segment, speaker=cast.get(segment.speaker, segment.speaker)) for segment in segments],
        kind=Transcript.Kind.IMPORTED, made_by=made_by, at=at,
    )  # fmt: skip
    _keep_keywords(interview, reading.chapters)
    events.record(BROUGHT, interview, at=at, agent=by.agent, outcome=recording.code)
    return _settled(transcript, by=by.agent, at=at)


@transaction.atomic
def keep_index(recording: Recording, reading: Reading, *, by: User, at: datetime) -> None:
    """The chapters of a file that has no text; those that are there already stay as they are."""
    recording = Recording.objects.select_for_update().get(pk=recording.pk)
    keep_chapters(recording, _rows(reading.chapters), by=by.agent, at=at)
    _keep_keywords(recording.session.interview, reading.chapters)


def _rows(points: Iterable[IndexPoint]) -> list[list[Any]]:
    """As they wait beside a transcript until the length of its recording is known."""
    return [[each.start_ms, each.title, each.synopsis, [*each.subjects], [*each.places]] for each in points]


def of(recording: Recording) -> Transcript | None:
    """The newest transcript that was brought for a recording."""
    brought = Transcript.objects.filter(recording=recording, kind=Transcript.Kind.IMPORTED)
    return brought.order_by("-version").first()


def is_worked_on(recording: Recording) -> bool:
    """Whether people have corrected the text that counts, or decided on its mentions."""
    current = versions.current(recording)
    if current is None:
        return False
    decided = Mention.objects.filter(transcript=current).exclude(state=Mention.State.SUGGESTED)
    return current.kind == Transcript.Kind.WORKING or decided.exists()


def check_nothing_is_closed(interview: Interview) -> None:
    """What was marked by its words in one text may stand at other times in another. Raises AlreadyWorkedOn."""
    closed = Redaction.objects.standing().filter(interview=interview).exists()
    promised = Grant.objects.filter(agreement__interview=interview).exclude(part=Part.WHOLE)
    if closed or promised.exists():
        raise AlreadyWorkedOn(
            _(
                "Passages of this interview are closed by their times in the text that it has: it is not replaced."
            )
        )


@transaction.atomic
def settle(recording: Recording, *, at: datetime) -> Transcript | None:
    """A recording was read: fit what was brought for it to its length. None when nothing was brought."""
    brought = of(recording)
    return _settled(brought, by=MACHINE, at=at) if brought else None


def _settled(transcript: Transcript, *, by: Agent, at: datetime) -> Transcript:
    recording = Recording.objects.get(pk=transcript.recording_id)
    if recording.duration_ms is None or transcript.made_by.get("settled"):
        return transcript
    made_by: dict[str, Any] = {**transcript.made_by, "settled": True}
    keep_chapters(recording, made_by.pop("chapters", []), by=by, at=at)
    rows = list(transcript.segments.all())
    if rows and (made_by["untimed"] or rows[-1].end_ms > recording.duration_ms):
        guessed = {row.text for row in rows if row.flags}
        cues = [
            Cue(row.text, None if made_by["untimed"] else row.start_ms, row.end_ms, row.speaker)
            for row in rows
        ]
        segments, remarks = timing.settle(cues, recording.duration_ms)
        made_by["remarks"] = sorted({*made_by["remarks"], *(remark.what for remark in remarks)})
        transcript.delete()  # nobody has seen it, and nothing names it
        return versions.add(
            recording, [_still_guessed(each, guessed) for each in segments],
            kind=Transcript.Kind.IMPORTED, made_by=made_by, at=at,
        )  # fmt: skip
    Transcript.objects.filter(pk=transcript.pk).update(made_by=made_by)
    transcript.made_by = made_by
    return transcript


def _still_guessed(segment: TimedSegment, guessed: set[str]) -> TimedSegment:
    return replace(segment, flags=(timing.GUESSED,)) if segment.text in guessed else segment


def keep_chapters(recording: Recording, points: list[list[Any]], *, by: Agent, at: datetime) -> None:
    """The index that came along, where people have not written a chapter themselves.

    Points from before subjects and places were read have none.
    """
    interview = recording.session.interview
    there = set(Chapter.objects.filter(interview=interview).values_list("start_ms", flat=True))
    for start_ms, title, synopsis, *lists in points:
        start = min(start_ms, recording.duration_ms or start_ms) + recording.offset_ms
        if start not in there:
            there.add(start)
            subjects, places = lists if lists else [[], []]
            parts = {
                "title": title,
                "synopsis": synopsis,
                "subjects": subjects,
                "places": [[place, ""] for place in places],
            }
            chapters.begin(interview, start, parts=parts, by=by, at=at)


def _keep_keywords(interview: Interview, points: Iterable[IndexPoint]) -> None:
    """Words that somebody put beside chapters are no subjects of the register, which is public: names may be among them."""
    words = dict.fromkeys([*interview.keywords, *(word for point in points for word in point.keywords)])
    if len(words) > len(interview.keywords):
        Interview.objects.filter(pk=interview.pk).update(keywords=list(words))


def _cast(interview: Interview, names: set[str]) -> dict[str, str]:
    """Which of the names in a transcript are which people of the interview: "narrator", "interviewer 2", …

    What is not sure stays as it is written: the page of the transcript lets a person say who it is, and an edition
    shows no name that it does not know.
    """
    cast: dict[str, str] = {
        name: role for name in names for role, words in _ROLES.items() if fold(name) in words.split()
    }
    labels: dict[str, int] = {}
    narrators = []
    taking_part = Participation.objects.filter(interview=interview).select_related("person").order_by("pk")
    for participation in taking_part:
        labels[participation.role] = number = labels.get(participation.role, 0) + 1
        label = participation.role if number == 1 else f"{participation.role} {number}"
        if participation.role == Participation.Role.NARRATOR:
            narrators.append(label)
        shown = fold(participation.person.shown_name)
        cast |= {name: label for name in names if shown and fold(name) in (shown, *shown.split())}
    rest = [name for name in names if name and name not in cast]
    if len(rest) == 1 and len(narrators) == 1 and set(cast.values()) == {Participation.Role.INTERVIEWER}:
        cast[rest[0]] = narrators[0]
    return cast


def remarks_on(reading: Reading, duration_ms: int | None) -> tuple[list[TimedSegment], list[Said]]:
    """What would be kept, and what was forgiven: for a preview."""
    segments, remarks = timing.settle(reading.cues, duration_ms)
    return segments, summed_up([*reading.remarks, *remarks], in_paragraphs=reading.in_paragraphs)
