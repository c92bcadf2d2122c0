"""The ficha de entrevista: what the archive says of an interview, gathered as plain values, with its indexes.

Who reads it reads no testimony: names are the chosen ones, and what is redacted or promised away is in no index.
Languages, countries and kinds are codes; rooms say them in words.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from oralhistory.consent import grants
from oralhistory.consent.models import Agreement, Use
from oralhistory.interviews.models import Interview, Participation, Session
from oralhistory.lib.folding import fold
from oralhistory.lib.timeline import Span, merged, overlaps
from oralhistory.mentions.models import Mention
from oralhistory.organizations import labels
from oralhistory.recordings.models import Recording
from oralhistory.review.models import NamedPerson, Occurrence
from oralhistory.review.people_named import closings
from oralhistory.transcripts import versions
from oralhistory.transcripts.models import Segment

WORDS_A_PAGE = 300


@dataclass(frozen=True, slots=True)
class Sitting:
    number: int
    held_on: date | None
    place: str
    country: str
    tracks: int
    duration_ms: int


@dataclass(frozen=True, slots=True)
class Point:
    """A chapter: where the testimony begins to speak of something."""

    start_ms: int
    page: int
    title: str
    synopsis: str
    subjects: tuple[str, ...]
    places: tuple[tuple[str, str], ...]  # with their countries


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of an index: a name, what tells it apart, and where it is spoken of (milliseconds, transcribed page)."""

    name: str
    country: str = ""
    beside: str = ""  # an acronym
    at: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    kind: str
    signed_on: date


@dataclass(frozen=True, slots=True)
class Ficha:
    """Beside the interview's own row, which says the rest."""

    people: tuple[tuple[str, str], ...]  # role; the chosen name, or the code
    sittings: tuple[Sitting, ...]
    tracks: int
    duration_ms: int
    pages: int  # transcribed
    papers: tuple[Paper, ...]
    photographs: int
    chapters: tuple[Point, ...]
    subjects: tuple[Entry, ...]  # índice temático
    # Índice onomástico-geográfico: organizations by accepted mentions, people whose name is kept, places by chapters.
    names: tuple[Entry, ...]


def of(interview: Interview, *, at: datetime, language: str = "es") -> Ficha:
    """The same number of queries, whatever the number of rows; `language` is that of the subjects."""
    recordings = list(Recording.objects.of(interview).filter(state=Recording.State.READY))
    closed = _closed(interview, at=at)
    text = _Text(recordings)
    chapters = _chapters(interview, text, language)
    told = [each for each in chapters if not overlaps((each.start_ms, each.start_ms + 1), closed)]
    places = _index((name, country, chapter) for chapter in told for name, country in chapter.places)
    return Ficha(
        people=_people(interview),
        sittings=_sittings(interview, recordings),
        tracks=len(recordings),
        duration_ms=sum(each.duration_ms or 0 for each in recordings),
        pages=text.pages,
        papers=_papers(interview),
        photographs=interview.photographs.count(),
        chapters=chapters,
        subjects=_index((name, "", chapter) for chapter in told for name in chapter.subjects),
        names=_alphabetical(
            [*_organizations(text, closed), *_people_named(interview, text, closed), *places]
        ),
    )


class _Text:
    """The versions that count, as one text on the interview's time line: on which page is a moment?"""

    def __init__(self, recordings: list[Recording]) -> None:
        offsets = {each.pk: each.offset_ms for each in recordings}
        self.offset_of = {pk: offsets[recording] for recording, pk in versions.current_of(recordings).items()}
        rows = Segment.objects.filter(transcript__in=self.offset_of).values_list(
            "transcript", "start_ms", "text"
        )
        passages = sorted((start + self.offset_of[pk], len(text.split())) for pk, start, text in rows)
        self._starts = [start for start, _ in passages]
        self._words = [0]
        for _, count in passages:
            self._words.append(self._words[-1] + count)

    @property
    def pages(self) -> int:
        return -(-self._words[-1] // WORDS_A_PAGE)

    def page(self, ms: int) -> int:
        """Of the transcription, counted from 1; 0 where nothing is written."""
        return (
            self._words[max(0, bisect_right(self._starts, ms) - 1)] // WORDS_A_PAGE + 1 if self.pages else 0
        )


def _closed(interview: Interview, *, at: datetime) -> list[Span]:
    """What goes into no index: redacted, or kept from the public by a paper."""
    kept_out = [(each.start_ms, each.end_ms) for each in closings.standing(interview)]
    return merged([*kept_out, *grants.in_force(interview, at=at).closed_spans.get(Use.TEXT, ())])


def _people(interview: Interview) -> tuple[tuple[str, str], ...]:
    rows = Participation.objects.filter(interview=interview).select_related("person").order_by("pk")
    return tuple((each.role, each.person.shown_name or each.person.code) for each in rows)


def _sittings(interview: Interview, recordings: list[Recording]) -> tuple[Sitting, ...]:
    rows = Session.objects.filter(interview=interview).select_related("place").order_by("number")
    return tuple(_sitting(each, [one for one in recordings if one.session_id == each.pk]) for each in rows)


def _sitting(session: Session, recordings: list[Recording]) -> Sitting:
    place, country = (session.place.name, session.place.country) if session.place else ("", "")
    length = sum(each.duration_ms or 0 for each in recordings)
    return Sitting(session.number, session.held_on, place, country, len(recordings), length)


def _papers(interview: Interview) -> tuple[Paper, ...]:
    in_force = Agreement.objects.filter(interview=interview, withdrawal=None).order_by("signed_on", "pk")
    return tuple(Paper(each.kind, each.signed_on) for each in in_force)


def _chapters(interview: Interview, text: _Text, language: str) -> tuple[Point, ...]:
    return tuple(
        Point(
            each.start_ms,
            text.page(each.start_ms),
            each.title,
            each.synopsis,
            tuple(sorted((one.name_in(language) for one in each.subjects.all()), key=fold)),
            tuple(
                sorted(((one.name, one.country) for one in each.places.all()), key=lambda one: fold(one[0]))
            ),
        )
        for each in interview.chapters.prefetch_related("subjects", "places")
    )


def _organizations(text: _Text, closed: list[Span]) -> tuple[Entry, ...]:
    moments: dict[str, list[tuple[int, int]]] = {}
    rows = Mention.objects.accepted().filter(transcript__in=text.offset_of, organization__isnull=False)
    for pk, start, end, slug in rows.values_list("transcript", "start_ms", "end_ms", "organization__slug"):
        first, last = start + text.offset_of[pk], end + text.offset_of[pk]
        if not overlaps((first, max(last, first + 1)), closed):
            moments.setdefault(slug, []).append((first, text.page(first)))
    return tuple(
        Entry(label.name, label.country, label.acronym, tuple(sorted(moments[slug])))
        for slug, label in labels.labels(moments).items()
    )


def _people_named(interview: Interview, text: _Text, closed: list[Span]) -> tuple[Entry, ...]:
    """Those of whom somebody decided that they stay named."""
    rows = Occurrence.objects.filter(
        person__interview=interview, person__decision=NamedPerson.Decision.KEEP, likely=False, gone=False
    ).exclude(person__kind__in=[NamedPerson.Kind.NOBODY, NamedPerson.Kind.NARRATOR])
    moments: dict[str, set[tuple[int, int]]] = {}
    for name, start, end in rows.values_list("person__name", "start_ms", "end_ms"):
        if not overlaps((start, end), closed):
            moments.setdefault(name, set()).add((start, text.page(start)))
    return tuple(Entry(name, at=tuple(sorted(at))) for name, at in moments.items())


def _index(lines: Iterable[tuple[str, str, Point]]) -> tuple[Entry, ...]:
    """Names in the order of the alphabet, each with its chapters."""
    moments: dict[tuple[str, str], set[tuple[int, int]]] = {}
    for name, country, chapter in lines:
        moments.setdefault((name, country), set()).add((chapter.start_ms, chapter.page))
    found = (Entry(*line, at=tuple(sorted(at))) for line, at in moments.items())
    return _alphabetical(found)


def _alphabetical(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: fold(entry.name)))
